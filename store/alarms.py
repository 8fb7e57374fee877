"""Stored instants at which somebody must hear. What happens then is in `store.ringing`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select, text, update

from store import bulk
from store.causes import Cause
from store.database import DeskSession
from store.models import Alarm, AlarmKind, AlarmState, Instant, table_of
from store.upserts import insert_once

LATE: Final = timedelta(seconds=60)
"""Then an alarm counts as late."""

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


class Wanted(NamedTuple):
    """An alarm that should be armed."""

    kind: AlarmKind
    subject: str
    due_at: datetime
    only_if_due: bool = False
    """Its moment has passed: it rings only if it was due already, and nobody came to ring it."""


def follow(
    session: DeskSession,
    tickets: Sequence[int],
    kinds: Iterable[AlarmKind],
    wanted: Mapping[int, Sequence[Wanted]],
    *,
    at: datetime,
) -> None:
    """Make what is armed for these tickets, among these kinds, exactly what is wanted. Their
    locks must be held.
    """
    missing = {
        (ticket, each.kind.value, each.subject): each
        for ticket, alarms in wanted.items()
        for each in alarms
    }
    moved: list[dict[str, Any]] = []
    over: list[int] = []
    for alarm_id, ticket, kind, subject, due_at in session.execute(
        select(Alarm.id, Alarm.ticket_id, Alarm.kind, Alarm.subject, Alarm.due_at).where(
            Alarm.ticket_id.in_(tickets), Alarm.kind.in_(list(kinds)), _ARMED
        )
    ).all():
        this = missing.pop((ticket, kind, subject), None)
        if this is None or (this.only_if_due and due_at > at):
            over.append(alarm_id)
        elif this.due_at != due_at:
            moved.append({"id": alarm_id, "due_at": this.due_at})
    fresh = {key: this.due_at for key, this in missing.items() if not this.only_if_due}
    _write(session, over, moved, fresh)


def _write(
    session: DeskSession,
    over: list[int],
    moved: list[dict[str, Any]],
    missing: Mapping[tuple[int, str, str], datetime],
) -> None:
    if over:
        session.execute(
            update(Alarm)
            .where(Alarm.id.in_(over))
            .values(state=AlarmState.CANCELLED)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {
            "ticket_id": ticket,
            "kind": kind,
            "subject": subject,
            "state": AlarmState.ARMED,
            "due_at": due_at,
        }
        for (ticket, kind, subject), due_at in missing.items()
    ]
    bulk.update_many(session, Alarm, moved)
    bulk.insert_many(session, Alarm, rows)


def rung(
    session: DeskSession, tickets: Sequence[int], kinds: Iterable[AlarmKind]
) -> Sequence[Row[int, str, str, datetime | None]]:
    """What has rung for these tickets: ticket, kind, subject, when; the latest last."""
    return session.execute(
        select(Alarm.ticket_id, Alarm.kind, Alarm.subject, Alarm.rung_at)
        .where(Alarm.ticket_id.in_(tickets), Alarm.kind.in_(list(kinds)), _RUNG)
        .order_by(Alarm.rung_at)
    ).all()


def next_due(session: DeskSession) -> datetime | None:
    """When the next alarm rings."""
    return session.scalar(select(func.min(Alarm.due_at)).where(_ARMED))


class Due(NamedTuple):
    """An alarm whose moment has come; not locked yet."""

    due_at: datetime
    alarm: int
    ticket: int
    kind: AlarmKind


class Rung(NamedTuple):
    """An alarm that rings now."""

    id: int
    ticket_id: int
    kind: AlarmKind
    subject: str
    due_at: datetime


_AT: Final = bindparam("at", type_=Instant)
_ALARM: Final = table_of(Alarm).c
_DUE: Final = (
    select(_ALARM.due_at, _ALARM.id, _ALARM.ticket_id, _ALARM.kind)
    .where(_ALARM.due_at <= _AT, _ARMED)
    .order_by(_ALARM.due_at, _ALARM.id)
    .limit(bindparam("limit"))
)
_BEHIND: Final = _DUE.where(
    or_(
        _ALARM.due_at > bindparam("due_at"),
        and_(_ALARM.due_at == bindparam("due_at"), _ALARM.id > bindparam("alarm")),
    )
)
_RING: Final = (
    update(table_of(Alarm))
    .where(_ALARM.id == bindparam("alarm"), _ALARM.due_at <= _AT, _ARMED)
    .values(state=AlarmState.RUNG, rung_at=_AT)
    .returning(_ALARM.id, _ALARM.ticket_id, _ALARM.kind, _ALARM.subject, _ALARM.due_at)
)


def due(session: DeskSession, *, at: datetime, limit: int, after: Due | None = None) -> list[Due]:
    """Alarms that are due, oldest first; those behind `after` in that order."""
    values = {"at": at, "limit": limit}
    if after is None:
        rows = session.execute(_DUE, values)
    else:
        rows = session.execute(_BEHIND, {**values, "due_at": after.due_at, "alarm": after.alarm})
    return [Due(due_at, alarm, ticket, AlarmKind(kind)) for due_at, alarm, ticket, kind in rows]


def take(session: DeskSession, alarm_id: int, *, at: datetime) -> Rung | None:
    """Mark it rung, unless it moved, was cancelled or rang elsewhere. Lock its ticket first."""
    row = session.execute(_RING, {"alarm": alarm_id, "at": at}).one_or_none()
    return None if row is None else _rung(*row)


def take_all(
    session: DeskSession, some: Sequence[Due], tickets: Sequence[int], *, at: datetime
) -> list[Rung]:
    """The same for many, in their order: those of these tickets, which are locked."""
    found = session.execute(
        select(Alarm.id, Alarm.ticket_id, Alarm.kind, Alarm.subject, Alarm.due_at)
        .where(
            Alarm.id.in_([due.alarm for due in some]),
            Alarm.ticket_id.in_(tickets),
            Alarm.due_at <= at,
            _ARMED,
        )
        .order_by(Alarm.due_at, Alarm.id)
        .with_for_update()
    ).all()
    if found:
        session.execute(
            update(Alarm)
            .where(Alarm.id.in_([row.id for row in found]))
            .values(state=AlarmState.RUNG, rung_at=at)
            .execution_options(synchronize_session=False)
        )
    return [_rung(*row) for row in found]


def _rung(alarm: int, ticket: int, kind: str, subject: str, due_at: datetime) -> Rung:
    return Rung(alarm, ticket, AlarmKind(kind), subject, due_at)


def cause_of(
    session: DeskSession, alarm: Rung, *, at: datetime, down_until: datetime | None
) -> Cause:
    """What the alarm brings about is named after it. Counts it for the metrics.

    What was due before `down_until`, when no desk ran, may have rung before a backup was restored.
    """
    late = "late" if at - alarm.due_at > LATE else "in time"
    session.counted["timers_fired", alarm.kind, late] += 1
    missed = down_until is not None and alarm.due_at < min(down_until, at - LATE)
    name = f"{alarm.id} {alarm.due_at.isoformat()}"
    return Cause(name, alarm.due_at if missed else None)
