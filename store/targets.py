"""What is owed on a ticket, by when: the targets, and what every change does to their clocks."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from store import audit, clockwork, moves, outbox
from store.audit import DESK, Event
from store.clockwork import Because
from store.database import DeskSession
from store.models import Pause, Target, TargetKind, Ticket
from store.rules.policy import Policy, calendar_for


def of(session: DeskSession, ticket_id: int) -> list[Target]:
    """The ticket's targets in the order in which they began to be owed."""
    return list(
        session.scalars(select(Target).where(Target.ticket_id == ticket_id).order_by(Target.id))
    )


def start(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Begin the clocks of a new ticket."""
    for kind in (TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION):
        _begin(session, ticket, kind, cycle=1, at=at)
    ticket.clocks = session.policy.clocks
    refresh(session, ticket, at=at)


def severity_changed(
    session: DeskSession, ticket: Ticket, *, worse: bool, at: datetime, by: str = DESK
) -> None:
    """Owe what the new severity promises. By default a worse one begins its clock now, so that a
    late rise is not overdue at once; a milder one keeps counting from where it began. What was
    promised by hand for the old severity no longer holds; what was missed stays missed.
    """
    for target in of(session, ticket.id):
        if target.met_at is None and aim(session, ticket, target, at=at):
            target.promised_at = target.promised_on = None
            if worse and session.policy.sla.on_raise == "restart":
                target.started_at = at
    refresh(session, ticket, at=at, because=Because.SEVERITY, by=by)


def team_changed(session: DeskSession, ticket: Ticket, *, at: datetime, by: str = DESK) -> None:
    """The new team's calendar counts from the start, unless the severity has its own."""
    for target in of(session, ticket.id):
        if target.met_at is None:
            aim(session, ticket, target, at=at)
    refresh(session, ticket, at=at, because=Because.TEAM, by=by)


def replied(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """A person has written to the requester: nothing else meets the targets of answers."""
    ticket.first_reply_at = ticket.first_reply_at or at
    _meet(session, ticket, TargetKind.FIRST_RESPONSE, at=at)
    _meet(session, ticket, TargetKind.NEXT_RESPONSE, at=at)
    refresh(session, ticket, at=at)


def answer_owed(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The requester wrote: the next answer is due, unless one is owed already or the severity
    promises none.
    """
    promised = _length(session.policy, ticket, TargetKind.NEXT_RESPONSE)
    answers = [t for t in of(session, ticket.id) if t.kind != TargetKind.RESOLUTION]
    if promised is None or any(t.met_at is None and t.withdrawn_at is None for t in answers):
        return
    before = sum(target.kind == TargetKind.NEXT_RESPONSE for target in answers)
    target = _begin(session, ticket, TargetKind.NEXT_RESPONSE, cycle=before + 1, at=at)
    audit.record(
        session, ticket, Event.ANSWER_OWED, by=DESK, at=at, target=target.kind, cycle=target.cycle
    )
    refresh(session, ticket, at=at)
    outbox.redraw(session, ticket, at=at)


def resolution_given(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket is resolved, or closed without that: no clock runs any more. Answers that nobody
    gave are not met by that; a deadline that has passed is missed, whether or not it rang yet.
    """
    _end_pause(session, ticket, at=at)
    owed = [t for t in of(session, ticket.id) if t.met_at is None and t.withdrawn_at is None]
    if any(target.kind == TargetKind.RESOLUTION for target in owed):  # it was open until now
        for target in owed:
            _miss_if_late(session, ticket, target, at=at)
    _meet(session, ticket, TargetKind.RESOLUTION, at=at)
    refresh(session, ticket, at=at)


def reopened(
    session: DeskSession,
    ticket: Ticket,
    *,
    was_over_since: datetime,
    at: datetime,
    by: str = DESK,
) -> None:
    """The resolution is owed again. What was used stays used: the time in which it counted as
    resolved is a pause; or the clock begins afresh, where the policy says so.
    """
    for target in of(session, ticket.id):
        if target.kind == TargetKind.RESOLUTION:
            target.met_at = None
            if session.policy.sla.on_reopen == "restart":
                target.started_at = at
                target.promised_at = target.promised_on = None
        if target.met_at is None:  # deskbell.toml may have been edited while it was over
            aim(session, ticket, target, at=at)
    ticket.clocks = session.policy.clocks
    session.add(
        Pause(ticket_id=ticket.id, reason="resolved", started_at=was_over_since, ended_at=at)
    )
    refresh(session, ticket, at=at, because=Because.REOPENED, by=by)


def withdraw_all(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket was merged: what it still owes is another's to give. A deadline that has passed
    is missed all the same, whether or not it rang yet.
    """
    _end_pause(session, ticket, at=at)
    for target in of(session, ticket.id):
        if target.met_at is None and target.withdrawn_at is None:
            _miss_if_late(session, ticket, target, at=at)
            _withdraw(session, ticket, target, at=at)
    refresh(session, ticket, at=at)


def owe_again(
    session: DeskSession, ticket: Ticket, *, since: datetime, at: datetime, by: str
) -> None:
    """Undo `withdraw_all`, which was `since` then; the time from then till now does not count."""
    session.add(Pause(ticket_id=ticket.id, reason="merged", started_at=since, ended_at=at))
    for target in of(session, ticket.id):
        if target.withdrawn_at == since:
            target.withdrawn_at = None
            aim(session, ticket, target, at=at)
    ticket.clocks = session.policy.clocks
    refresh(session, ticket, at=at, because=Because.REOPENED, by=by)


def pause(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Stop the clocks; a second reason to stand still begins where the first ends."""
    _end_pause(session, ticket, at=at)
    session.add(Pause(ticket_id=ticket.id, reason=ticket.status, started_at=at))
    refresh(session, ticket, at=at)


def resume(session: DeskSession, ticket: Ticket, *, at: datetime, by: str = DESK) -> None:
    """Let the clocks run again; deadlines move by the working time that was paused."""
    _end_pause(session, ticket, at=at)
    refresh(session, ticket, at=at, because=Because.RESUMED, by=by)


def refresh(
    session: DeskSession,
    ticket: Ticket,
    *,
    at: datetime,
    because: Because = Because.POLICY,
    by: str = DESK,
) -> None:
    """Work out every open deadline anew, say which of them moved and why, and set the alarms."""
    clocks = clockwork.load(session, [ticket])
    for one in clocks:
        moved = clockwork.recount(session, one)
        moves.tell(session, ticket, moved, because=because, by=by, at=at)
    clockwork.watch(session, clocks, at=at, resumed=because is Because.RESUMED)


def miss(session: DeskSession, ticket: Ticket, target: Target, *, at: datetime) -> None:
    """The deadline passed unmet: recorded for ever, with the instant at which it passed."""
    audit.record(session, ticket, Event.TARGET_MISSED, by=DESK, at=at, **missed(target))


def missed(target: Target) -> dict[str, Any]:
    """The same for whoever writes many events at once: what this one says."""
    target.missed_at = target.due_at
    return {"target": target.kind, "due": target.due_at and target.due_at.isoformat()}


def aim(session: DeskSession, ticket: Ticket, target: Target, *, at: datetime) -> bool:
    """Take length and calendar from the ticket's severity and team. False: the severity promises
    nothing of the kind, so it is owed no more. A key gone from the policy changes nothing.
    """
    policy = session.policy
    if ticket.severity not in policy.severities or ticket.team not in policy.teams:
        return True
    length = _length(policy, ticket, TargetKind(target.kind))
    if length is None:
        _withdraw(session, ticket, target, at=at)
        return False
    target.severity, target.length = ticket.severity, length
    target.calendar = calendar_for(policy, ticket.severity, ticket.team).key
    return True


def _begin(
    session: DeskSession, ticket: Ticket, kind: TargetKind, *, cycle: int, at: datetime
) -> Target:
    target = Target(ticket_id=ticket.id, kind=kind, cycle=cycle, started_at=at)
    aim(session, ticket, target, at=at)
    session.add(target)
    return target


def _length(policy: Policy, ticket: Ticket, kind: TargetKind) -> timedelta | None:
    severity = policy.severity(ticket.severity)
    return {
        TargetKind.FIRST_RESPONSE: severity.first_response,
        TargetKind.RESOLUTION: severity.resolution,
        TargetKind.NEXT_RESPONSE: severity.next_response,
    }[kind]


def _withdraw(session: DeskSession, ticket: Ticket, target: Target, *, at: datetime) -> None:
    if target.withdrawn_at is None:
        target.withdrawn_at = at
        audit.record(session, ticket, Event.TARGET_WITHDRAWN, by=DESK, at=at, target=target.kind)


def _meet(session: DeskSession, ticket: Ticket, kind: TargetKind, *, at: datetime) -> None:
    """Met, late or not; an answer that was withdrawn is nobody's any more."""
    for target in of(session, ticket.id):
        if target.kind != kind or target.met_at is not None or target.withdrawn_at is not None:
            continue
        _miss_if_late(session, ticket, target, at=at)
        target.met_at = at
        late = target.missed_at is not None
        audit.record(
            session, ticket, Event.TARGET_MET, by=DESK, at=at, target=target.kind, late=late
        )


def _miss_if_late(session: DeskSession, ticket: Ticket, target: Target, *, at: datetime) -> None:
    if target.due_at is not None and at > target.due_at and not clockwork.is_missed(target):
        miss(session, ticket, target, at=at)


def _end_pause(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    running = session.scalar(
        select(Pause).where(Pause.ticket_id == ticket.id, Pause.ended_at.is_(None))
    )
    if running is not None:
        running.ended_at = at
        session.flush()
