"""What silence leads to while a ticket stands still: reminders by the working days of its calendar,
a warning, the end.

Waiting on the requester, the alarm's subject is how many reminders there were; after the last one
the warning is next, and then CLOSE. A day counts from the last thing said to the requester, and
between two of ours there is always one, whatever happened meanwhile.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from store import alarms, audit, lookups, resolution, telling
from store.alarms import Rung
from store.audit import DESK, Event
from store.clockwork import calendar_now
from store.database import DeskSession
from store.kinds import News, Tell
from store.models import AlarmKind, AuditEvent, Reply, Ticket
from store.rules import hours
from store.rules.lifecycle import Status
from store.rules.policy import Policy

OVER: Final = (AlarmKind.WAITING_NUDGE, AlarmKind.HOLD_REMINDER, AlarmKind.RESUME)
"""The alarms of a ticket that stands still."""

_CLOSE: Final = "close"


def begin(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The requester was asked something: remind them in time."""
    _arm(session, ticket, 0, since=at, not_before=at)


def hold(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """It waits for somebody else, no date was given: remind its agent in time to ask them."""
    if days := session.policy.quiet.hold_reminder:
        due_at = hours.days_later(calendar_now(session.policy, ticket), at, days)
        alarms.arm(session, ticket.id, AlarmKind.HOLD_REMINDER, due_at=due_at)


def closes_at(policy: Policy, ticket: Ticket, warned_at: datetime) -> datetime:
    """When a requester who was warned then has said nothing for too long."""
    return hours.days_later(calendar_now(policy, ticket), warned_at, 1)


def remind_agent(session: DeskSession, ticket: Ticket, _alarm: Rung, at: datetime) -> None:
    """Still on hold: its agent is asked to ask, again and again."""
    if ticket.status == Status.ON_HOLD and ticket.resume_at is None:
        telling.tell(session, ticket, Tell.STILL_HELD, [ticket.assignee], at=at)
        hold(session, ticket, at=at)


def remind(session: DeskSession, ticket: Ticket, alarm: Rung, at: datetime) -> None:
    """The requester still owes an answer: the next reminder, the warning, or the end."""
    if ticket.status != Status.WAITING:
        return
    if alarm.subject == _CLOSE:
        _close(session, ticket, at=at)
        return
    step = int(alarm.subject or 0)
    since = _last_asked(session, ticket)
    if (due_at := _due(session.policy, ticket, step, since)) and due_at > at:
        alarms.arm(
            session, ticket.id, AlarmKind.WAITING_NUDGE, due_at=due_at, subject=alarm.subject
        )
    elif step < len(session.policy.quiet.waiting_nudges):
        audit.record(session, ticket, Event.NUDGED, by=DESK, at=at)
        question = _question(session, ticket)
        telling.news(session, ticket, News.NUDGE, at=at, said=question)
        _arm(
            session, ticket, step + 1, since=since, not_before=closes_at(session.policy, ticket, at)
        )
    else:
        _warn(session, ticket, at=at)


def _warn(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    audit.record(session, ticket, Event.QUIET_WARNED, by=DESK, at=at)
    due_at = closes_at(session.policy, ticket, at)
    alarms.arm(session, ticket.id, AlarmKind.WAITING_NUDGE, due_at=due_at, subject=_CLOSE)
    telling.news(session, ticket, News.WAITING_WARNING, at=at)


def _close(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    assignee = ticket.assignee
    resolution.close_quiet(session, ticket, at=at, news=News.CLOSED_UNANSWERED)
    telling.tell(session, ticket, Tell.CLOSED_UNANSWERED, [assignee], at=at)


def _arm(
    session: DeskSession, ticket: Ticket, step: int, *, since: datetime, not_before: datetime
) -> None:
    due_at = _due(session.policy, ticket, step, since)
    if due_at is not None:
        alarms.arm(
            session,
            ticket.id,
            AlarmKind.WAITING_NUDGE,
            due_at=max(due_at, not_before),
            subject=str(step),
        )


def _due(policy: Policy, ticket: Ticket, step: int, since: datetime) -> datetime | None:
    """When that reminder is due; after the last one, the warning; None when nothing follows."""
    quiet = policy.quiet
    days = [*quiet.waiting_nudges, *([quiet.waiting_close - 1] if quiet.waiting_close else [])]
    if not days[step:]:
        return None
    return hours.days_later(calendar_now(policy, ticket), since, days[step])


def _last_asked(session: DeskSession, ticket: Ticket) -> datetime:
    """When an agent last wrote to the requester."""
    last = session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.ticket_id == ticket.id, AuditEvent.kind.in_([Event.ASKED, Event.REPLIED])
        )
    )
    return last or ticket.opened_at


def _question(session: DeskSession, ticket: Ticket) -> Reply | None:
    """What the requester was written last: nothing that was taken back or has not gone out."""
    told = lookups.conversation(session, ticket.id)
    return next((said for said in reversed(told) if isinstance(said, Reply)), None)
