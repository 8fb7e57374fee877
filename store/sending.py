"""The sending side of the outbox: which message next, and what became of it.

`take` starts from the gates (one per channel), not from the backlog, so that closed channels cost
nothing. Every later step carries the attempt number: a process whose lease was lost while it was
asleep finds another number and changes nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CursorResult, Select, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.orm import aliased

from store import audit, calling, outbox
from store.audit import DESK, Event
from store.database import DeskSession
from store.models import Delivery, Gate, Instant, OutboxMessage, Posting, Ticket
from store.outbox import CARD_ROLE, ROOT_ROLE, Kind, News, Priority, change_role
from store.periods import first_in_period

PACE: Final = timedelta(seconds=1)
"""Slack allows about one message a second in a channel."""

LEASE: Final = timedelta(seconds=30)
QUIET: Final = timedelta(seconds=20)
"""How long after an attempt of unknown outcome before the history can be trusted …"""
LOOK_AGAIN: Final = timedelta(seconds=10)
"""… and from the first look that found nothing to the second: the history lags behind."""
SWEEP_AFTER: Final = timedelta(minutes=2)

PAGE_LEASE: Final = timedelta(seconds=8)
PAGE_QUIET: Final = timedelta(seconds=8)
PAGE_LOOK_AGAIN: Final = timedelta(seconds=4)

_LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial indexes are used on both engines."""


def take(
    session: DeskSession, *, at: datetime, reserved_for_pages: bool = False
) -> OutboxMessage | None:
    """Claim the next message that may go out now, and its channel, under a lease."""
    message = session.scalar(_next(at, reserved_for_pages=reserved_for_pages))
    if message is None:
        return None
    lease = at + (PAGE_LEASE if message.priority == Priority.PAGE else LEASE)
    if not _won(session, message, at=at, lease=lease):
        return None
    session.refresh(message)
    return message


def next_at(session: DeskSession) -> datetime | None:
    """When something may go out: the earliest moment at which a waiting message and its gate
    are both free. None when nothing waits.
    """
    later = "max" if session.get_bind().dialect.name == "sqlite" else "greatest"
    free = getattr(func, later)(OutboxMessage.not_before, Gate.next_at, type_=Instant)
    return session.scalar(
        select(func.min(free))
        .join_from(OutboxMessage, Gate, Gate.channel == OutboxMessage.channel)
        .where(_LIVE, OutboxMessage.state != Delivery.SENDING)
    )


def settle(
    session: DeskSession,
    message_id: int,
    *,
    attempt: int,
    at: datetime,
    channel: str | None = None,
    ts: str | None = None,
) -> bool:
    """It is in Slack. False: the lease was lost, and whoever holds it will find our message."""
    message = _mine(session, message_id, attempt)
    if message is None:
        return False
    message.state = Delivery.SENT
    message.lease_until = None
    message.sent_at = at
    message.slack_channel, message.slack_ts = channel, ts
    message.recheck_at = at + SWEEP_AFTER if message.misses else None
    _remember(session, message)
    calling.reached(session, message, at=at)
    _free_gate(session, message.channel, until=at + PACE)
    return True


def put_back(
    session: DeskSession,
    message_id: int,
    *,
    attempt: int,
    at: datetime,
    until: datetime,
    channel_wide: bool,
) -> None:
    """Certainly not sent; later. `channel_wide` closes the channel until then (Retry-After)."""
    message = _mine(session, message_id, attempt)
    if message is None:
        return
    _back_to_ready(session, message)
    message.lease_until = None
    message.not_before = until
    _free_gate(session, message.channel, until=until if channel_wide else at)


def doubt(session: DeskSession, message_id: int, *, attempt: int, at: datetime) -> None:
    """Nobody knows whether Slack has it: look before it is repeated."""
    message = _mine(session, message_id, attempt)
    if message is None:
        return
    message.state = Delivery.UNSURE
    message.lease_until = None
    message.not_before = at + (PAGE_QUIET if message.priority == Priority.PAGE else QUIET)
    _free_gate(session, message.channel, until=at + PACE)


def missed(session: DeskSession, message_id: int, *, attempt: int, at: datetime) -> bool:
    """The history does not show it. True: looked twice, so it may be sent now."""
    message = _mine(session, message_id, attempt)
    if message is None:
        return False
    message.misses += 1
    if message.misses % 2 == 0:
        message.doubtful = False
        return True
    message.state = Delivery.UNSURE
    message.lease_until = None
    again = PAGE_LOOK_AGAIN if message.priority == Priority.PAGE else LOOK_AGAIN
    message.not_before = at + again
    _free_gate(session, message.channel, until=at)
    return False


def drop(session: DeskSession, message_id: int, *, attempt: int, at: datetime) -> None:
    """No longer worth saying."""
    message = _mine(session, message_id, attempt)
    if message is not None:
        message.state = Delivery.DROPPED
        message.lease_until = None
        _free_gate(session, message.channel, until=at)


def refuse(
    session: DeskSession,
    message_id: int,
    *,
    attempt: int,
    at: datetime,
    error: str,
) -> None:
    """Slack will never take it: record that, and tell the admins what to mend.

    What would have gone under it in the same conversation is refused with it.
    """
    message = _mine(session, message_id, attempt)
    if message is None:
        return
    _bury(message, error)
    calling.not_taken(session, message, at=at)
    if _is_root(message):
        for later in _rest_of_lane(session, message):
            _bury(later, f"root refused: {error}")
    _free_gate(session, message.channel, until=at)
    _note_refusal(session, message, error, at)


def take_over(session: DeskSession, *, at: datetime) -> None:
    """Whoever sent before us is certainly dead: its channels are free at once, and what it was
    sending is looked for after the quiet time.
    """
    for quiet, whose in (
        (PAGE_QUIET, OutboxMessage.priority == Priority.PAGE),
        (QUIET, OutboxMessage.priority != Priority.PAGE),
    ):
        session.execute(
            update(OutboxMessage)
            .where(_LIVE, OutboxMessage.state == Delivery.SENDING, whose)
            .values(state=Delivery.UNSURE, lease_until=None, not_before=at + quiet)
            .execution_options(synchronize_session=False)
        )
    session.execute(update(Gate).where(Gate.lease_until.is_not(None)).values(lease_until=None))


def forget_idle_gates(session: DeskSession, *, before: datetime) -> None:
    """Drop gates of channels with nothing waiting, so that `take` looks at few."""
    waiting = exists().where(OutboxMessage.channel == Gate.channel, _LIVE)
    session.execute(delete(Gate).where(Gate.next_at < before, ~waiting, Gate.lease_until.is_(None)))


def _next(at: datetime, *, reserved_for_pages: bool) -> Select[OutboxMessage]:
    """The most urgent among the heads of the open gates."""
    head, earlier = aliased(OutboxMessage, name="head"), aliased(OutboxMessage, name="earlier")
    blocked = exists().where(
        earlier.lane == head.lane,
        earlier.id < head.id,
        text("earlier.state IN ('ready', 'sending', 'unsure')"),
    )
    ready = or_(
        and_(text("head.state IN ('ready', 'unsure')"), head.not_before <= at),
        and_(text("head.state = 'sending'"), head.lease_until <= at),
    )
    first = (
        select(head.id)
        .where(
            head.channel == Gate.channel,
            text("head.state IN ('ready', 'sending', 'unsure')"),
            ready,
            ~blocked,
            *([head.priority == Priority.PAGE] if reserved_for_pages else []),
        )
        .order_by(head.priority, head.id)
        .limit(1)
        .correlate(Gate)
        .scalar_subquery()
    )
    return (
        select(OutboxMessage)
        .join_from(Gate, OutboxMessage, OutboxMessage.id == first)
        .where(
            Gate.next_at <= at,
            or_(Gate.lease_until.is_(None), Gate.lease_until <= at),
        )
        .order_by(OutboxMessage.priority, OutboxMessage.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _won(session: DeskSession, message: OutboxMessage, *, at: datetime, lease: datetime) -> bool:
    """Compare and set on gate and message: of several processes one wins."""
    gate = session.execute(
        update(Gate)
        .where(
            Gate.channel == message.channel,
            Gate.next_at <= at,
            or_(Gate.lease_until.is_(None), Gate.lease_until <= at),
        )
        .values(lease_until=lease)
    )
    if _count(gate) != 1:
        return False
    claimed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.attempts == message.attempts,
            OutboxMessage.state == message.state,
        )
        .values(
            state=Delivery.SENDING,
            attempts=message.attempts + 1,
            lease_until=lease,
            doubtful=message.state != Delivery.READY,
            first_tried_at=message.first_tried_at or at,
            last_tried_at=at,
        )
    )
    if _count(claimed) != 1:
        session.execute(
            update(Gate).where(Gate.channel == message.channel).values(lease_until=None)
        )
        return False
    return True


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount


def _mine(session: DeskSession, message_id: int, attempt: int) -> OutboxMessage | None:
    """The message, if this attempt still holds it."""
    message = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    held = message and message.state == Delivery.SENDING and message.attempts == attempt
    return message if held else None


def _back_to_ready(session: DeskSession, message: OutboxMessage) -> None:
    """Unless the same redraw is waiting already: then this one is superfluous."""
    if message.kind in {Kind.REDRAW, Kind.HOME} and session.scalar(
        select(
            exists().where(
                OutboxMessage.lane == message.lane,
                OutboxMessage.id != message.id,
                OutboxMessage.state == Delivery.READY,
            )
        )
    ):
        message.state = Delivery.DROPPED
    else:
        message.state = Delivery.READY


def _free_gate(session: DeskSession, channel: str, *, until: datetime) -> None:
    session.execute(
        update(Gate).where(Gate.channel == channel).values(next_at=until, lease_until=None)
    )


def _remember(session: DeskSession, message: OutboxMessage) -> None:
    """Keep the place of what matters later: cards, roots of threads, pages."""
    role = role_of(message)
    if role is None or not (message.slack_ts and message.slack_channel):
        return
    known = outbox.posting(session, message.ticket_id, role, message.channel)
    if known is None:
        known = Posting(ticket_id=message.ticket_id, role=role, channel=message.channel)
        session.add(known)
    known.slack_channel, known.ts = message.slack_channel, message.slack_ts


def role_of(message: OutboxMessage) -> str | None:
    """As what the message is looked up when it has to be changed; None: it never is."""
    if message.kind in {Kind.CARD, Kind.REDRAW}:
        return CARD_ROLE
    if message.kind == Kind.NEWS and message.about["news"] == News.RECEIVED:
        return ROOT_ROLE
    if message.kind in {Kind.PAGE, Kind.PAGE_REDRAW}:
        return f"page:{message.about['page']}"
    if message.kind in {Kind.DUTY, Kind.DUTY_REDRAW} and _asks_for_agreement(message):
        return change_role(message.about["change"])
    return None


def _asks_for_agreement(message: OutboxMessage) -> bool:
    return "change" in message.about and not message.about.get("news")


def _is_root(message: OutboxMessage) -> bool:
    return message.kind == Kind.CARD or (
        message.kind == Kind.NEWS and message.about["news"] == News.RECEIVED
    )


def _rest_of_lane(session: DeskSession, message: OutboxMessage) -> list[OutboxMessage]:
    return list(
        session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.lane == message.lane,
                OutboxMessage.id > message.id,
                OutboxMessage.thread.is_not(None),
                _LIVE,
            )
        )
    )


def _bury(message: OutboxMessage, error: str) -> None:
    message.state = Delivery.REFUSED
    message.lease_until = None
    message.error = error


def _note_refusal(session: DeskSession, message: OutboxMessage, error: str, at: datetime) -> None:
    """An audit event on the ticket, and word to the admins (once per channel and error a day)."""
    if message.ticket_id is not None:
        ticket = session.get(Ticket, message.ticket_id, with_for_update=True)
        assert ticket is not None  # the foreign key holds it
        audit.record(
            session,
            ticket,
            Event.DELIVERY_REFUSED,
            by=DESK,
            at=at,
            channel=message.channel,
            error=error,
            message=message.kind,
        )
    if message.kind != Kind.ADMIN and not _told_today(session, message, error, at):
        outbox.tell_admins(session, error, at=at, place=message.channel, ticket=message.ticket_id)


def _told_today(session: DeskSession, message: OutboxMessage, error: str, at: datetime) -> bool:
    return not first_in_period(
        session, f"refused {message.channel} {error}", f"{at:%Y-%m-%d}", at=at
    )
