"""What each alarm does when its moment comes: in one transaction with being marked as rung.

Hence every alarm rings once, across restarts and replicas. Lock order is always ticket, then alarm.
What one tick has to say to a person about clocks is one message.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from store import (
    alarms,
    audit,
    bundles,
    clockwork,
    conversation,
    digests,
    follow_up,
    ladder,
    on_call,
    outbox,
    replying,
    resolution,
    targets,
    together,
    updates,
    waiting,
)
from store.alarms import Due
from store.audit import DESK, Event
from store.bundles import Item
from store.causes import Cause
from store.database import DeskSession, Store
from store.models import Alarm, AlarmKind, OutboxMessage, Target, TargetKind, Ticket
from store.outbox import Audience, Kind, News, Priority
from store.rules.lifecycle import OPEN, PAUSED, Status

BATCH: Final = 200
LATE: Final = timedelta(seconds=60)
"""Then an alarm counts as late."""

TOGETHER: Final = 10
"""Alarms in one transaction on SQLite, where a commit costs more than what is in it. With several
writers, one each: they lock fewer rows at a time.
"""

log = logging.getLogger(__name__)


def ring_due(store: Store, *, at: datetime, down_until: datetime | None = None) -> int:
    """Ring everything that is due, and what that brings about. Return how many rang.

    What was due before `down_until`, when no desk ran, may have rung before a backup was restored.
    """
    count = 0
    told: set[str] = set()
    while rang := sum(
        _ring_together(store, some, told, at=at, down_until=down_until)
        for some in _waiting(store, at=at)
    ):
        count += rang
    if told:
        with store.transaction() as session:
            bundles.release(session, told, at=at)
    if count > digests.FEW:
        digests.gather(store, at=at)
    return count


def _waiting(store: Store, *, at: datetime) -> Iterator[Sequence[Due]]:
    """Everything that is due, once, in order, some at a time."""
    size, last = TOGETHER if store.is_sqlite else 1, None
    while True:
        with store.snapshot() as session:
            found = alarms.due(session, at=at, limit=BATCH, after=last)
        for start in range(0, len(found), size):
            yield found[start : start + size]
        if len(found) < BATCH:
            return
        last = found[-1]


def _ring_together(
    store: Store, some: Sequence[Due], told: set[str], *, at: datetime, down_until: datetime | None
) -> int:
    """In one transaction; when one of them fails, each alone, so that it holds up no other. Adds
    whoever hears of it to those `told`.
    """
    try:
        with store.transaction() as session:
            rang = sum(_ring(session, each, at=at, down_until=down_until) for each in some)
        told |= session.told
    except Exception:
        if len(some) == 1:
            log.exception("an alarm failed", extra={"alarm": some[0].alarm})
            return 0
    else:
        return rang
    return sum(_ring_together(store, [each], told, at=at, down_until=down_until) for each in some)


def _ring(session: DeskSession, due: Due, *, at: datetime, down_until: datetime | None) -> bool:
    ticket = session.get(
        Ticket, due.ticket, with_for_update={"skip_locked": True}, populate_existing=True
    )
    if ticket is None:
        return False  # somebody is changing it; the next tick asks again
    alarm = alarms.take(session, due.alarm, at=at)
    if alarm is None:
        return False
    late = "late" if at - alarm.due_at > LATE else "in time"
    session.counted["timers_fired", alarm.kind, late] += 1
    missed = down_until is not None and alarm.due_at < min(down_until, at - LATE)
    name = f"{alarm.id} {alarm.due_at.isoformat()}"
    session.cause = Cause(name, alarm.due_at if missed else None)
    _RINGING[AlarmKind(alarm.kind)](session, ticket, alarm, at)
    session.cause = None
    return True


def _reminder(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    """Part of the time is used up: the assignee hears, or the queue while nobody has it."""
    target = _running(session, ticket, alarm)
    if target is None or target.due_at is None or target.due_at <= at:
        return  # once the deadline has passed too, only the breach speaks
    audit.record(session, ticket, Event.REMINDED, by=DESK, at=at, target=alarm.subject)
    item = Item(target=target.id, what="reminder", role="assignee")
    bundles.tell(session, [ticket.assignee], item, at=at)
    if ticket.assignee is None:
        queue, *_ = outbox.card_channels(session, ticket)
        _notice(session, ticket, target, queue, at=at)


def _at_risk(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    """It may take longer than promised: the requester hears before it does."""
    target = _running(session, ticket, alarm)
    if target is not None and target.due_at is not None and at < target.due_at:
        audit.record(session, ticket, Event.TOLD_AT_RISK, by=DESK, at=at, target=target.kind)
        outbox.news(session, ticket, News.AT_RISK, at=at)


def _breach(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    """The deadline passed: the assignee hears, the team's thread, whoever stands on the first
    step of the ladder, and the requester when it is the resolution that is late.
    """
    target = _running(session, ticket, alarm)
    if target is None or clockwork.is_missed(target):
        return
    targets.miss(session, ticket, target, at=at)
    outbox.redraw(session, ticket, at=at)
    _notice(session, ticket, target, session.policy.team(ticket.team).channel, at=at)
    item = Item(target=target.id, what="breach", role="assignee")
    bundles.tell(session, [ticket.assignee], item, at=at)
    ladder.climb(session, ticket, target, clockwork.subject_of(target, 0), at=at)
    clockwork.watch(session, clockwork.load(session, [ticket]), at=at)
    if target.kind == TargetKind.RESOLUTION:
        outbox.news(session, ticket, News.DELAYED, at=at)


def _climb(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    """Still not done, long after the deadline: the next step of the ladder hears."""
    target = _running(session, ticket, alarm)
    if target is not None and clockwork.is_missed(target):
        ladder.climb(session, ticket, target, alarm.subject, at=at)


def _resume(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.ON_HOLD:
        conversation.resume(session, ticket.id, by=DESK, at=at)


def _quiet_warning(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.RESOLVED:
        resolution.warn_quiet(session, ticket, at=at)


def _quiet_close(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.RESOLVED:
        resolution.close_quiet(session, ticket, at=at)


def _send_reply(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    replying.send_held(session, ticket, int(alarm.subject), at=at)


def _follow_up(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.CLOSED:
        follow_up.ask(session, ticket, at=at)


def _page_climb(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    if ticket.status in OPEN or on_call.is_drill(ticket):
        on_call.climb(session, ticket, int(alarm.subject), at=at)


def _page_expires(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    on_call.expire(session, ticket, int(alarm.subject), at=at)


def _notice(
    session: DeskSession, ticket: Ticket, target: Target, channel: str, *, at: datetime
) -> None:
    """Into the thread of the card there, shown in the channel too: nobody may overlook it. Once
    a tick, whatever comes together.
    """
    outbox.write(session)
    notices = session.scalars(
        select(OutboxMessage.about).where(
            OutboxMessage.ticket_id == ticket.id,
            OutboxMessage.kind == Kind.QUEUE_NOTICE,
            OutboxMessage.created_at == at,
        )
    )
    if any(about["target"] == target.id for about in notices):
        return
    outbox.add(
        session,
        Kind.QUEUE_NOTICE,
        audience=Audience.AGENTS,
        channel=channel,
        at=at,
        priority=Priority.REMINDER,
        ticket_id=ticket.id,
        thread=outbox.CARD_ROLE,
        target=target.id,
    )


def _running(session: DeskSession, ticket: Ticket, alarm: Alarm) -> Target | None:
    """The target that the alarm is about, while it is owed and its clock runs."""
    target = clockwork.target_named(targets.of(session, ticket.id), alarm.subject)
    if target is None or ticket.status in PAUSED or not clockwork.is_owed(ticket, target):
        return None
    return target


_RINGING: Final[dict[AlarmKind, Callable[[DeskSession, Ticket, Alarm, datetime], None]]] = {
    AlarmKind.REMINDER: _reminder,
    AlarmKind.AT_RISK: _at_risk,
    AlarmKind.INCIDENT_UPDATE: together.pass_update,
    AlarmKind.INCIDENT_END: together.pass_end,
    AlarmKind.BREACH: _breach,
    AlarmKind.CLIMB: _climb,
    AlarmKind.RESUME: _resume,
    AlarmKind.WAITING_NUDGE: waiting.remind,
    AlarmKind.HOLD_REMINDER: waiting.remind_agent,
    AlarmKind.UPDATE_DUE: updates.ask,
    AlarmKind.QUIET_WARNING: _quiet_warning,
    AlarmKind.QUIET_CLOSE: _quiet_close,
    AlarmKind.SEND_REPLY: _send_reply,
    AlarmKind.FOLLOW_UP: _follow_up,
    AlarmKind.PAGE_CLIMB: _page_climb,
    AlarmKind.PAGE_EXPIRES: _page_expires,
}
