"""How a ticket ends: resolved, confirmed or quiet, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from store import (
    access,
    alarms,
    audit,
    change,
    checklist,
    clockwork,
    findings,
    follow_up,
    incidents,
    on_call,
    targets,
    telling,
)
from store.audit import DESK, Event, Facts
from store.database import DeskSession
from store.files import SlackFile
from store.findings import Findings
from store.kinds import News, Tell
from store.models import AlarmKind, AuditEvent, Reply, Role, Ticket
from store.rules.errors import InvalidFields, NotAllowed, Refused
from store.rules.lifecycle import OPEN, Status, Step
from store.rules.sentences import ending as say

_OF_OPEN_TICKETS: Final = (
    *clockwork.KINDS, AlarmKind.RESUME, AlarmKind.WAITING_NUDGE, AlarmKind.HOLD_REMINDER,
    AlarmKind.UPDATE_DUE,
)  # fmt: skip
HOW: Final = ("in_person", "phone", "email", "chat", "tested")
"""How an agent may know that it is fixed."""

OF_ENDINGS: Final = (AlarmKind.QUIET_WARNING, AlarmKind.QUIET_CLOSE, AlarmKind.FOLLOW_UP)
"""The alarms of a ticket that is over."""


def resolve(
    session: DeskSession,
    ticket_id: int,
    *,
    cause: str,
    fix: str,
    cause_kind: str | None = None,
    fixed_by: str | None = None,
    reply: str | None = None,
    given: Sequence[SlackFile] = (),
    by: str,
    at: datetime,
    version: int | None = None,
    with_incident: bool = False,
) -> Ticket:
    """Record what was wrong, what was done and by whom, and ask the requester whether it is fixed.

    All of that is internal; `reply` goes to the requester, with the files `given`. InvalidFields:
    as `findings.explain`.
    `with_incident`: it ends with the major incident that an agent of it has linked it to; whoever
    resolved that need not be one, and what is left of its checklist counts as waived.
    """
    found = Findings(cause, fix, cause_kind, fixed_by)
    if with_incident:
        ticket = change.locked(session, ticket_id)
        findings.note(ticket, found)
        if ticket.status in OPEN:
            checklist.waive_rest(session, ticket, reason=say.ENDED_WITH_INCIDENT, by=by, at=at)
    else:
        ticket = findings.explain(session, ticket_id, found, by=by, version=version)
    said = _say(session, ticket, reply or "", given, by=by, at=at)
    return conclude(session, ticket, said, by=by, at=at, claims=not with_incident)


def conclude(
    session: DeskSession,
    ticket: Ticket,
    said: Reply | None,
    *,
    by: str,
    at: datetime,
    claims: bool = True,
) -> Ticket:
    """Resolve the locked ticket, on which cause and fix are noted; `said` goes to the requester
    with the question whether it is fixed. `claims`: if nobody has it, the resolver gets it.
    """
    before = audit.facts(ticket)
    change.step(ticket, Step.RESOLVE)
    ticket.resolver = by
    if claims:
        ticket.assignee = ticket.assignee or by
    ticket.resolved_at, ticket.resume_at = at, None
    event = audit.record(
        session, ticket, Event.RESOLVED, by=by, at=at, before=before,
        cause=ticket.cause, fix=ticket.fix, cause_kind=ticket.cause_kind,
        fixed_by=ticket.fixed_by, entry=said and said.id,
    )  # fmt: skip
    if said is not None:
        targets.replied(session, ticket, at=at)
    _stop_everything(session, ticket, at=at)
    due_at = at + session.policy.quiet.resolved_warning
    alarms.arm(session, ticket.id, AlarmKind.QUIET_WARNING, due_at=due_at)
    change.announce(session, ticket, event, News.RESOLVED, said)
    hearing = [_first_line(session, ticket), ticket.assignee]
    telling.tell(session, ticket, Tell.RESOLVED, hearing, at=at, but=by, event=event.id)
    incidents.ended(session, ticket, event, said)
    return ticket


def _say(
    session: DeskSession,
    ticket: Ticket,
    words: str,
    given: Sequence[SlackFile],
    *,
    by: str,
    at: datetime,
) -> Reply | None:
    """To the requester, if there is something to say."""
    if not words.strip() and not given:
        return None
    said = Reply(text=words.strip(), author=by, at=at)
    change.say(session, ticket, said, given=given)
    return said


def confirm(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> Ticket:
    """The requester (or affected person) says it is fixed: closed. Twice changes nothing."""
    ticket = change.locked(session, ticket_id)
    access.require_ear(session, ticket, by)
    if ticket.status == Status.CLOSED:
        return ticket
    if ticket.status in OPEN:
        raise Refused(say.worked_on_again(ticket.id))
    before = audit.facts(ticket)
    change.step(ticket, Step.CONFIRM)
    _end(session, ticket, Event.CONFIRMED, before, by=by, at=at)
    telling.tell(session, ticket, Tell.CONFIRMED, [ticket.resolver, _first_line(session, ticket)],
                at=at, but=by)  # fmt: skip
    return ticket


def _first_line(session: DeskSession, ticket: Ticket) -> str | None:
    """Whoever escalated it, while they still watch it: they may check that it holds."""
    by = ticket.escalated_by
    return by if by and access.takes_part(session, ticket, by, Role.WATCHER) else None


def record_confirmation(
    session: DeskSession,
    ticket_id: int,
    *,
    person: str,
    how: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """An agent writes down that somebody confirmed elsewhere (`how` is one of HOW), or that they
    have tested it themselves: closed.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    if how not in HOW:
        raise InvalidFields({"how": say.HOW_KNOWN})
    before = audit.facts(ticket)
    change.step(ticket, Step.CONFIRM)
    event = _end(
        session, ticket, Event.CONFIRMED, before, by=by, at=at, person=person, how=how
    )  # fmt: skip
    telling.tell(session, ticket, Tell.CONFIRMED, [ticket.resolver, ticket.escalated_by],
                at=at, but=by, event=event.id)  # fmt: skip
    return ticket


def require_close(session: DeskSession, ticket: Ticket, by: str) -> None:
    """Raise NotAllowed where the policy leaves closing to the requester's word, or to silence.
    Leads and admins may close all the same.
    """
    if not session.policy.ending.confirm_before_close or access.is_admin(session, by):
        return
    if by not in access.leads_of(session, ticket.team):
        raise NotAllowed(say.waits_for_word(ticket.id))


def close(
    session: DeskSession,
    ticket_id: int,
    *,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """An agent closes it without waiting for the requester. InvalidFields: `reason`."""
    ticket = change.for_agent(session, ticket_id, by, version=version)
    require_close(session, ticket, by)
    if not reason.strip():
        raise InvalidFields({"reason": say.WHY_CLOSED})
    before = audit.facts(ticket)
    change.step(ticket, Step.CLOSE)
    _end(session, ticket, Event.CLOSED, before, by=by, at=at, reason=reason.strip())
    telling.tell(session, ticket, Tell.CLOSED, [ticket.assignee], at=at, but=by)
    return ticket


def told(session: DeskSession, ticket: Ticket) -> Reply | None:
    """What the requester was told when it was resolved last, while that stands."""
    if ticket.status in OPEN or ticket.resolved_at is None:
        return None
    changes = session.scalar(
        select(AuditEvent.changes)
        .where(AuditEvent.ticket_id == ticket.id, AuditEvent.kind == Event.RESOLVED)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    entry = (changes or {}).get("entry", [None, None])[1]
    return session.get(Reply, entry) if entry is not None else None


def warn_quiet(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Resolved and nobody said a word: say that it will close, and when."""
    audit.record(session, ticket, Event.QUIET_WARNED, by=DESK, at=at)
    alarms.arm(
        session, ticket.id, AlarmKind.QUIET_CLOSE, due_at=at + session.policy.quiet.resolved_close
    )
    telling.news(session, ticket, News.QUIET_WARNING, at=at)


def close_quiet(
    session: DeskSession, ticket: Ticket, *, at: datetime, news: News = News.CLOSED
) -> None:
    """The warning went unanswered: closed."""
    before = audit.facts(ticket)
    change.step(ticket, Step.CLOSE)
    _end(session, ticket, Event.CLOSED_QUIET, before, by=DESK, at=at, news=news)


def _end(
    session: DeskSession,
    ticket: Ticket,
    kind: Event,
    before: Facts,
    *,
    by: str,
    at: datetime,
    reason: str | None = None,
    news: News = News.CLOSED,
    **about: str,
) -> AuditEvent:
    ticket.closed_at, ticket.resume_at = at, None
    event = audit.record(
        session, ticket, kind, by=by, at=at, before=before, remark=reason, **about
    )  # fmt: skip
    _stop_everything(session, ticket, at=at)
    alarms.cancel(session, ticket.id, OF_ENDINGS)
    follow_up.arm(session, ticket, at=at)
    change.announce(session, ticket, event, news)
    return event


def _stop_everything(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Nothing is owed and nobody needs to hear any more. The desk's word that it is over is no
    answer: one that was never given stays unmet, and is owed again if the ticket comes back.
    """
    targets.resolution_given(session, ticket, at=at)
    alarms.cancel(session, ticket.id, _OF_OPEN_TICKETS)
    on_call.stop_page(session, ticket, at=at)
