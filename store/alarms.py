"""Stored instants at which somebody must hear. What happens then is in `store.ringing`."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text, update

from store.database import DeskSession, insert_once
from store.models import Alarm, AlarmKind, AlarmState

_ARMED = text("alarm.state = 'armed'")
_RUNG = text("alarm.state = 'rung'")
"""Literal, so that the partial indexes are used on both engines."""


def arm(
    session: DeskSession, ticket_id: int, kind: AlarmKind, *, due_at: datetime, subject: str = ""
) -> None:
    """Ring at `due_at`. An alarm of the same kind and subject moves there."""
    fresh = insert_once(
        session,
        Alarm,
        unique=("ticket_id", "kind", "subject"),
        where="state = 'armed'",
        ticket_id=ticket_id,
        kind=kind,
        subject=subject,
        state=AlarmState.ARMED,
        due_at=due_at,
    )
    if not fresh:
        session.execute(
            update(Alarm)
            .where(
                Alarm.ticket_id == ticket_id, Alarm.kind == kind, Alarm.subject == subject, _ARMED
            )
            .values(due_at=due_at)
        )


def cancel(
    session: DeskSession, ticket_id: int, kinds: Iterable[AlarmKind], *, subject: str | None = None
) -> None:
    """The ticket no longer needs these."""
    which: list[ColumnElement[bool]] = [Alarm.ticket_id == ticket_id, Alarm.kind.in_(list(kinds))]
    if subject is not None:
        which.append(Alarm.subject == subject)
    session.execute(
        update(Alarm)
        .where(*which, _ARMED)
        .values(state=AlarmState.CANCELLED)
        .execution_options(synchronize_session=False)
    )


def rung(session: DeskSession, ticket_id: int, kind: AlarmKind, *, since: datetime) -> set[str]:
    """Subjects of the alarms of this kind that have rung since then."""
    return set(
        session.scalars(
            select(Alarm.subject).where(
                Alarm.ticket_id == ticket_id,
                Alarm.kind == kind,
                _RUNG,
                Alarm.rung_at >= since,
            )
        )
    )


def next_due(session: DeskSession) -> datetime | None:
    """When the next alarm rings."""
    return session.scalar(select(func.min(Alarm.due_at)).where(_ARMED))


def due(session: DeskSession, *, at: datetime, limit: int) -> list[tuple[int, int]]:
    """Ids of alarms that are due, oldest first, each with its ticket's: not locked yet."""
    rows = session.execute(
        select(Alarm.id, Alarm.ticket_id)
        .where(Alarm.due_at <= at, _ARMED)
        .order_by(Alarm.due_at, Alarm.id)
        .limit(limit)
    )
    return [(alarm_id, ticket_id) for alarm_id, ticket_id in rows]


def take(session: DeskSession, alarm_id: int, *, at: datetime) -> Alarm | None:
    """Mark it rung, unless it moved, was cancelled or rang elsewhere. Lock its ticket first."""
    alarm = session.get(Alarm, alarm_id, with_for_update=True, populate_existing=True)
    if alarm is None or alarm.state != AlarmState.ARMED or alarm.due_at > at:
        return None
    alarm.state = AlarmState.RUNG
    alarm.rung_at = at
    return alarm
