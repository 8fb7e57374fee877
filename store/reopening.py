"""A ticket that is over, and perhaps is not: reopened, asked about, or continued in a new one."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, or_, select

from store import (
    access,
    alarms,
    audit,
    change,
    intake,
    links,
    on_call,
    outbox,
    participants,
    resolution,
    targets,
    telling,
    updates,
)
from store.audit import Event
from store.database import DeskSession
from store.kinds import News, Tell
from store.models import AlarmKind, Answer, AuditEvent, LinkKind, Role, Ticket
from store.origins import Source
from store.rules.errors import InvalidFields, Refused
from store.rules.lifecycle import OPEN, Status, Step
from store.rules.policy import goes_on_anew
from store.rules.sentences import ending as say

ASK_AGAIN: Final = timedelta(days=1)
"""Whoever goes on writing without answering the question is asked again after this."""

_QUESTION: Final = (Event.REOPEN_ASKED, Event.ONLY_REMARKED)
_ENDINGS: Final = (
    Event.RESOLVED, Event.CONFIRMED, Event.CLOSED, Event.CLOSED_QUIET, Event.REOPENED,
)  # fmt: skip


def reopen(
    session: DeskSession,
    ticket_id: int,
    *,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """It is not over: said by the requester ("Not yet") or by an agent. Return the ticket that is
    worked on from now: past the policy's window that is a new one. InvalidFields: `reason`.
    The requester of a merged ticket says it of the one that was kept.
    """
    ticket = change.going_on(session, ticket_id)
    version = version if ticket.id == ticket_id else None
    if not access.is_own(session, ticket, by):
        access.require_work(session, ticket, by)
        change.fresh(session, ticket, version)
    if not reason.strip():
        raise InvalidFields({"reason": say.WHAT_IS_WRONG_STILL})
    return _go_on(session, ticket, by=by, at=at, reason=reason.strip())


def reopen_as_said(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> Ticket:
    """The answer to "Should we open it again?" is yes; the reason is what they wrote before."""
    ticket = _over(session, ticket_id, by)
    return _go_on(session, ticket, by=by, at=at, reason=None)


def only_remark(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> Ticket:
    """The answer is no: what they wrote was for the record."""
    ticket = _over(session, ticket_id, by)
    event = audit.record(session, ticket, Event.ONLY_REMARKED, by=by, at=at)
    outbox.line(session, ticket, event)
    return ticket


def hear(session: DeskSession, ticket: Ticket, *, by: str, at: datetime) -> None:
    """Somebody wrote on the locked ticket, which is over, and not only thanks. The agents have
    their words already; ask them once whether it should be opened again. It is not quiet any
    more: silence counts from now. Where only their answer was missing, this is it.
    """
    last = _last(session, ticket, by)
    if ticket.resolved_at is None and last is not None and last.kind == Event.CLOSED_QUIET:
        _go_on(session, ticket, by=by, at=at, reason=None)
        return
    if ticket.status == Status.RESOLVED:
        due_at = at + session.policy.quiet.resolved_warning
        alarms.cancel(session, ticket.id, [AlarmKind.QUIET_CLOSE])
        alarms.arm(session, ticket.id, AlarmKind.QUIET_WARNING, due_at=due_at)
    if last and last.kind == Event.REOPEN_ASKED and at - last.at < ASK_AGAIN:
        return
    audit.record(session, ticket, Event.REOPEN_ASKED, by=by, at=at)
    telling.news_for(session, ticket, News.REOPEN_QUESTION, [by], at=at)


def successor(session: DeskSession, ticket_id: int) -> Ticket | None:
    """The ticket in which it goes on, if one is not closed as well."""
    followers = (
        session.get(Ticket, link.ticket_id)
        for link in links.to(session, ticket_id, LinkKind.FOLLOW_UP)
    )
    return next((each for each in followers if each and each.status != Status.CLOSED), None)


def take_up(session: DeskSession, ticket: Ticket) -> None:
    """Open the locked ticket again: in progress with its assignee, or new when they cannot."""
    goes_on = _goes_on_with(session, ticket)
    change.step(ticket, Step.REOPEN)
    if not goes_on:
        ticket.status, ticket.assignee = Status.NEW, None


def _go_on(
    session: DeskSession, ticket: Ticket, *, by: str, at: datetime, reason: str | None
) -> Ticket:
    if goes_on_anew(session.policy, ticket.topic, ticket.closed_at, at):
        return _continue(session, ticket, reason or _last_words(session, ticket, by), by=by, at=at)
    _come_back(session, ticket, by=by, at=at, reason=reason)
    return ticket


def _come_back(
    session: DeskSession, ticket: Ticket, *, by: str, at: datetime, reason: str | None
) -> None:
    """Reopen the locked ticket; its assignee goes on with it, if still an agent. What its
    requester says is part of the conversation, what an agent says a remark.
    """
    owns = access.is_own(session, ticket, by)
    words = _said(session, ticket, reason, by=by, at=at) if owns and reason else {}
    before = audit.facts(ticket)
    over_since = ticket.resolved_at or ticket.closed_at or at
    take_up(session, ticket)
    ticket.resolved_at = ticket.closed_at = None
    ticket.reopened += 1
    alarms.cancel(session, ticket.id, resolution.OF_ENDINGS)
    event = audit.record(
        session,
        ticket,
        Event.REOPENED,
        by=by,
        at=at,
        remark=None if words else reason,
        before=before,
        **words,
    )
    targets.reopened(session, ticket, was_over_since=over_since, at=at, by=by)
    updates.watch(session, ticket, at=at)
    if owns:
        targets.answer_owed(session, ticket, at=at)
    change.announce(session, ticket, event, News.REOPENED)
    telling.tell(
        session,
        ticket,
        Tell.REOPENED,
        [ticket.assignee] if ticket.assignee else access.leads_of(session, ticket.team),
        at=at,
        but=by,
        event=event.id,
        **words,
    )
    on_call.page_if_needed(session, ticket, at=at)


def _said(
    session: DeskSession, ticket: Ticket, text: str, *, by: str, at: datetime
) -> dict[str, Any]:
    """Keep it as an answer; return what an event and a message say about it."""
    answer = Answer(text=text, author=by, at=at)
    change.say(session, ticket, answer)
    return {"entry": answer.id}


def _goes_on_with(session: DeskSession, ticket: Ticket) -> bool:
    """Whether its assignee is still here, and still an agent."""
    if ticket.assignee is None or not access.active_people(session, [ticket.assignee]):
        return False
    return access.may_work(session, ticket, ticket.assignee)


def _continue(session: DeskSession, old: Ticket, words: str, *, by: str, at: datetime) -> Ticket:
    """A new ticket about the same, because the old one has been closed for long."""
    known = successor(session, old.id)
    if known is not None:
        raise Refused(say.goes_on_as(old.id, known.id))
    policy = session.policy
    urgency = (s.key for s in policy.offered_severities() if s.urgency == old.urgency)
    ticket = intake.open_ticket(
        session,
        requester=old.requester if access.active_people(session, [old.requester]) else by,
        topic=old.topic,
        summary=old.summary,
        details=words,
        severity=next(urgency, None),
        affected=old.affected,
        contact=old.contact,
        answers=old.answers,
        source=Source.CAME_BACK,
        follows=old.id,
        by=by,
        at=at,
    )
    participants.bring(session, ticket, old, Role.AFFECTED, Role.WATCHER, by=by, at=at)
    links.add(session, ticket, old, LinkKind.FOLLOW_UP, by=by, at=at)
    event = audit.record(
        session, ticket, Event.LINKED, by=by, at=at,
        other=old.id, link=LinkKind.FOLLOW_UP.value, way="to",
    )  # fmt: skip
    outbox.line(session, ticket, event)
    event = audit.record(session, old, Event.CONTINUED, by=by, at=at, successor=ticket.id)
    outbox.line(session, old, event)
    return ticket


def _over(session: DeskSession, ticket_id: int, by: str) -> Ticket:
    """The locked ticket of somebody who was asked whether it should be opened again."""
    ticket = change.locked(session, ticket_id)
    access.require_ear(session, ticket, by)
    if ticket.status in OPEN:
        raise Refused(say.open_already(ticket.id))
    return ticket


def _last(session: DeskSession, ticket: Ticket, by: str) -> Row[str, datetime] | None:
    """How it ended last, or what this person was asked and answered since: kind and instant."""
    return session.execute(
        select(AuditEvent.kind, AuditEvent.at)
        .where(
            AuditEvent.ticket_id == ticket.id,
            or_(
                AuditEvent.kind.in_(_ENDINGS),
                and_(AuditEvent.actor == by, AuditEvent.kind.in_(_QUESTION)),
            ),
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()


def _last_words(session: DeskSession, ticket: Ticket, by: str) -> str:
    return session.scalars(
        select(Answer.text)
        .where(Answer.ticket_id == ticket.id, Answer.author == by)
        .order_by(Answer.id.desc())
        .limit(1)
    ).one()
