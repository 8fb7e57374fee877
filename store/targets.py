"""What is owed on a ticket, by when: targets, their pauses and the alarms that watch them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from store import alarms, audit
from store.audit import DESK, Event
from store.database import DeskSession
from store.models import AlarmKind, Pause, Target, TargetKind, Ticket
from store.rules import sla
from store.rules.lifecycle import OPEN, PAUSED
from store.rules.policy import Calendar, calendar_for

Pauses = Sequence[tuple[datetime, datetime | None]]


def of(session: DeskSession, ticket_id: int) -> list[Target]:
    """The ticket's targets, first response before resolution."""
    return list(
        session.scalars(select(Target).where(Target.ticket_id == ticket_id).order_by(Target.id))
    )


def start(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Begin the clocks of a new ticket."""
    for kind in (TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION):
        target = Target(ticket_id=ticket.id, kind=kind, started_at=at)
        _aim(session, ticket, target)
        session.add(target)
    session.flush()
    refresh(session, ticket, at=at)


def severity_changed(session: DeskSession, ticket: Ticket, *, worse: bool, at: datetime) -> None:
    """Owe what the new severity promises. By default a worse one begins its clock now, so that a
    late rise is not overdue at once; a milder one keeps counting from where it began.
    """
    for target in of(session, ticket.id):
        if target.met_at is None:
            _aim(session, ticket, target)
            if worse and session.policy.sla.on_raise == "restart":
                target.started_at, target.missed_at = at, None
    refresh(session, ticket, at=at)


def team_changed(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The new team's calendar counts from the start, unless the severity has its own."""
    for target in of(session, ticket.id):
        if target.met_at is None:
            _aim(session, ticket, target)
    refresh(session, ticket, at=at)


def first_response_given(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """A person has written to the requester. Later replies change nothing."""
    if ticket.first_reply_at is None:
        ticket.first_reply_at = at
        _meet(session, ticket, TargetKind.FIRST_RESPONSE, at=at)


def resolution_given(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket is resolved, or closed without that: no clock runs any more."""
    _end_pause(session, ticket, at=at)
    _meet(session, ticket, TargetKind.RESOLUTION, at=at)


def reopened(
    session: DeskSession, ticket: Ticket, *, was_over_since: datetime, at: datetime
) -> None:
    """The resolution is owed again. What was used stays used: the time in which it counted as
    resolved is a pause; or the clock begins afresh, where the policy says so.
    """
    for target in of(session, ticket.id):
        if target.kind == TargetKind.RESOLUTION:
            target.met_at = None
            if session.policy.sla.on_reopen == "restart":
                target.started_at, target.missed_at = at, None
    session.add(
        Pause(ticket_id=ticket.id, reason="resolved", started_at=was_over_since, ended_at=at)
    )
    session.flush()
    refresh(session, ticket, at=at)


def pause(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Stop the clocks; a second reason to stand still begins where the first ends."""
    _end_pause(session, ticket, at=at)
    session.add(Pause(ticket_id=ticket.id, reason=ticket.status, started_at=at))
    session.flush()
    refresh(session, ticket, at=at)


def resume(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Let the clocks run again; deadlines move by the working time that was paused."""
    _end_pause(session, ticket, at=at)
    refresh(session, ticket, at=at)


def refresh(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Work out every open deadline anew and set the alarms that watch it."""
    alarms.cancel(session, ticket.id, (AlarmKind.REMINDER, AlarmKind.BREACH))
    pauses = pauses_of(session, ticket.id)
    owed = [target for target in of(session, ticket.id) if _is_owed(ticket, target)]
    for target in owed:
        target.due_at = sla.due(
            calendar_of(session, ticket, target), target.started_at, target.length, pauses
        )
        _watch(session, ticket, target, pauses, at=at)
    ticket.next_due_at = min((t.due_at for t in owed if t.due_at is not None), default=None)


def miss(session: DeskSession, ticket: Ticket, target: Target, *, at: datetime) -> None:
    """The deadline passed unmet: recorded for ever, with the instant at which it passed."""
    target.missed_at = target.due_at
    audit.record(
        session,
        ticket,
        Event.TARGET_MISSED,
        by=DESK,
        at=at,
        target=target.kind,
        due=_iso(target.due_at),
    )


def pauses_of(session: DeskSession, ticket_id: int) -> Pauses:
    """When the ticket's clocks stood still, in order; an end of None means they still do."""
    rows = session.execute(
        select(Pause.started_at, Pause.ended_at)
        .where(Pause.ticket_id == ticket_id)
        .order_by(Pause.started_at, Pause.id)
    )
    return [(begin, end) for begin, end in rows]


def calendar_of(session: DeskSession, ticket: Ticket, target: Target) -> Calendar:
    """The calendar the target counts in; the policy's choice when it is gone from the file."""
    known = session.policy.calendars.get(target.calendar)
    return known or calendar_for(session.policy, ticket.severity, ticket.team)


def _aim(session: DeskSession, ticket: Ticket, target: Target) -> None:
    """Take length and calendar from the ticket's severity and team."""
    severity = session.policy.severity(ticket.severity)
    target.severity = severity.key
    target.calendar = calendar_for(session.policy, ticket.severity, ticket.team).key
    target.length = {
        TargetKind.FIRST_RESPONSE: severity.first_response,
        TargetKind.RESOLUTION: severity.resolution,
    }[TargetKind(target.kind)]


def _is_owed(ticket: Ticket, target: Target) -> bool:
    return target.met_at is None and ticket.status in OPEN


def _meet(session: DeskSession, ticket: Ticket, kind: TargetKind, *, at: datetime) -> None:
    for target in of(session, ticket.id):
        if target.kind == kind and target.met_at is None:
            if target.due_at is not None and at > target.due_at and target.missed_at is None:
                miss(session, ticket, target, at=at)
            target.met_at = at
            audit.record(
                session,
                ticket,
                Event.TARGET_MET,
                by=DESK,
                at=at,
                target=target.kind,
                late=target.missed_at is not None,
            )
    refresh(session, ticket, at=at)


def _end_pause(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    running = session.scalar(
        select(Pause).where(Pause.ticket_id == ticket.id, Pause.ended_at.is_(None))
    )
    if running is not None:
        running.ended_at = at
        session.flush()


def _watch(
    session: DeskSession, ticket: Ticket, target: Target, pauses: Pauses, *, at: datetime
) -> None:
    """Arm what lies ahead. What has rung for this clock rings no more."""
    if target.due_at is None or ticket.status in PAUSED or target.missed_at is not None:
        return
    heard = alarms.rung(session, ticket.id, AlarmKind.REMINDER, since=target.started_at)
    for fraction in session.policy.sla.reminders:
        subject = f"{target.kind}@{fraction:g}"
        remind_at = _at_fraction(session, ticket, target, pauses, fraction)
        if subject not in heard and remind_at is not None and at < remind_at < target.due_at:
            alarms.arm(session, ticket.id, AlarmKind.REMINDER, due_at=remind_at, subject=subject)
    alarms.arm(session, ticket.id, AlarmKind.BREACH, due_at=target.due_at, subject=target.kind)


def _at_fraction(
    session: DeskSession, ticket: Ticket, target: Target, pauses: Pauses, fraction: float
) -> datetime | None:
    part = timedelta(seconds=round(target.length.total_seconds() * fraction))
    return sla.due(calendar_of(session, ticket, target), target.started_at, part, pauses)


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
