"""A drill: the chain is called as in earnest, to see who answers and how fast.

It has a ticket of its own, closed from the beginning, so that its calls leave the same trail as
real ones and it appears in no queue, on no card and in no figure about open work.
"""

from datetime import datetime

from sqlalchemy import exists, select

from store import access, audit, on_call
from store.audit import Event
from store.calling import DRILL_SOURCE
from store.database import DeskSession
from store.models import Page, PageState, Ticket
from store.rules.errors import NotAllowed, Refused
from store.rules.lifecycle import Status
from store.rules.policy import Policy
from store.rules.sentences import on_call as say


def start(session: DeskSession, *, by: str, at: datetime) -> Page:
    """Call the chain. Refused while another drill rings; leads and admins only."""
    policy = session.policy
    if not may_start(session, by):
        raise NotAllowed(say.DRILL_FOR_LEADS)
    if not policy.on_call.chain:
        raise Refused(say.NO_CHAIN)
    if _running(session):
        raise Refused(say.DRILL_RINGS)
    ticket = Ticket(
        status=Status.CLOSED,
        summary=say.DRILL,
        details=say.DRILL_DETAILS,
        topic=policy.default_topic,
        severity=_severity(policy),
        team=policy.topic(policy.default_topic).team,
        requester=by,
        answers={},
        source=DRILL_SOURCE,
        opened_at=at,
        changed_at=at,
        closed_at=at,
    )
    session.add(ticket)
    session.flush()
    audit.record(session, ticket, Event.OPENED, by=by, at=at)
    return on_call.start_page(session, ticket, at=at)


def _severity(policy: Policy) -> str:
    """The worst one that pages."""
    pages = [severity for severity in policy.severities.values() if severity.pages]
    worst = min(pages or policy.severities.values(), key=lambda severity: severity.rank)
    return worst.key


def may_start(session: DeskSession, user: str) -> bool:
    """Whether the person leads a team or is an admin."""
    return access.is_admin(session, user) or any(
        user in access.leads_of(session, team) for team in session.policy.teams
    )


def _running(session: DeskSession) -> bool:
    ringing = exists().where(
        Page.ticket_id == Ticket.id,
        Page.state == PageState.RINGING,
        Ticket.source == DRILL_SOURCE,
    )
    return bool(session.scalar(select(ringing)))
