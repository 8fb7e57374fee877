"""Which message a ticket was made from: one message makes one ticket at most."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, exists, select, update

from store import outbox
from store.database import DeskSession
from store.kinds import Audience, Kind, Priority
from store.models import Stray, Ticket, TicketOrigin
from store.rules.errors import MessageTaken
from store.upserts import insert_once


class Source(StrEnum):
    """How a request came in; values are kept in `ticket.source`."""

    FORM = "form"
    MESSAGE = "message"
    EMOJI = "emoji"
    MENTION = "mention"
    DIRECT = "direct"
    PHONE = "phone"
    WALK_UP = "walk_up"
    EMAIL = "email"
    CHAT = "chat"
    CAME_BACK = "came_back"
    """It goes on from a ticket that had been closed for too long to be opened again."""
    SPLIT = "split"
    """It was a part of another ticket."""


_FROM_MESSAGES: Final = {Source.MESSAGE, Source.EMOJI, Source.MENTION, Source.DIRECT}


class Origin(NamedTuple):
    """A message in Slack, and who wrote it (None: an app)."""

    channel: str
    ts: str
    thread: str | None
    author: str | None


def of(session: DeskSession, channel: str, ts: str) -> TicketOrigin | None:
    """What became of the message, if anything."""
    return session.scalar(
        select(TicketOrigin).where(TicketOrigin.channel == channel, TicketOrigin.ts == ts)
    )


def made(channel: str, ts: str) -> ColumnElement[bool]:
    """Whether a ticket was made from the message, as part of a question."""
    return exists().where(
        TicketOrigin.channel == channel,
        TicketOrigin.ts == ts,
        TicketOrigin.ticket_id.is_not(None),
    )


def of_ticket(session: DeskSession, ticket: Ticket) -> TicketOrigin | None:
    """The message that the ticket was made from; most were not, and nothing is asked then."""
    if ticket.source not in _FROM_MESSAGES:
        return None
    return session.scalar(select(TicketOrigin).where(TicketOrigin.ticket_id == ticket.id))


def want(session: DeskSession, channel: str, ts: str, *, by: str, at: datetime) -> bool:
    """Note that the message is to become a ticket. False: somebody wanted that before."""
    return insert_once(
        session, TicketOrigin, unique=("channel", "ts"),
        channel=channel, ts=ts, wanted_by=by, at=at,
    )  # fmt: skip


def read_later(session: DeskSession, origin: TicketOrigin, *, at: datetime) -> None:
    """Promise to read the message and its address from Slack."""
    outbox.add(
        session, Kind.FETCH, audience=Audience.PERSON, channel=origin.channel,
        lane=f"origin:{origin.id}", at=at, priority=Priority.REPLY, origin=origin.id,
    )  # fmt: skip


def require_free(session: DeskSession, origin: Origin) -> None:
    """Raise MessageTaken if the message is a ticket."""
    known = of(session, origin.channel, origin.ts)
    if known is not None and known.ticket_id is not None:
        raise MessageTaken(known.ticket_id)


def claim(
    session: DeskSession, origin: Origin, ticket_id: int, *, by: str, at: datetime
) -> TicketOrigin:
    """The message is this ticket from now on; MessageTaken when another was faster. The question
    that may stand under the message has its answer.
    """
    is_new = want(session, origin.channel, origin.ts, by=by, at=at)
    known = session.scalars(
        select(TicketOrigin)
        .where(TicketOrigin.channel == origin.channel, TicketOrigin.ts == origin.ts)
        .with_for_update()
    ).one()
    if known.ticket_id is not None:
        raise MessageTaken(known.ticket_id)
    known.ticket_id, known.author, known.thread = ticket_id, origin.author, origin.thread
    session.execute(
        update(Stray)
        .where(Stray.channel == origin.channel, Stray.ts == origin.ts, Stray.settled_at.is_(None))
        .values(settled_at=at)
    )
    if is_new and not origin.channel.startswith("D"):
        read_later(session, known, at=at)
    return known
