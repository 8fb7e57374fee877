"""Where people may have written while nobody listened, and until when everything was heard.

Slack repeats an event for five minutes or so; what came in a longer gap has to be read. Reading too
much does no harm: each message is acted on once, whoever hears of it first.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import or_, select, text

from store.database import DeskSession
from store.kinds import ANNOUNCED_ROLE, Kind
from store.models import Delivery, OutboxMessage, Posting, Ticket, Watermark
from store.sending import role_of
from store.upserts import insert_once

MARGIN: Final = timedelta(minutes=15)
"""Read again from so long before: longer than Slack goes on repeating an event."""

COMES_AGAIN: Final = timedelta(minutes=4)
"""What is refused now comes once more after this, for certain."""

CLOSED_FOR: Final = timedelta(days=7)
"""People still answer in the threads of tickets that were closed as lately as this."""

EVERYWHERE: Final = "*"
"""The watermark of all conversations together; one of their own is ahead of it."""

_LATE: Final = timedelta(seconds=5)

_OPEN: Final = text("ticket.status <> 'closed'")
_WAITING: Final = text("outbox_message.state = 'ready'")
_LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial indexes are used on both engines."""

_BEGIN_THREADS: Final = (Kind.CARD, Kind.NEWS, Kind.PAGE, Kind.HELP)


class Place(NamedTuple):
    """A conversation in which threads of ours stand; `channel` and `threads` are Slack's ids."""

    channel: str
    threads: frozenset[str]
    is_watched: bool = False
    """An emoji there, or a mention, opens tickets."""

    @property
    def is_private(self) -> bool:
        """A direct message: there, what stands outside of threads is for us as well."""
        return self.channel.startswith("D")


def places(session: DeskSession, *, at: datetime) -> list[Place]:
    """Team channels before direct messages: agents write in the former all day."""
    threads: dict[str, set[str]] = defaultdict(set)
    postings = select(Posting.slack_channel, Posting.ts).join(
        Ticket, Ticket.id == Posting.ticket_id
    )
    for watched in (_OPEN, Ticket.closed_at > at - CLOSED_FOR):
        for channel, ts in session.execute(postings.where(watched)):
            threads[channel].add(ts)
    of_emoji = session.policy.intake.channels
    found = [
        Place(channel, frozenset(threads.get(channel, ())), is_watched=channel in of_emoji)
        for channel in {*threads, *of_emoji}
    ]
    return sorted(found, key=lambda place: (place.is_private, place.channel))


def heard_until(session: DeskSession, channel: str = EVERYWHERE) -> datetime | None:
    """Until when nothing was missed; None before the desk's first day."""
    marks = [session.get(Watermark, name) for name in {EVERYWHERE, channel}]
    stamps = [float(mark.ts) for mark in marks if mark is not None]
    return datetime.fromtimestamp(max(stamps), UTC) if stamps else None


def mark(session: DeskSession, *, at: datetime, channel: str = EVERYWHERE) -> None:
    """Everything until then was heard. Never goes back, whoever is late to say so."""
    if insert_once(session, Watermark, unique=("channel",), channel=channel, ts=slack_time(at)):
        return
    known = session.get_one(Watermark, channel, with_for_update=True)
    if float(known.ts) < at.timestamp():
        known.ts = slack_time(at)


def delivery_is_behind(session: DeskSession, *, at: datetime) -> bool:
    """Whether something that people wait for should have been sent some seconds ago."""
    late = select(OutboxMessage.id).where(_WAITING, OutboxMessage.not_before < at - _LATE)
    return session.scalar(late.limit(1)) is not None


def is_unsettled(session: DeskSession, gate: str, *, since: datetime | None = None) -> bool:
    """Whether a message of ours may stand there, in a channel or with a person, of which we do not
    know yet, because Slack's answer was lost: what is written below it looks like talk that is not
    for us. `since`: only what was tried first after that.
    """
    lost = select(OutboxMessage.id).where(
        _LIVE,
        OutboxMessage.gate == gate,
        OutboxMessage.thread.is_(None),
        OutboxMessage.kind.in_(_BEGIN_THREADS),
        or_(OutboxMessage.state != Delivery.READY, OutboxMessage.doubtful),
    )
    if since is not None:
        lost = lost.where(OutboxMessage.first_tried_at > since)
    return session.scalar(lost.limit(1)) is not None


def thread_at(message: OutboxMessage, channel: str, ts: str) -> Posting | None:
    """The posting that the message is there, if what people write under it is for a ticket."""
    role = role_of(message)
    if role is None or role == ANNOUNCED_ROLE or message.thread or message.ticket_id is None:
        return None
    return Posting(
        ticket_id=message.ticket_id,
        role=role,
        channel=message.channel,
        slack_channel=channel,
        ts=ts,
    )


def slack_time(at: datetime) -> str:
    """As Slack writes instants: seconds since 1970, with six digits behind the point."""
    return f"{at.timestamp():.6f}"
