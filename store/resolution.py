"""How a ticket ends: resolved, confirmed or quiet, closed; and how it comes back."""

from datetime import datetime
from typing import Final

from store import access, alarms, audit, change, clockwork, on_call, outbox, targets, updates
from store.audit import DESK, Event, Facts
from store.database import DeskSession
from store.models import AlarmKind, Reply, Ticket
from store.outbox import News, Tell
from store.rules.errors import InvalidFields, Refused
from store.rules.lifecycle import OPEN, Status, Step

_OF_OPEN_TICKETS: Final = (
    *clockwork.KINDS, AlarmKind.RESUME, AlarmKind.WAITING_NUDGE, AlarmKind.HOLD_REMINDER,
    AlarmKind.UPDATE_DUE,
)  # fmt: skip
_OF_ENDINGS: Final = (AlarmKind.QUIET_WARNING, AlarmKind.QUIET_CLOSE)


def resolve(
    session: DeskSession,
    ticket_id: int,
    *,
    cause: str,
    fix: str,
    reply: str | None = None,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Record what was wrong and what was done, and ask the requester whether it is fixed.

    Cause and fix are internal; `reply` goes to the requester. InvalidFields: `cause`, `fix`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    _check_explained(cause, fix)
    before = audit.facts(ticket)
    change.step(ticket, Step.RESOLVE)
    ticket.cause, ticket.fix, ticket.resolver = cause.strip(), fix.strip(), by
    ticket.assignee = ticket.assignee or by
    ticket.resolved_at, ticket.resume_at = at, None
    said = None
    if reply and reply.strip():
        said = Reply(text=reply.strip(), author=by, at=at)
        change.say(session, ticket, said)
    event = audit.record(
        session, ticket, Event.RESOLVED, by=by, at=at, before=before,
        cause=ticket.cause, fix=ticket.fix, entry=said and said.id,
    )  # fmt: skip
    if said is not None:
        targets.replied(session, ticket, at=at)
    _stop_everything(session, ticket, at=at)
    alarms.arm(
        session,
        ticket.id,
        AlarmKind.QUIET_WARNING,
        due_at=at + session.policy.quiet.resolved_warning,
    )
    change.announce(session, ticket, event, News.RESOLVED, said)
    outbox.tell(
        session,
        ticket,
        Tell.RESOLVED,
        [ticket.escalated_by, ticket.assignee],
        at=at,
        but=by,
        event=event.id,
    )
    return ticket


def confirm(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> Ticket:
    """The requester (or affected person) says it is fixed: closed. Twice changes nothing."""
    ticket = change.locked(session, ticket_id)
    access.require_ear(session, ticket, by)
    if ticket.status == Status.CLOSED:
        return ticket
    if ticket.status in OPEN:
        raise Refused(
            f"We are working on ticket {ticket.number} again. You hear here when it is resolved."
        )
    before = audit.facts(ticket)
    change.step(ticket, Step.CONFIRM)
    _end(session, ticket, Event.CONFIRMED, before, by=by, at=at)
    outbox.tell(session, ticket, Tell.CONFIRMED, [ticket.resolver, ticket.escalated_by],
                at=at, but=by)  # fmt: skip
    return ticket


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
    if not reason.strip():
        raise InvalidFields({"reason": "Say why it can be closed."})
    before = audit.facts(ticket)
    change.step(ticket, Step.CLOSE)
    _end(session, ticket, Event.CLOSED, before, by=by, at=at, reason=reason.strip())
    outbox.tell(session, ticket, Tell.CLOSED, [ticket.assignee], at=at, but=by)
    return ticket


def reopen(
    session: DeskSession,
    ticket_id: int,
    *,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """It is not over: said by the requester ("Not yet") or by an agent. InvalidFields: `reason`."""
    ticket = change.locked(session, ticket_id)
    if not access.is_own(session, ticket, by):
        access.require_work(session, ticket, by)
        change.fresh(session, ticket, version)
    if not reason.strip():
        raise InvalidFields({"reason": "Say what still goes wrong."})
    come_back(session, ticket, by=by, at=at, reason=reason.strip())
    return ticket


def come_back(
    session: DeskSession, ticket: Ticket, *, by: str, at: datetime, reason: str | None
) -> None:
    """Reopen the locked ticket; its assignee goes on with it, if still an agent."""
    before = audit.facts(ticket)
    goes_on = _goes_on_with(session, ticket)
    change.step(ticket, Step.REOPEN)
    over_since = ticket.resolved_at or ticket.closed_at or at
    if not goes_on:
        ticket.status, ticket.assignee = Status.NEW, None
    ticket.resolved_at = ticket.closed_at = None
    ticket.reopened += 1
    alarms.cancel(session, ticket.id, _OF_ENDINGS)
    event = audit.record(
        session,
        ticket,
        Event.REOPENED,
        by=by,
        at=at,
        remark=reason,
        before=before,
    )
    targets.reopened(session, ticket, was_over_since=over_since, at=at, by=by)
    updates.watch(session, ticket, at=at)
    if access.is_own(session, ticket, by):
        targets.answer_owed(session, ticket, at=at)
    change.announce(session, ticket, event, News.REOPENED)
    outbox.tell(
        session,
        ticket,
        Tell.REOPENED,
        [ticket.assignee] if ticket.assignee else access.leads_of(session, ticket.team),
        at=at,
        but=by,
        event=event.id,
    )
    on_call.page_if_needed(session, ticket, at=at)


def _goes_on_with(session: DeskSession, ticket: Ticket) -> bool:
    """Whether its assignee is still here, and still an agent."""
    if ticket.assignee is None or not access.active_people(session, [ticket.assignee]):
        return False
    return access.may_work(session, ticket, ticket.assignee)


def warn_quiet(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Resolved and nobody said a word: say that it will close, and when."""
    audit.record(session, ticket, Event.QUIET_WARNED, by=DESK, at=at)
    alarms.arm(
        session, ticket.id, AlarmKind.QUIET_CLOSE, due_at=at + session.policy.quiet.resolved_close
    )
    outbox.news(session, ticket, News.QUIET_WARNING, at=at)


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
) -> None:
    ticket.closed_at, ticket.resume_at = at, None
    event = audit.record(session, ticket, kind, by=by, at=at, before=before, remark=reason)
    _stop_everything(session, ticket, at=at)
    alarms.cancel(session, ticket.id, _OF_ENDINGS)
    change.announce(session, ticket, event, news)


def _stop_everything(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Nothing is owed and nobody needs to hear any more. The desk's word that it is over is no
    answer: one that was never given stays unmet, and is owed again if the ticket comes back.
    """
    targets.resolution_given(session, ticket, at=at)
    alarms.cancel(session, ticket.id, _OF_OPEN_TICKETS)
    on_call.stop_page(session, ticket, at=at)


def _check_explained(cause: str, fix: str) -> None:
    wrong = {}
    if not cause.strip():
        wrong["cause"] = "Say what was wrong: the next one like it will be quicker."
    if not fix.strip():
        wrong["fix"] = "Say what was done."
    if wrong:
        raise InvalidFields(wrong)
