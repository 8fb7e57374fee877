"""How much is waiting, and for how long: what the metrics show. Reads only."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select, text

from store.database import DeskSession
from store.models import Alarm, Deflection, Delivery, Gate, OutboxMessage

_READY: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
_REFUSED: Final = text("outbox_message.state = 'refused'")
_ARMED: Final = text("alarm.state = 'armed'")
"""Literal, so that the partial indexes are used on both engines."""

_DEAD_ROWS: Final = text(
    "SELECT relname, n_dead_tup FROM pg_stat_user_tables"
    " WHERE relname IN ('alarm', 'gate', 'inbox_entry', 'outbox_message', 'ticket')"
)


class Waiting(NamedTuple):
    """The messages of one priority that have not been sent."""

    priority: int
    messages: int
    unsure: int
    late: timedelta
    """How long the oldest could have gone out already."""


def outbox(session: DeskSession, *, at: datetime) -> list[Waiting]:
    """What is promised and not yet kept, by priority."""
    unsure = func.count().filter(OutboxMessage.state == Delivery.UNSURE)
    rows = session.execute(
        select(OutboxMessage.priority, func.count(), unsure, func.min(OutboxMessage.not_before))
        .where(_READY)
        .group_by(OutboxMessage.priority)
        .order_by(OutboxMessage.priority)
    )
    return [
        Waiting(priority, count, in_doubt, max(at - oldest, timedelta(0)))
        for priority, count, in_doubt, oldest in rows
    ]


def refused(session: DeskSession) -> int:
    """Messages that Slack will not take, and that nobody has sent again or dropped."""
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(_REFUSED)) or 0


def closed_gates(session: DeskSession, *, at: datetime) -> int:
    """Channels that may not be posted to right now."""
    return session.scalar(select(func.count()).where(Gate.next_at > at)) or 0


def alarm_lag(session: DeskSession, *, at: datetime) -> timedelta:
    """How late the latest alarm is."""
    due = session.scalar(select(func.min(Alarm.due_at)).where(_ARMED))
    return timedelta(0) if due is None else max(at - due, timedelta(0))


def armed_alarms(session: DeskSession) -> int:
    """Alarms that wait for their moment."""
    return session.scalar(select(func.count()).select_from(Alarm).where(_ARMED)) or 0


def deflected(session: DeskSession) -> dict[str, int]:
    """Requests that were begun and not needed, by what made them so: a solution, or a ticket that
    the person joined.
    """
    rows = session.execute(
        select(Deflection.solution_id.is_not(None).label("by_solution"), func.count()).group_by(
            Deflection.solution_id.is_not(None)
        )
    )
    counted = {bool(row[0]): row[1] for row in rows}
    return {"solution": counted.get(True, 0), "ticket": counted.get(False, 0)}


def dead_rows(session: DeskSession) -> dict[str, int]:
    """Rows that PostgreSQL has yet to clear away, by table; nothing on SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return {}
    return {row.relname: row.n_dead_tup for row in session.execute(_DEAD_ROWS)}
