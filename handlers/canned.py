"""What a canned reply says on a given ticket."""

from datetime import datetime

from handlers.names import name_of
from handlers.views import facts
from handlers.views.words import written
from store import lookups, targets
from store.database import DeskSession
from store.models import TargetKind, Ticket
from store.rules.canned import filled
from store.rules.lifecycle import OPEN, PAUSED
from store.rules.policy import CannedReply


def wording(
    session: DeskSession, canned: CannedReply, ticket: Ticket, *, agent: str, at: datetime
) -> str:
    """Its text with every placeholder filled in; times are in the requester's zone."""
    known = lookups.person(session, ticket.requester)
    zone = known.timezone if known else session.policy.timezone
    team = facts.team_name(session.policy, ticket.team)
    return filled(
        canned.text,
        {
            "first_name": known.name.split()[0] if known and known.name.strip() else "there",
            "ticket": ticket.number,
            "summary": ticket.summary,
            "agent": name_of(session, agent) if session.policy.agents_named else f"The {team} team",
            "team": team,
            "promise": _promise(session, ticket, zone, at=at),
        },
    )


def _promise(session: DeskSession, ticket: Ticket, zone: str, *, at: datetime) -> str:
    due = facts.due_of(targets.of(session, ticket.id), TargetKind.RESOLUTION)
    if ticket.status not in OPEN - PAUSED or due is None or due <= at:
        return "as soon as we can"
    return f"by {written(due, zone)}"
