"""What the alarms that follow a deadline do: reminder, notice of a risk, breach, and the ladder.

However many are due in one second, they ring many in a transaction: everything is read in a few
statements, and what they bring about is written in a few. Lock order is always ticket, then alarm.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from store import alarms, audit, bulk, bundles, circle, clockwork, ladder, outbox, targets, telling
from store.alarms import Due, Rung
from store.audit import DESK, Event
from store.bundles import Item
from store.causes import Cause
from store.clockwork import Clocks
from store.database import DeskSession
from store.kinds import CARD_ROLE, Audience, Kind, News, Priority
from store.models import (
    AlarmKind,
    AuditEvent,
    OutboxMessage,
    Participant,
    Target,
    TargetKind,
    Ticket,
)
from store.rules.lifecycle import PAUSED
from store.rules.policy import Policy


def ring(
    session: DeskSession, some: Sequence[Due], *, at: datetime, down_until: datetime | None
) -> int:
    """Ring those of them that are still due, in this order, without tickets that somebody is
    changing right now: the next tick asks again. Return how many rang.
    """
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_({due.ticket for due in some}))
        .order_by(Ticket.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    taken = alarms.take_all(session, some, [ticket.id for ticket in tickets], at=at)
    together = _Together(session, tickets, at)
    session.expunge_all()  # what changes is written below, many rows at a time
    for alarm in taken:
        cause = alarms.cause_of(session, alarm, at=at, down_until=down_until)
        clocks = together.clocks[alarm.ticket_id]
        target = clockwork.target_named(clocks.owed, alarm.subject)
        if target is not None and clocks.ticket.status not in PAUSED:
            _RINGING[AlarmKind(alarm.kind)](together, _Ringing(alarm, clocks, target, cause))
    together.write()
    return len(taken)


class _Ringing(NamedTuple):
    """An alarm about a target that is owed and whose clock runs."""

    alarm: Rung
    clocks: Clocks
    target: Target
    cause: Cause

    @property
    def ticket(self) -> Ticket:
        return self.clocks.ticket


class _Together:
    """What some alarms bring about, until all of it is written."""

    def __init__(self, session: DeskSession, tickets: Sequence[Ticket], at: datetime) -> None:
        self.session = session
        self.at = at
        self.clocks = {each.ticket.id: each for each in clockwork.load(session, tickets)}
        self.late: dict[int, Clocks] = {}
        """Those of which a deadline has passed unmet just now."""
        self._changed: dict[int, Ticket] = {}
        self._events: list[dict[str, Any]] = []
        self._missed: list[dict[str, Any]] = []
        self._heard: defaultdict[str, list[Item]] = defaultdict(list)
        self._causes: defaultdict[str, dict[str, Cause]] = defaultdict(dict)
        self._notices: dict[int, tuple[_Ringing, str, dict[str, Any]]] = {}

    @cached_property
    def _joined(self) -> dict[int, list[Participant]]:
        return circle.of_all(self.session, list(self.clocks))

    def record(self, ticket: Ticket, kind: Event, **about: Any) -> None:
        """Into the audit trail."""
        self._changed[ticket.id] = ticket
        self._events.append(audit.next_row(ticket, kind, by=DESK, at=self.at, **about))

    def miss(self, ringing: _Ringing) -> None:
        """The deadline passed unmet: see `targets.miss`."""
        ticket, target = ringing.ticket, ringing.target
        self.record(ticket, Event.TARGET_MISSED, **targets.missed(target))
        self._missed.append({"id": target.id, "missed_at": target.missed_at})
        self.late[ticket.id] = ringing.clocks

    def tell(self, people: Iterable[str | None], item: Item, cause: Cause) -> None:
        """In what each of them hears of this tick."""
        for person in filter(None, people):
            self._heard[person].append(item)
            self._causes[person][cause.name] = cause

    def notice(self, ringing: _Ringing, channel: str, **about: Any) -> None:
        """Into the thread of the card there, shown in the channel too: nobody may overlook it.
        Once a tick, the last of what comes together.
        """
        self._notices[ringing.target.id] = (ringing, channel, about)

    def news(self, ringing: _Ringing, what: News) -> None:
        """To the requester's side."""
        self.session.cause = ringing.cause
        joined = self._joined.get(ringing.ticket.id, [])
        telling.news(self.session, ringing.ticket, what, at=self.at, joined=joined)
        self.session.cause = None

    def write(self) -> None:
        """All of it, in a few statements."""
        bulk.update_many(self.session, Ticket, [_of_ticket(t) for t in self._changed.values()])
        bulk.update_many(self.session, Target, self._missed)
        bulk.insert_many(self.session, AuditEvent, self._events)
        if self._notices:
            self._promise_notices()
        if self._heard:
            alone = {person: next(iter(of.values())) for person, of in self._causes.items()
                     if len(of) == 1}  # fmt: skip
            bundles.add(self.session, self._heard, at=self.at, causes=alone)
        if self.late:
            late = list(self.late.values())
            outbox.redraw(self.session, *(each.ticket for each in late), at=self.at)
            clockwork.watch(self.session, late, at=self.at)

    def _promise_notices(self) -> None:
        said = self.session.scalars(
            select(OutboxMessage.about).where(
                OutboxMessage.ticket_id.in_(
                    {ringing.ticket.id for ringing, *_ in self._notices.values()}
                ),
                OutboxMessage.kind == Kind.QUEUE_NOTICE,
                OutboxMessage.created_at == self.at,
            )
        )
        for before in said:
            self._notices.pop(before["target"], None)
        for ringing, channel, about in self._notices.values():
            self.session.cause = ringing.cause
            outbox.add(
                self.session,
                Kind.QUEUE_NOTICE,
                audience=Audience.AGENTS,
                channel=channel,
                at=self.at,
                priority=Priority.REMINDER,
                ticket_id=ringing.ticket.id,
                thread=CARD_ROLE,
                target=ringing.target.id,
                **about,
            )
        self.session.cause = None


def _of_ticket(ticket: Ticket) -> dict[str, Any]:
    """What an event and a notice change in it."""
    return {
        "id": ticket.id,
        "version": ticket.version,
        "last_seq": ticket.last_seq,
        "changed_at": ticket.changed_at,
        "quiet_until": ticket.quiet_until,
    }


def _reminder(together: _Together, ringing: _Ringing) -> None:
    """Part of the time is used up: the assignee hears, or the queue while nobody has it. Once the
    deadline has passed too, only the breach speaks.
    """
    ticket, target = ringing.ticket, ringing.target
    if target.due_at is None or target.due_at <= together.at:
        return
    together.record(ticket, Event.REMINDED, target=ringing.alarm.subject)
    which = _which(together.session.policy, ringing)
    item = Item(target=target.id, what="reminder", role="assignee", which=which)
    together.tell([ticket.assignee], item, ringing.cause)
    if ticket.assignee is None:
        queue, *_ = outbox.card_channels(together.session, ticket)
        together.notice(ringing, queue, which=which)


def _which(policy: Policy, ringing: _Ringing) -> list[int]:
    """Its number among the policy's reminders, and how many they are; one of an edited policy's
    stands alone.
    """
    parts = sorted(policy.sla.reminders)
    names = [clockwork.subject_of(ringing.target, part) for part in parts]
    subject = ringing.alarm.subject
    return [names.index(subject) + 1, len(names)] if subject in names else [1, 1]


def _at_risk(together: _Together, ringing: _Ringing) -> None:
    """It may take longer than promised: the requester hears before it does."""
    target = ringing.target
    if target.due_at is not None and together.at < target.due_at:
        together.record(ringing.ticket, Event.TOLD_AT_RISK, target=target.kind)
        together.news(ringing, News.AT_RISK)


def _breach(together: _Together, ringing: _Ringing) -> None:
    """The deadline passed: the assignee hears, the team's thread, whoever stands on the first
    step of the ladder, and the requester when it is the resolution that is late.
    """
    ticket, target = ringing.ticket, ringing.target
    if clockwork.is_missed(target):
        return
    together.miss(ringing)
    together.notice(ringing, together.session.policy.team(ticket.team).channel)
    item = Item(target=target.id, what="breach", role="assignee")
    together.tell([ticket.assignee], item, ringing.cause)
    _step(together, ringing, clockwork.subject_of(target, 0))
    if target.kind == TargetKind.RESOLUTION:
        together.news(ringing, News.DELAYED)


def _climb(together: _Together, ringing: _Ringing) -> None:
    """Still not done, long after the deadline: the next step of the ladder hears."""
    if clockwork.is_missed(ringing.target):
        _step(together, ringing, ringing.alarm.subject)


def _step(together: _Together, ringing: _Ringing, subject: str) -> None:
    """The step of the ladder that the subject names: whoever stands on it hears."""
    ticket, target = ringing.ticket, ringing.target
    for step, people in ladder.reached(together.session, ticket, target, subject):
        together.record(ticket, Event.BREACH_CLIMBED, target=target.kind, step=step, people=people)
        item = Item(target=target.id, what="climb", role="lead")
        together.tell(people, item, ringing.cause)


_RINGING: Final[dict[AlarmKind, Callable[[_Together, _Ringing], None]]] = {
    AlarmKind.REMINDER: _reminder,
    AlarmKind.AT_RISK: _at_risk,
    AlarmKind.BREACH: _breach,
    AlarmKind.CLIMB: _climb,
}
