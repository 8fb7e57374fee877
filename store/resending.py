"""What Slack refused, sent again from the message that told an admin how to mend it."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, text

from store import access, refusals, tending
from store.database import DeskSession
from store.models import Delivery, OutboxMessage, Ticket
from store.rules.errors import NotAllowed
from store.rules.sentences import trouble as say

AT_ONCE: Final = 100
"""Messages put back by one press: Slack waits no longer than 3 s for an answer."""


class SentAgain(NamedTuple):
    """Numbers of messages, of one place."""

    again: int
    """Wait again, because of this press."""
    left: int
    """Refused still, for the same reason."""
    waiting: int
    """Wait now, these and others."""


def send_again(
    session: DeskSession, problem: str, place: str, *, by: str, at: datetime
) -> SentAgain:
    """Put back what Slack refused in that place with that error, the oldest first, as
    `deskbell outbox retry` does; raises NotAllowed for anybody but an admin. What a later message
    has replaced is given up.
    """
    if not access.is_admin(session, by):
        raise NotAllowed(say.ONLY_ADMINS_SEND_AGAIN)
    refused = _refused(problem, place)
    found = select(OutboxMessage).where(refused).order_by(OutboxMessage.id).limit(AT_ONCE)
    messages = list(session.scalars(found))
    _lock_tickets(session, messages)
    again = sum(_revive(session, message, by=by, at=at) for message in messages)
    session.flush()
    return SentAgain(again, _count(session, refused), _count(session, _waits(place)))


def _refused(problem: str, place: str) -> ColumnElement[bool]:
    """With what was refused because it was to go under one of these."""
    errors = (problem, f"{refusals.ROOT_REFUSED}{problem}")
    state = text("outbox_message.state = 'refused'")  # literal, for the partial index
    return and_(state, OutboxMessage.channel == place, OutboxMessage.error.in_(errors))


def _waits(place: str) -> ColumnElement[bool]:
    return and_(OutboxMessage.channel == place, OutboxMessage.state.in_(refusals.WAITING))


def _count(session: DeskSession, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(which)) or 0


def _lock_tickets(session: DeskSession, messages: list[OutboxMessage]) -> None:
    """All that will be written to, in the order in which everybody locks them."""
    tickets = {number for each in messages for number in refusals.tickets_of(session, each)}
    locked = select(Ticket.id).where(Ticket.id.in_(tickets)).order_by(Ticket.id)
    session.scalars(locked.with_for_update()).all()


def _revive(session: DeskSession, message: OutboxMessage, *, by: str, at: datetime) -> int:
    """How many wait again: it, and what went down with it."""
    if message.state != Delivery.REFUSED:  # it came back with what it goes under
        return 0
    try:
        return len(tending.retry(session, message.id, by=by, at=at))
    except tending.CannotTend as cannot:
        message.state, message.error = Delivery.DROPPED, cannot.sentence
        return 0
