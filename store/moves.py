"""What is said when a deadline moves: to the audit trail, the requester and the assignee."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from store import audit, outbox, telling
from store.audit import Event
from store.clockwork import Because, Move
from store.database import DeskSession
from store.kinds import News, Tell
from store.models import AuditEvent, Ticket

WORTH_TELLING: Final = timedelta(minutes=1)
"""People see minutes: a smaller move is in the audit trail only."""


def tell(
    session: DeskSession,
    ticket: Ticket,
    moves: Sequence[Move],
    *,
    because: Because,
    by: str,
    at: datetime,
) -> None:
    """Record every move. The requester hears of it, and the assignee if somebody else caused it:
    with whatever else they hear of the same change, so that it is one message.
    """
    for move in moves:
        record(session, ticket, move, because=because, by=by, at=at)
    if any(is_worth_telling(move) for move in moves):
        outbox.redraw(session, ticket, at=at)
        telling.news(session, ticket, News.PROMISE_MOVED, at=at)
        telling.tell(session, ticket, Tell.DEADLINE, [ticket.assignee], at=at, but=by)


def record(
    session: DeskSession, ticket: Ticket, move: Move, *, because: Because, by: str, at: datetime
) -> None:
    """Write down which deadline went from when to when, and why."""
    session.add(AuditEvent(**next_row(ticket, move, because=because, by=by, at=at)))


def next_row(
    ticket: Ticket, move: Move, *, because: Because, by: str, at: datetime
) -> dict[str, Any]:
    """The same as a row for the audit trail."""
    return audit.next_row(
        ticket,
        Event.DEADLINE_MOVED,
        by=by,
        at=at,
        target=move.target.kind,
        because=because.value,
        was=move.was.isoformat(),
        now=move.now.isoformat(),
    )


def is_worth_telling(move: Move) -> bool:
    """Whether people would see a difference."""
    return abs(move.now - move.was) >= WORTH_TELLING


def at_once_with(session: DeskSession, ticket_id: int, at: datetime) -> list[AuditEvent]:
    """The moves that were caused by a change made at this instant."""
    return list(
        session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.ticket_id == ticket_id,
                AuditEvent.kind == Event.DEADLINE_MOVED,
                AuditEvent.at == at,
            )
            .order_by(AuditEvent.seq)
        )
    )
