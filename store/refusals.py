"""What Slack will never take: recorded, and told to whoever can mend it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from store import access, audit, calling, gates, receipts, telling, user_groups
from store.audit import DESK, Event
from store.database import DeskSession
from store.kinds import Kind, News
from store.models import Delivery, OutboxMessage, Target, Ticket
from store.periods import first_in_period
from store.sending import held

ROOT_REFUSED: Final = "root refused: "
"""How the error of what went down with its root begins."""

KILLS_WORKERS: Final = "kills_workers"
"""The error of a message that was never finished, however often somebody began."""

WAITING: Final = (Delivery.READY, Delivery.SENDING, Delivery.UNSURE)


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
    if message.kind == Kind.USER_GROUP:
        error = f"{user_groups.GROUP_REFUSED}{error}"
        message.state = Delivery.DROPPED  # the next hour promises it anew
    calling.not_taken(session, message, at=at)
    receipts.follow(session, message, at=at)
    if is_root(message):
        for later in rest_of_lane(session, message, *WAITING):
            _bury(later, f"{ROOT_REFUSED}{error}")
    note(session, message, Event.DELIVERY_REFUSED, at=at, error=error)
    if message.kind == Kind.ADMIN:
        _tell_otherwise(session, message, error, at=at)
    elif _is_news(session, message, error, at):
        telling.tell_admins(
            session,
            error,
            at=at,
            place=message.channel,
            ticket=message.ticket_id,
            message=message.id,
        )


def ask_for_a_hand(session: DeskSession, error: str, *, place: str, at: datetime) -> None:
    """Slack refused something without which no message is lost: the admins hear how to mend it."""
    if _is_news_today(session, place, error, at):
        telling.tell_admins(session, error, at=at, place=place)


def _tell_otherwise(
    session: DeskSession, message: OutboxMessage, error: str, *, at: datetime
) -> None:
    """The admins' own channel is out of reach: they hear it one by one, and of the channel too."""
    if message.channel != session.policy.admin_channel:
        return
    people = access.admins(session)
    telling.tell_admins(session, at=at, people=people, **message.about)
    if _is_news_today(session, message.channel, error, at):
        telling.tell_admins(session, error, at=at, people=people, place=message.channel)


def rest_of_lane(
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


def is_root(message: OutboxMessage) -> bool:
    """Whether other messages of its conversation go under it."""
    return message.kind == Kind.CARD or (
        message.kind == Kind.NEWS and message.about["news"] == News.RECEIVED
    )


def _bury(message: OutboxMessage, error: str) -> None:
    message.state = Delivery.REFUSED
    message.lease_until = None
    message.error = error


def note(
    session: DeskSession,
    message: OutboxMessage,
    event: Event,
    *,
    at: datetime,
    by: str = DESK,
    **why: Any,
) -> None:
    """Append it to the history of every ticket that the message is about."""
    place = message.channel
    for number in tickets_of(session, message):
        ticket = session.get_one(Ticket, number, with_for_update=True)
        about = {"channel": place, "message": message.kind, **why}
        audit.record(session, ticket, event, by=by, at=at, **about)


def tickets_of(session: DeskSession, message: OutboxMessage) -> list[int]:
    """The tickets that the message is about, in the order in which they may be locked."""
    if message.ticket_id is not None:
        return [message.ticket_id]
    targets = [item["target"] for item in message.about.get("items", ())]
    found = select(Target.ticket_id).where(Target.id.in_(targets)).distinct()
    return list(session.scalars(found.order_by(Target.ticket_id))) if targets else []


def _is_news(session: DeskSession, message: OutboxMessage, error: str, at: datetime) -> bool:
    """What a user group has against it is tried every hour and told once until it works."""
    if message.kind == Kind.USER_GROUP:
        return user_groups.refused(session, message, error)
    return _is_news_today(session, message.channel, error, at)


def _is_news_today(session: DeskSession, place: str, error: str, at: datetime) -> bool:
    """Admins hear of the same trouble in the same place once a day."""
    return first_in_period(session, f"refused {place} {error}", f"{at:%Y-%m-%d}", at=at)
