"""What is said where a message becomes a ticket: the offer under it, and word on how it ended."""

from dataclasses import replace
from datetime import datetime

from slack_sdk.models.blocks import SectionBlock

from handlers.drawn import Drawing, drawing
from handlers.names import name_of
from handlers.views import doors as views
from handlers.views import stray
from handlers.views.words import md
from store import admission, doors, lookups
from store.admission import Bar
from store.database import DeskSession
from store.models import OutboxMessage, Stray, Ticket


def offer(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """The question under somebody's message, in private seen beside it too: one click, not two, the
    first of which opens a thread; nothing once it has its answer.
    """
    kept = session.get_one(Stray, message.about["stray"])
    if kept.settled_at is not None:
        return None
    in_private = kept.is_direct
    tickets = lookups.open_of(session, kept.person) if in_private else []
    asked = stray.QUESTION if tickets else stray.OFFER
    return drawing(asked, stray.question(kept.id, tickets), broadcast=in_private)


def fetch(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    """Nothing to say yet: the message has to be read first."""
    return Drawing(origin=message.about["origin"])


def whisper(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    """For somebody whose emoji opened nothing: why."""
    person, what = message.about["person"], message.about["what"]
    if what == doors.EXISTS:
        ticket = session.get_one(Ticket, message.ticket_id)
        may_join = doors.may_join(session, ticket, person)
        drawn = drawing(views.exists(ticket), views.there_is_one(ticket, may_join=may_join))
    else:
        told = admission.sentence(session, Bar(what), message.about["requester"], by=person)
        drawn = drawing(told, [SectionBlock(text=md(told))])
    return replace(drawn, only_for=person)


def opened(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    """Under the message that is a ticket now."""
    ticket = session.get_one(Ticket, message.ticket_id)
    who = name_of(session, ticket.requester)
    return drawing(views.opened_text(ticket), views.opened(ticket, who, session.policy))
