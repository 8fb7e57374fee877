"""What the team's thread shows of each thing said, kept true: held, gone out, undone, edited; and
whom a reply has reached.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from store import outbox
from store.database import DeskSession
from store.kinds import Audience, Kind, Priority
from store.models import Delivery, Entry, OutboxMessage

_GONE = (Delivery.REFUSED, Delivery.DROPPED)


class Receipt(NamedTuple):
    """One recipient of a reply. `error` is Slack's word for why it refused; neither `reached` nor
    an error: it is on its way.
    """

    person: str
    reached: bool
    error: str | None


def redraw(session: DeskSession, said: Entry, *, at: datetime) -> None:
    """Promise that the team's thread will show the entry as it is now, wherever it stands there."""
    for channel in session.scalars(
        select(OutboxMessage.channel).where(
            OutboxMessage.ticket_id == said.ticket_id,
            OutboxMessage.kind == Kind.ENTRY,
            OutboxMessage.about["entry"].as_integer() == said.id,
            OutboxMessage.state.not_in(_GONE),
        )
    ):
        outbox.add(
            session,
            Kind.ENTRY_REDRAW,
            audience=Audience.AGENTS,
            channel=channel,
            lane=f"entry:{said.id}:{channel}:redraw",
            at=at,
            priority=Priority.REDRAW,
            ticket_id=said.ticket_id,
            entry=said.id,
        )


def follow(session: DeskSession, message: OutboxMessage, *, at: datetime) -> None:
    """A reply reached somebody, or never will: its receipt in the team's thread says so."""
    if message.kind == Kind.NEWS and "entry" in message.about:
        redraw(session, session.get_one(Entry, message.about["entry"]), at=at)


def of(session: DeskSession, said: Entry) -> list[Receipt]:
    """Everybody to whom it was promised, in the order in which it was."""
    messages = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.ticket_id == said.ticket_id,
            OutboxMessage.kind == Kind.NEWS,
            OutboxMessage.about["entry"].as_integer() == said.id,
        )
        .order_by(OutboxMessage.id)
    )
    return [Receipt(each.channel, each.state == Delivery.SENT, _refusal(each)) for each in messages]


def _refusal(message: OutboxMessage) -> str | None:
    if message.state not in _GONE:
        return None
    return message.error or "it was no longer worth saying"
