"""What Slack will never take, and what an operator does about it (`deskbell outbox`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from store import audit, calling, gates, outbox
from store.audit import DESK, Event
from store.database import DeskSession
from store.models import Delivery, Gate, OutboxMessage, Ticket
from store.outbox import Kind, News
from store.periods import first_in_period
from store.sending import held

ROOT_REFUSED: Final = "root refused: "
"""How the error of what went down with its root begins."""

KILLS_WORKERS: Final = "kills_workers"
"""The error of a message that was never finished, however often somebody began."""

WAITING: Final = (Delivery.READY, Delivery.SENDING, Delivery.UNSURE)


class Pending(NamedTuple):
    """A message that is not in Slack, with what it waits for."""

    message: OutboxMessage
    gate_opens: datetime | None
    behind: int | None
    """The message that goes before it in its conversation."""


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
    message = held(session, message_id, attempt)
    if message is None:
        return
    gates.leave(session, message, shut_until=None)
    _bury(message, error)
    calling.not_taken(session, message, at=at)
    if _is_root(message):
        for later in _rest_of_lane(session, message, *WAITING):
            _bury(later, f"{ROOT_REFUSED}{error}")
    _note(session, message, Event.DELIVERY_REFUSED, at=at, error=error)
    if message.kind != Kind.ADMIN and _is_news_today(session, message, error, at):
        outbox.tell_admins(
            session,
            error,
            at=at,
            place=message.channel,
            ticket=message.ticket_id,
            message=message.id,
        )


def pending(session: DeskSession, *, limit: int) -> list[Pending]:
    """What waits or was refused, oldest first."""
    found = session.execute(
        select(OutboxMessage, Gate.next_at)
        .join(Gate, Gate.name == OutboxMessage.gate, isouter=True)
        .where(OutboxMessage.state.in_([*WAITING, Delivery.REFUSED]))
        .order_by(OutboxMessage.id)
        .limit(limit)
    ).all()
    firsts: dict[str, int] = {}
    told = []
    for message, gate_opens in found:
        waits = message.state in WAITING
        behind = firsts.setdefault(message.lane, message.id) if waits else message.id
        told.append(Pending(message, gate_opens, None if behind == message.id else behind))
    return told


def retry(session: DeskSession, message_id: int, *, at: datetime) -> Sequence[OutboxMessage] | None:
    """Send it as soon as possible, and what was refused with it. None: there is nothing to send,
    or it is being sent right now.

    One that may be in Slack is looked for first, as always.
    """
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.state not in {
        Delivery.REFUSED,
        Delivery.READY,
        Delivery.UNSURE,
    }:
        return None
    again = [message]
    if message.state == Delivery.REFUSED and _is_root(message):
        rest = _rest_of_lane(session, message, Delivery.REFUSED)
        again += [later for later in rest if (later.error or "").startswith(ROOT_REFUSED)]
    for each in again:
        _revive(each, at)
    return again


def drop(
    session: DeskSession, message_id: int, *, reason: str, at: datetime
) -> OutboxMessage | None:
    """Never say it, and keep the reason. None: there is no such message, or it is too late."""
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.state not in {
        Delivery.REFUSED,
        Delivery.READY,
        Delivery.UNSURE,
    }:
        return None
    message.state = Delivery.DROPPED
    message.error = f"dropped: {reason}"
    _note(session, message, Event.DELIVERY_DROPPED, at=at, reason=reason)
    return message


def _revive(message: OutboxMessage, at: datetime) -> None:
    may_be_there = message.doubtful or message.error == KILLS_WORKERS
    if message.state == Delivery.REFUSED:
        message.state = Delivery.UNSURE if may_be_there else Delivery.READY
    message.not_before = at
    message.deaths = 0
    message.error = None


def _rest_of_lane(
    session: DeskSession, message: OutboxMessage, *states: Delivery
) -> list[OutboxMessage]:
    """What was to go under this message in its conversation, and is in one of these states."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.lane == message.lane,
                OutboxMessage.id > message.id,
                OutboxMessage.thread.is_not(None),
                OutboxMessage.state.in_(states),
            )
            .with_for_update()
        )
    )


def _is_root(message: OutboxMessage) -> bool:
    return message.kind == Kind.CARD or (
        message.kind == Kind.NEWS and message.about["news"] == News.RECEIVED
    )


def _bury(message: OutboxMessage, error: str) -> None:
    message.state = Delivery.REFUSED
    message.lease_until = None
    message.error = error


def _note(
    session: DeskSession, message: OutboxMessage, event: Event, *, at: datetime, **why: Any
) -> None:
    """Append it to the ticket's history."""
    if message.ticket_id is None:
        return
    ticket = session.get(Ticket, message.ticket_id, with_for_update=True)
    assert ticket is not None  # the foreign key holds it
    place = message.channel
    audit.record(session, ticket, event, by=DESK, at=at, channel=place, message=message.kind, **why)


def _is_news_today(session: DeskSession, message: OutboxMessage, error: str, at: datetime) -> bool:
    """Admins hear of the same trouble in the same place once a day."""
    return first_in_period(session, f"refused {message.channel} {error}", f"{at:%Y-%m-%d}", at=at)
