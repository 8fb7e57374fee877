"""What each alarm does when its moment comes: in one transaction with being marked as rung.

Hence every alarm rings once, across restarts and replicas. Lock order is always ticket, then alarm.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import select

from store import access, alarms, audit, conversation, on_call, outbox, resolution, targets
from store.audit import DESK, Event
from store.database import DeskSession, Store
from store.models import Alarm, AlarmKind, Target, Ticket
from store.outbox import Audience, Kind, News, Priority, Tell
from store.rules.lifecycle import OPEN, Status

BATCH: Final = 200


def ring_due(store: Store, *, at: datetime) -> int:
    """Ring everything that is due, each alarm in a transaction of its own. Return how many."""
    count = 0
    while True:
        with store.snapshot() as session:
            waiting = alarms.due(session, at=at, limit=BATCH)
        for alarm_id, ticket_id in waiting:
            with store.transaction() as session:
                count += _ring(session, alarm_id, ticket_id, at=at)
        if len(waiting) < BATCH:
            return count


def _ring(session: DeskSession, alarm_id: int, ticket_id: int, *, at: datetime) -> bool:
    ticket = session.get(Ticket, ticket_id, with_for_update={"skip_locked": True})
    if ticket is None:
        return False  # somebody is changing it; the next tick asks again
    alarm = alarms.take(session, alarm_id, at=at)
    if alarm is None:
        return False
    _RINGING[AlarmKind(alarm.kind)](session, ticket, alarm, at)
    return True


def _reminder(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    """Part of the time is used up: the assignee hears, or the queue while nobody has it."""
    target = _target(session, ticket, alarm.subject.partition("@")[0])
    if target is None or target.met_at is not None or target.due_at is None or target.due_at <= at:
        return  # once the deadline has passed too, only the breach speaks
    audit.record(session, ticket, Event.REMINDED, by=DESK, at=at, target=alarm.subject)
    if ticket.assignee is not None:
        outbox.tell(session, ticket, Tell.REMINDER, [ticket.assignee], at=at, target=target.id)
    else:
        _notice_to_queue(session, ticket, target, at=at)


def _breach(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    """The deadline passed: assignee and lead hear (the queue too while nobody has it), and the
    requester when it is the resolution that is late.
    """
    target = _target(session, ticket, alarm.subject)
    if target is None or target.met_at is not None or target.missed_at is not None:
        return
    targets.miss(session, ticket, target, at=at)
    outbox.redraw(session, ticket, at=at)
    _notice_to_queue(session, ticket, target, at=at)
    outbox.tell(session, ticket, Tell.BREACH, [ticket.assignee], at=at, target=target.id)
    leads = [lead for lead in access.leads_of(session, ticket.team) if lead != ticket.assignee]
    outbox.tell(
        session, ticket, Tell.BREACH, leads, at=at, audience=Audience.LEAD, target=target.id
    )
    if alarm.subject == "resolution":
        outbox.news(session, ticket, News.DELAYED, at=at)


def _resume(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.ON_HOLD:
        conversation.resume(session, ticket.id, by=DESK, at=at)


def _nudge(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    """We still wait for the requester: remind them, again and again."""
    if ticket.status == Status.WAITING:
        audit.record(session, ticket, Event.NUDGED, by=DESK, at=at)
        outbox.news(session, ticket, News.NUDGE, at=at)
        conversation.nudge_later(session, ticket, at=at)


def _quiet_warning(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.RESOLVED:
        resolution.warn_quiet(session, ticket, at=at)


def _quiet_close(session: DeskSession, ticket: Ticket, _alarm: Alarm, at: datetime) -> None:
    if ticket.status == Status.RESOLVED:
        resolution.close_quiet(session, ticket, at=at)


def _page_climb(session: DeskSession, ticket: Ticket, alarm: Alarm, at: datetime) -> None:
    if ticket.status in OPEN:
        on_call.climb(session, ticket, int(alarm.subject), at=at)


def _notice_to_queue(session: DeskSession, ticket: Ticket, target: Target, *, at: datetime) -> None:
    """Into the thread of the team's card, shown in the channel too: nobody may overlook it."""
    outbox.add(
        session,
        Kind.QUEUE_NOTICE,
        audience=Audience.AGENTS,
        channel=session.policy.team(ticket.team).channel,
        at=at,
        priority=Priority.REMINDER,
        ticket_id=ticket.id,
        thread=outbox.CARD_ROLE,
        target=target.id,
    )


def _target(session: DeskSession, ticket: Ticket, kind: str) -> Target | None:
    return session.scalar(select(Target).where(Target.ticket_id == ticket.id, Target.kind == kind))


_RINGING: Final[dict[AlarmKind, Callable[[DeskSession, Ticket, Alarm, datetime], None]]] = {
    AlarmKind.REMINDER: _reminder,
    AlarmKind.BREACH: _breach,
    AlarmKind.RESUME: _resume,
    AlarmKind.WAITING_NUDGE: _nudge,
    AlarmKind.QUIET_WARNING: _quiet_warning,
    AlarmKind.QUIET_CLOSE: _quiet_close,
    AlarmKind.PAGE_CLIMB: _page_climb,
}
