"""Where a severity promises news every so often, its agent is asked for them, again and again."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from store import access, alarms, telling
from store.alarms import Rung
from store.audit import Event
from store.database import DeskSession
from store.kinds import Tell
from store.models import AlarmKind, AuditEvent, Ticket
from store.rules import hours
from store.rules.lifecycle import OPEN, Status
from store.rules.policy import calendar_for


def watch(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket has this severity from now on: the first news are due so long after it."""
    if every := _every(session, ticket):
        _arm(session, ticket, every, since=at)


def ask(session: DeskSession, ticket: Ticket, _alarm: Rung, at: datetime) -> None:
    """Ask whoever has it for news, or the leads while nobody does; not while the requester owes an
    answer, and not so soon after something was said to them.
    """
    every = _every(session, ticket)
    if every is None or ticket.status not in OPEN:
        return
    said = session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.ticket_id == ticket.id, AuditEvent.kind.in_([Event.REPLIED, Event.ASKED])
        )
    )
    if said is not None and _due(session, ticket, every, said) > at:
        _arm(session, ticket, every, since=said)
        return
    if ticket.status != Status.WAITING:
        people = [ticket.assignee] if ticket.assignee else access.leads_of(session, ticket.team)
        telling.tell(session, ticket, Tell.UPDATE_DUE, people, at=at)
    _arm(session, ticket, every, since=at)


def _every(session: DeskSession, ticket: Ticket) -> timedelta | None:
    severity = session.policy.severities.get(ticket.severity)
    return severity.update_every if severity and ticket.team in session.policy.teams else None


def _arm(session: DeskSession, ticket: Ticket, every: timedelta, *, since: datetime) -> None:
    due_at = _due(session, ticket, every, since)
    alarms.arm(session, ticket.id, AlarmKind.UPDATE_DUE, due_at=due_at)


def _due(session: DeskSession, ticket: Ticket, every: timedelta, since: datetime) -> datetime:
    calendar = calendar_for(session.policy, ticket.severity, ticket.team)
    return hours.add(calendar, since, every)
