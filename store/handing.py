"""A ticket that was handed to somebody is accepted, or handed back with a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from store import access, audit, change, telling, triage
from store.audit import Event
from store.database import DeskSession
from store.handoffs import HANDOVERS, SETTLING
from store.kinds import News, Tell
from store.models import AuditEvent, Ticket
from store.rules.errors import InvalidFields, Refused, TicketNotFound
from store.rules.lifecycle import OPEN, Status, Step
from store.rules.sentences import working as say


def is_open(session: DeskSession, event: AuditEvent) -> bool:
    """Whether this hand-over still waits for an answer."""
    if event.kind not in HANDOVERS or not {"team", "assignee"} & set(event.changes):
        return False
    last = session.scalar(
        select(AuditEvent.id)
        .where(AuditEvent.ticket_id == event.ticket_id, AuditEvent.kind.in_(SETTLING))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    return last == event.id and session.get_one(Ticket, event.ticket_id).status in OPEN


def unanswered(session: DeskSession, tickets: Sequence[int], *, by: str) -> set[int]:
    """Those of the agent's open tickets that somebody else handed to them, and they have not yet
    accepted.
    """
    newest = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.ticket_id.in_(tickets), AuditEvent.kind.in_(SETTLING))
        .group_by(AuditEvent.ticket_id)
    )
    events = session.scalars(select(AuditEvent).where(AuditEvent.id.in_(newest)))
    return {
        event.ticket_id
        for event in events
        if event.kind in HANDOVERS and event.actor != by and "assignee" in event.changes
    }


def accept(session: DeskSession, event_id: int, *, by: str, at: datetime) -> Ticket:
    """Say "I have it". What was handed to a team is claimed with it."""
    ticket, event = _asked(session, event_id, by)
    if ticket.assignee is None:
        triage.claim(session, ticket.id, by=by, at=at)
    told = audit.record(session, ticket, Event.ACCEPTED, by=by, at=at)
    change.announce(session, ticket, told)
    telling.tell(session, ticket, Tell.ACCEPTED, [event.actor], at=at, but=by, event=told.id)
    return ticket


def hand_back(session: DeskSession, event_id: int, *, reason: str, by: str, at: datetime) -> Ticket:
    """Return it to who had it, or to the queue where nobody had it. InvalidFields: `reason`."""
    ticket, event = _asked(session, event_id, by)
    if not reason.strip():
        raise InvalidFields({"reason": say.WHY_BACK})
    before = audit.facts(ticket)
    had_it = _had_it(session, ticket, event)
    change.step(ticket, Step.ASSIGN if had_it else Step.HAND_TO_TEAM)
    ticket.team = (event.changes.get("team") or [ticket.team])[0]
    ticket.assignee = had_it
    if had_it is None:
        ticket.resume_at = None
    told = audit.record(
        session, ticket, Event.HANDED_BACK, by=by, at=at, before=before, remark=reason
    )
    triage.arrive(session, ticket, told, before)
    change.announce(session, ticket, told, News.ASSIGNED if had_it else None)
    telling.tell(
        session, ticket, Tell.HANDED_BACK, [had_it, event.actor], at=at, but=by, event=told.id
    )
    return ticket


def _asked(session: DeskSession, event_id: int, by: str) -> tuple[Ticket, AuditEvent]:
    """The locked ticket and the hand-over that waits for this person's answer."""
    event = session.get(AuditEvent, event_id)
    if event is None:
        raise TicketNotFound(event_id)
    ticket = change.for_agent(session, event.ticket_id, by)
    if not is_open(session, event):
        raise Refused(say.hand_over_settled(ticket.id))
    if ticket.assignee not in {None, by}:
        raise Refused(say.handed_to(ticket.id, str(ticket.assignee)))
    return ticket, event


def _had_it(session: DeskSession, ticket: Ticket, event: AuditEvent) -> str | None:
    """Who can have it again: still here, and still allowed to work it."""
    person: str | None = (event.changes.get("assignee") or [None])[0]
    if person is None or not access.active_people(session, [person]):
        return None
    if ticket.status == Status.NEW and ticket.assignee is not None:
        return None
    return person if access.may_work(session, ticket, person) else None
