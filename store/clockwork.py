"""Working out when things are due, and the alarms that watch it: for one ticket or a hundred.

Reads everything in a few statements and writes only what differs, because a policy edit moves the
deadlines of every open ticket.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, select

from store import alarms
from store.alarms import Wanted
from store.database import DeskSession
from store.models import AlarmKind, Pause, Target, TargetKind, Ticket
from store.rules import promise, sla
from store.rules.lifecycle import OPEN, PAUSED
from store.rules.policy import Calendar, Policy, calendar_for
from store.rules.sla import Pauses

KINDS: Final = (AlarmKind.REMINDER, AlarmKind.BREACH, AlarmKind.CLIMB, AlarmKind.AT_RISK)
"""The alarms that follow a deadline."""

_TICKETS: BindParameter[int] = bindparam("tickets", expanding=True)
_OWED: Final = (
    select(Target)
    .where(Target.ticket_id.in_(_TICKETS), Target.met_at.is_(None), Target.withdrawn_at.is_(None))
    .order_by(Target.id)
)
_PAUSES: Final = (
    select(Pause.ticket_id, Pause.started_at, Pause.ended_at)
    .where(Pause.ticket_id.in_(_TICKETS))
    .order_by(Pause.started_at, Pause.id)
)
"""Built once: every change of a ticket asks."""

_ZERO: Final = timedelta(0)


class Because(StrEnum):
    """Why a deadline moved."""

    SEVERITY = "severity"
    TEAM = "team"
    RESUMED = "resumed"
    REOPENED = "reopened"
    PROMISED = "promised"
    POLICY = "policy"


class Move(NamedTuple):
    """An open deadline that is another one now."""

    target: Target
    was: datetime
    now: datetime


@dataclass
class Clocks:
    """A ticket with everything that its deadlines depend on."""

    ticket: Ticket
    targets: list[Target] = field(default_factory=list)
    """Those not met and not withdrawn."""
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    rung: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When each alarm, by kind and subject, rang last."""

    @property
    def owed(self) -> list[Target]:
        """The targets that are still open."""
        return [target for target in self.targets if is_owed(self.ticket, target)]

    def heard(self, kind: AlarmKind, subject: str, *, since: datetime) -> bool:
        """Whether it has rung since then."""
        last = self.rung.get((kind, subject))
        return last is not None and last >= since


def subject_of(target: Target, part: float | None = None) -> str:
    """How an alarm names the target: `resolution`, `next_response.2`, `resolution@0.8`."""
    name = target.kind if target.cycle == 1 else f"{target.kind}.{target.cycle}"
    return name if part is None else f"{name}@{part:g}"


def target_named(targets: Sequence[Target], subject: str) -> Target | None:
    """The target that an alarm's subject names."""
    name = subject.partition("@")[0]
    return next((target for target in targets if subject_of(target) == name), None)


def is_owed(ticket: Ticket, target: Target) -> bool:
    """Whether somebody still has to do something by its deadline."""
    return target.met_at is None and target.withdrawn_at is None and ticket.status in OPEN


def load(session: DeskSession, tickets: Sequence[Ticket]) -> list[Clocks]:
    """The clocks of these tickets, in their order."""
    session.flush()
    found = {ticket.id: Clocks(ticket) for ticket in tickets}
    ids = list(found)
    for target in session.scalars(_OWED, {"tickets": ids}):
        found[target.ticket_id].targets.append(target)
    for ticket_id, start, end in session.execute(_PAUSES, {"tickets": ids}):
        found[ticket_id].pauses.append((start, end))
    for ticket_id, kind, subject, rung_at in alarms.rung(session, ids, KINDS):
        if rung_at is not None:
            found[ticket_id].rung[kind, subject] = rung_at
    return list(found.values())


def recount(session: DeskSession, clocks: Clocks) -> list[Move]:
    """Work out every open deadline anew; return those that moved. While the clock stands still
    nothing has moved yet: what the pause did shows when it ends.
    """
    moves = []
    for target in clocks.owed:
        target.due_at = due(session.policy, clocks.ticket, target, clocks.pauses)
        if target.due_at is None:
            continue
        was, target.last_due_at = target.last_due_at, target.due_at
        if was is not None and was != target.due_at:
            moves.append(Move(target, was, target.due_at))
    dues = [target.due_at for target in clocks.owed if target.due_at is not None]
    clocks.ticket.next_due_at = min(dues, default=None)
    return moves


def due(policy: Policy, ticket: Ticket, target: Target, pauses: Pauses) -> datetime | None:
    """The deadline: the policy's, or a later one that was promised; None while paused."""
    calendar = calendar_of(policy, ticket, target)
    by_policy = sla.due(calendar, target.started_at, target.length, pauses)
    if target.promised_at is None or target.promised_on is None or by_policy is None:
        return by_policy
    promised = promise.due(calendar, target.promised_at, target.promised_on, pauses)
    return promised and max(promised, by_policy)


def calendar_of(policy: Policy, ticket: Ticket, target: Target) -> Calendar:
    """The calendar the target counts in; the policy's choice when it is gone from the file."""
    known = policy.calendars.get(target.calendar)
    if known is not None:
        return known
    return calendar_now(policy, ticket)


def calendar_now(policy: Policy, ticket: Ticket) -> Calendar:
    """The policy's choice for the ticket; the desk's own calendar when severity or team are gone
    from the file.
    """
    if ticket.severity in policy.severities and ticket.team in policy.teams:
        return calendar_for(policy, ticket.severity, ticket.team)
    return policy.calendars[policy.calendar]


def watch(
    session: DeskSession, all_clocks: Sequence[Clocks], *, at: datetime, resumed: bool = False
) -> None:
    """Set the alarms that watch these deadlines, and cancel those that watch no more. What was due
    and has not rung yet still rings, if it is true; `resumed`: also what a pause had silenced.
    """
    wanted: dict[int, list[Wanted]] = defaultdict(list)
    for clocks in all_clocks:
        for target in clocks.owed:
            some = _wanted(session.policy, clocks, target, at)
            if resumed:
                some = (one._replace(only_if_due=False) for one in some)
            wanted[clocks.ticket.id] += some
    tickets = [clocks.ticket.id for clocks in all_clocks]
    alarms.follow(session, tickets, KINDS, wanted, at=at)


def is_missed(target: Target) -> bool:
    """Whether the deadline as it is now has passed unmet."""
    return (
        target.missed_at is not None
        and target.due_at is not None
        and target.due_at <= target.missed_at
    )


def _wanted(policy: Policy, clocks: Clocks, target: Target, at: datetime) -> Iterator[Wanted]:
    """Before the deadline: reminders and the breach. After it: the next step of the ladder."""
    if target.due_at is None or clocks.ticket.status in PAUSED:
        return
    if is_missed(target):
        yield from _climbs(policy, clocks, target)
        return
    for fraction in policy.sla.reminders:
        yield from _ahead(policy, clocks, target, AlarmKind.REMINDER, fraction=fraction, at=at)
    if target.kind == TargetKind.RESOLUTION and policy.sla.at_risk:
        fraction = policy.sla.at_risk
        yield from _ahead(policy, clocks, target, AlarmKind.AT_RISK, fraction=fraction, at=at)
    yield Wanted(AlarmKind.BREACH, subject_of(target), target.due_at)


def _ahead(
    policy: Policy,
    clocks: Clocks,
    target: Target,
    kind: AlarmKind,
    *,
    fraction: float,
    at: datetime,
) -> Iterator[Wanted]:
    """When that part of the time is used up, unless it has been said or the deadline passed. A
    promise without any working time before it has no parts.
    """
    subject = subject_of(target, fraction)
    start = target.promised_on or target.started_at
    if clocks.heard(kind, subject, since=start):
        return
    calendar = calendar_of(policy, clocks.ticket, target)
    assert target.due_at is not None  # asked only for running clocks
    whole = (
        target.length
        if target.promised_on is None
        else sla.used(calendar, start, clocks.pauses, target.due_at)
    )
    moment = sla.due(calendar, start, _part(whole, fraction), clocks.pauses)
    if whole and moment is not None and max(at, moment) < target.due_at:
        yield Wanted(kind, subject, moment, only_if_due=moment < at)


def _climbs(policy: Policy, clocks: Clocks, target: Target) -> Iterator[Wanted]:
    """The later steps of the ladder that nobody has heard of yet; those at the deadline itself
    belong to the breach.
    """
    calendar = calendar_of(policy, clocks.ticket, target)
    assert target.due_at is not None  # asked only for missed deadlines
    for step in policy.sla.ladder:
        subject = subject_of(target, step.after)
        if not step.after or clocks.heard(AlarmKind.CLIMB, subject, since=target.started_at):
            continue
        over = _part(target.length, step.after)
        moment = sla.due(calendar, target.due_at, over, clocks.pauses)
        if moment is not None:
            yield Wanted(AlarmKind.CLIMB, subject, moment)


def _part(length: timedelta, fraction: float) -> timedelta:
    """In whole seconds, as lengths are kept."""
    return max(timedelta(seconds=round(length.total_seconds() * fraction)), _ZERO)
