"""What an agent has to look at now, and why; whatever is theirs and in order is not listed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import func, select

from store import access, alarms, clockwork, handing, lookups
from store.audit import Event
from store.clockwork import Clocks
from store.database import DeskSession
from store.models import AlarmKind, Answer, AuditEvent, Entry, EntryKind, Ticket
from store.rules.courtesy import is_thanks
from store.rules.lifecycle import Status
from store.rules.policy import Policy

MOST: Final = 200
"""Tickets of each kind that are looked at; the nearest deadlines are among them."""


class Why(StrEnum):
    """Why a ticket needs attention, the most pressing first."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    UPDATE_DUE = "update_due"
    ANSWERED = "answered"
    HANDED = "handed"
    NEW = "new"


class Concern(NamedTuple):
    """A ticket that needs attention; never without a reason."""

    ticket: Ticket
    why: tuple[Why, ...]


def needed(session: DeskSession, agent: str, *, at: datetime, first: int = MOST) -> list[Concern]:
    """What the agent looks after and their teams' queues, as far as something has to be done, the
    nearest deadline first; the `first` of these are complete. Leads and admins also see what is
    late with others.
    """
    found = [
        *lookups.mine(session, agent, limit=MOST),
        *lookups.unassigned(session, agent, limit=first),
        *(lookups.overdue(session, agent, at=at, limit=first) if _leads(session, agent) else ()),
    ]
    why = _reasons(session, list(dict.fromkeys(found)), agent, at)
    return sorted((each for each in why if each.why), key=_by_breach)


def _by_breach(concern: Concern) -> tuple[bool, datetime | None, int]:
    due = concern.ticket.next_due_at
    return (due is None, due, concern.ticket.id)


def _leads(session: DeskSession, agent: str) -> bool:
    leads = any(agent in access.leads_of(session, team) for team in session.policy.teams)
    return leads or access.is_admin(session, agent)


def _reasons(
    session: DeskSession, tickets: Sequence[Ticket], agent: str, at: datetime
) -> list[Concern]:
    mine = [ticket.id for ticket in tickets if ticket.assignee == agent]
    sets = {
        Why.OVERDUE: {t.id for t in tickets if t.next_due_at is not None and t.next_due_at <= at},
        Why.AT_RISK: _at_risk(session, tickets, at),
        Why.UPDATE_DUE: _owing_news(session, mine),
        Why.ANSWERED: _answered(session, mine),
        Why.HANDED: handing.unanswered(session, mine, by=agent),
        Why.NEW: {ticket.id for ticket in tickets if ticket.status == Status.NEW},
    }
    return [Concern(t, tuple(why for why, ids in sets.items() if t.id in ids)) for t in tickets]


def _at_risk(session: DeskSession, tickets: Sequence[Ticket], at: datetime) -> set[int]:
    """Those of whose deadline, still ahead, the last warning has been given."""
    ahead = [each for each in tickets if each.next_due_at is not None and each.next_due_at > at]
    return {
        clocks.ticket.id
        for clocks in clockwork.load(session, ahead)
        if _is_warned(session.policy, clocks)
    }


def _is_warned(policy: Policy, clocks: Clocks) -> bool:
    last = max(policy.sla.reminders, default=0)
    warnings = [(AlarmKind.REMINDER, last), (AlarmKind.AT_RISK, policy.sla.at_risk)]
    return any(
        fraction
        and clocks.heard(
            kind,
            clockwork.subject_of(target, fraction),
            since=target.promised_on or target.started_at,
        )
        for target in clocks.owed
        for kind, fraction in warnings
    )


def _owing_news(session: DeskSession, tickets: Sequence[int]) -> set[int]:
    """Those whose agent was asked for news, and has said nothing to the requester since."""
    found = session.execute(
        select(AuditEvent.ticket_id, func.max(AuditEvent.at).label("last"))
        .where(
            AuditEvent.ticket_id.in_(tickets),
            AuditEvent.kind.in_([Event.REPLIED, Event.ASKED, Event.INCIDENT_UPDATED]),
        )
        .group_by(AuditEvent.ticket_id)
    )
    said = {row.ticket_id: row.last for row in found}
    asked = alarms.rung(session, tickets, [AlarmKind.UPDATE_DUE])
    return {
        ticket
        for ticket, _, _, rung_at in asked
        if rung_at is not None and (ticket not in said or said[ticket] < rung_at)
    }


def _answered(session: DeskSession, tickets: Sequence[int]) -> set[int]:
    """Those where the requester's side had the last word, and it was more than thanks."""
    last: dict[int, dict[str, int]] = {}
    for ticket, kind, entry in session.execute(
        select(Entry.ticket_id, Entry.kind, func.max(Entry.id))
        .where(
            Entry.ticket_id.in_(tickets),
            Entry.kind.in_([EntryKind.ANSWER, EntryKind.REPLY]),
            Entry.undone_at.is_(None),
        )
        .group_by(Entry.ticket_id, Entry.kind)
    ):
        last.setdefault(ticket, {})[kind] = entry
    words = [
        said[EntryKind.ANSWER]
        for said in last.values()
        if said.get(EntryKind.ANSWER, 0) > said.get(EntryKind.REPLY, 0)
    ]
    return _without_thanks(session, words)


def _without_thanks(session: DeskSession, answers: Iterable[int]) -> set[int]:
    found = session.execute(
        select(Answer.ticket_id, Answer.text).where(Answer.id.in_(list(answers)))
    )
    return {ticket for ticket, words in found if not is_thanks(words)}
