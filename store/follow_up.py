"""Some days after closing, where the topic wants it: "Still good?"."""

from datetime import datetime

from store import access, alarms, audit, change, outbox, telling
from store.audit import DESK, Event
from store.database import DeskSession
from store.kinds import News
from store.models import AlarmKind, Ticket
from store.rules.errors import Refused
from store.rules.lifecycle import Status
from store.rules.sentences import ending as say


def arm(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The locked ticket was closed now. One that never was resolved has nothing to hold."""
    topic = session.policy.topics.get(ticket.topic)
    if topic is not None and topic.follow_up is not None and ticket.resolved_at is not None:
        alarms.arm(session, ticket.id, AlarmKind.FOLLOW_UP, due_at=at + topic.follow_up)


def ask(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The day has come."""
    audit.record(session, ticket, Event.FOLLOWED_UP, by=DESK, at=at)
    telling.news(session, ticket, News.FOLLOW_UP, at=at)


def still_good(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> Ticket:
    """It has held."""
    ticket = change.locked(session, ticket_id)
    access.require_ear(session, ticket, by)
    if ticket.status != Status.CLOSED:
        raise Refused(say.worked_on_again(ticket.id))
    event = audit.record(session, ticket, Event.STILL_GOOD, by=by, at=at)
    outbox.line(session, ticket, event)
    return ticket
