"""A ticket comes to be: checked, routed, promised, and announced in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from store import access, assigning, audit, files, on_call, outbox, targets
from store.audit import Event
from store.database import DeskSession
from store.files import SlackFile
from store.models import Ticket
from store.outbox import News
from store.rules.errors import InvalidFields, Refused
from store.rules.lifecycle import Status

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
    source: str = "form",
    given: Sequence[SlackFile] = (),
    by: str,
    at: datetime,
) -> Ticket:
    """Open a ticket, with the files `given`. `severity` is what the requester's urgency maps to;
    None leaves it to the topic. Raises InvalidFields (keys summary, details, affected) with nothing
    saved.
    """
    summary, details = " ".join(summary.split()), details.strip()
    affected = affected if affected != requester else None
    _check(session, summary, details, affected)
    chosen = session.policy.severity_at_intake(topic, severity)
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
        opened_at=at,
        changed_at=at,
        version=1,
        last_seq=0,
        reopened=0,
    )
    session.add(ticket)
    session.flush()
    _announce(session, ticket, given, by=by, at=at)
    return ticket


def _announce(
    session: DeskSession, ticket: Ticket, given: Sequence[SlackFile], *, by: str, at: datetime
) -> None:
    """Record it, promise, say and show it, and find it an agent."""
    event = audit.record(
        session, ticket, Event.OPENED, by=by, at=at,
        requester=ticket.requester, affected=ticket.affected, topic=ticket.topic,
        severity=ticket.severity, team=ticket.team,
    )  # fmt: skip
    targets.start(session, ticket, at=at)
    outbox.news(session, ticket, News.RECEIVED, at=at, event=event)
    outbox.post_cards(session, ticket, at=at)
    files.keep_with_request(session, ticket, given, by=by, at=at)
    on_call.page_if_needed(session, ticket, at=at)
    assigning.assign(session, ticket, at=at)


def _check(session: DeskSession, summary: str, details: str, affected: str | None) -> None:
    wrong = {}
    if not summary:
        wrong["summary"] = "Say in a few words what is wrong."
    if len(summary) > SUMMARY_LENGTH:
        wrong["summary"] = (
            f"That is {len(summary)} characters; {SUMMARY_LENGTH} fit here. "
            "Put the rest into the details."
        )
    if len(details) > DETAILS_LENGTH:
        wrong["details"] = f"That is {len(details)} characters; {DETAILS_LENGTH} fit here."
    if affected is not None:
        try:
            access.require_reachable(session, affected)
        except Refused as refusal:
            wrong["affected"] = refusal.sentence
    if wrong:
        raise InvalidFields(wrong)
