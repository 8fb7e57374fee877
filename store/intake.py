"""A ticket comes to be: checked, routed, promised, and announced in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from store import (
    access,
    admission,
    assigning,
    audit,
    files,
    on_call,
    origins,
    outbox,
    targets,
    telling,
    triage,
    updates,
)
from store.audit import Event
from store.database import DeskSession
from store.files import SlackFile
from store.kinds import News, Tell
from store.models import Ticket
from store.origins import Origin, Source
from store.rules.errors import InvalidFields, NotAllowed, Refused
from store.rules.lifecycle import Status
from store.rules.sentences import asking as say
from store.rules.sentences.everybody import too_long

SUMMARY_LENGTH: Final = 150
"""Fits a Slack header; longer words belong into the details."""

DETAILS_LENGTH: Final = 12_000


def open_ticket(
    session: DeskSession,
    *,
    requester: str,
    topic: str,
    summary: str,
    details: str,
    severity: str | None = None,
    affected: str | None = None,
    contact: str | None = None,
    answers: Mapping[str, str] | None = None,
    source: str = Source.FORM,
    origin: Origin | None = None,
    assignee: str | None = None,
    given: Sequence[SlackFile] = (),
    follows: int | None = None,
    by: str,
    at: datetime,
) -> Ticket:
    """Open a ticket, with the files `given`. `severity` is what the requester's urgency maps to;
    None leaves it to the topic. `origin` is the message that it is made from: MessageTaken if that
    is a ticket already. `follows`: the number of the ticket that it comes from, on which `by` has
    been let in already.

    Raises InvalidFields (keys summary, details, requester, affected, assignee), NotAllowed or
    MessageTaken with nothing saved.
    """
    summary, details = " ".join(summary.split()), details.strip()
    affected = affected if affected != requester else None
    opened_by = by if by != requester else None
    _admit(session, requester, origin, by=by, known=follows is not None)
    reached = {"affected": affected, "requester": opened_by and requester}
    _check(session, summary, details, reached)
    vip = any(access.is_vip(session, each) for each in (requester, affected) if each)
    chosen = session.policy.severity_at_intake(topic, severity, vip=vip)
    ticket = Ticket(
        status=Status.NEW,
        summary=summary,
        details=details,
        topic=topic,
        severity=chosen.key,
        team=session.policy.topic(topic).team,
        requester=requester,
        affected=affected,
        urgency=session.policy.severity(severity).urgency if severity else None,
        contact=(contact or "").strip() or None,
        answers=dict(answers or {}),
        source=source,
        opened_by=opened_by,
        opened_at=at,
        changed_at=at,
        version=1,
        last_seq=0,
        reopened=0,
    )
    session.add(ticket)
    session.flush()
    _announce(session, ticket, origin, assignee, given, follows=follows, by=by, at=at)
    return ticket


def _announce(
    session: DeskSession,
    ticket: Ticket,
    origin: Origin | None,
    assignee: str | None,
    given: Sequence[SlackFile],
    *,
    follows: int | None,
    by: str,
    at: datetime,
) -> None:
    """Record it, promise, say and show it, and find it an agent."""
    event = audit.record(
        session, ticket, Event.OPENED, by=by, at=at,
        requester=ticket.requester, affected=ticket.affected, topic=ticket.topic,
        severity=ticket.severity, team=ticket.team,
    )  # fmt: skip
    if origin is not None:
        origins.claim(session, origin, ticket.id, by=by, at=at)
    if assignee is not None:
        _give(session, ticket, assignee, by=by, at=at)
    targets.start(session, ticket, at=at)
    updates.watch(session, ticket, at=at)
    other: dict[str, Any] = {} if follows is None else {"other": follows}
    telling.news(session, ticket, News.RECEIVED, at=at, event=event, **other)
    outbox.post_cards(session, ticket, at=at)
    files.keep_with_request(session, ticket, given, by=by, at=at)
    on_call.page_if_needed(session, ticket, at=at)
    if assignee is None:
        assigning.assign(session, ticket, at=at)


def _admit(
    session: DeskSession, requester: str, origin: Origin | None, *, by: str, known: bool
) -> None:
    """Only agents speak for others as they like; everybody may pass on what somebody wrote, unless
    it is a ticket already, and go on with what is theirs too (`known`).
    """
    if origin is not None:
        origins.require_free(session, origin)
    wrote_it = origin is not None and origin.author == requester
    if by != requester and not (wrote_it or known) and not access.is_agent(session, by):
        raise NotAllowed(say.ONLY_AGENTS_FOR_OTHERS)
    admission.require(session, requester, by=by)


def _give(session: DeskSession, ticket: Ticket, to: str, *, by: str, at: datetime) -> None:
    """An agent who opens a ticket may say at once who has it."""
    access.require_work(session, ticket, by)
    before = audit.facts(ticket)
    try:
        triage.place(session, ticket, to)
    except InvalidFields as wrong:
        raise InvalidFields({"assignee": wrong.fields["to"]}) from None
    event = audit.record(session, ticket, Event.ASSIGNED, by=by, at=at, before=before)
    telling.tell(session, ticket, Tell.ASSIGNED, [to], at=at, but=by, event=event.id)


def _check(
    session: DeskSession, summary: str, details: str, reached: Mapping[str, str | None]
) -> None:
    """`reached`: the people whom the desk will write to, by field."""
    wrong = {}
    if not summary:
        wrong["summary"] = say.NO_SUMMARY
    if len(summary) > SUMMARY_LENGTH:
        wrong["summary"] = say.summary_too_long(len(summary), SUMMARY_LENGTH)
    if len(details) > DETAILS_LENGTH:
        wrong["details"] = too_long(len(details), DETAILS_LENGTH)
    for field, person in reached.items():
        try:
            if person is not None:
                access.require_reachable(session, person)
        except Refused as refusal:
            wrong[field] = refusal.sentence
    if wrong:
        raise InvalidFields(wrong)
