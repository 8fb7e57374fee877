"""A ticket as a file: asked for by typing, in the *More* menu, or in one's own ticket's view."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from slack_bolt import Ack

from handlers import payload
from handlers.drawn import Attached, Drawing, drawing
from handlers.names import name_of
from handlers.payload import Body
from handlers.views.told import transcript_comes
from handlers.views.transcript import (
    FORMS,
    MARKDOWN,
    WEB_PAGE,
    for_agents,
    for_requester,
    here_it_is,
)
from handlers.views.words import said, spoken
from store import audit, inbox, lookups, transcripts
from store.database import DeskSession, Store
from store.models import OutboxMessage, Ticket

ASKED: Final = re.compile(r"#?(\d{1,12})(?:\s+(html|md|markdown))?", re.IGNORECASE)
"""What stands behind `/ticket transcript`: a number, and a form if it is not Markdown."""


def tell(ack: Ack, body: Body, store: Store, *, asked: re.Match[str], at: datetime) -> None:
    """Somebody typed /ticket transcript and a number."""
    number, form = int(asked[1]), (asked[2] or MARKDOWN).lower()
    with store.transaction() as session:
        if inbox.first_time(session, f"command:{body.get('trigger_id')}", at=at):
            transcripts.ask(
                session, number, form=WEB_PAGE if form == WEB_PAGE else MARKDOWN,
                by=payload.user(body), at=at,
            )  # fmt: skip
    ack(text=transcript_comes(number))


def send(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody chose "Transcript"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            transcripts.ask(session, click.ticket, form=MARKDOWN, by=click.user, at=now)
    ack()


def draw(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """The file as it is now, and a line about it; None for somebody who may no longer see it."""
    ticket = session.get_one(Ticket, message.ticket_id)
    whole = transcripts.is_whole(session, ticket, message)
    if whole is None:
        return None
    form, reader = str(message.about["form"]), lookups.person(session, message.channel)
    zone = reader.timezone if reader else session.policy.timezone
    events, policy = audit.history(session, ticket.id), session.policy

    def named(user: str) -> str:
        return name_of(session, user)

    if whole:
        entries = lookups.entries(session, ticket.id)
        made = for_agents(
            ticket, policy, events=events, entries=entries, name_of=named, zone=zone
        )  # fmt: skip
    else:
        talk = lookups.conversation(session, ticket.id)
        made = for_requester(
            ticket, policy, events=events, conversation=talk, name_of=named, zone=zone
        )  # fmt: skip
    told = here_it_is(ticket, whole=whole, at=at)
    attached = Attached(f"ticket-{ticket.id}.{form}", FORMS[form](made).encode())
    return replace(drawing(spoken(told), [said(told)]), attached=attached)
