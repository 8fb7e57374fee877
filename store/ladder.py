"""After a deadline is missed: who else hears of it, step by step, each once."""

from collections.abc import Iterator

from store import access, clockwork
from store.database import DeskSession
from store.models import Target, Ticket


def reached(
    session: DeskSession, ticket: Ticket, target: Target, subject: str
) -> Iterator[tuple[str, list[str]]]:
    """The steps that the alarm's subject names: whom each tells, and who stands on it."""
    for step in session.policy.sla.ladder:
        if clockwork.subject_of(target, step.after) == subject:
            yield step.tell, on_step(session, ticket, step.tell)


def on_step(session: DeskSession, ticket: Ticket, step: str) -> list[str]:
    """Who hears at this step: never the assignee, who knows. Where a step has nobody, the admins
    stand in for it; a private ticket is told to its own team's lead alone.
    """
    people = [one for one in _people(session, ticket, step) if one != ticket.assignee]
    if not people and step != "admins":
        people = [one for one in access.admins(session) if one != ticket.assignee]
    return [one for one in people if access.may_see(session, ticket, one)] or _own_lead(
        session, ticket
    )


def _people(session: DeskSession, ticket: Ticket, step: str) -> list[str]:
    if step == "admins":
        return access.admins(session)
    if step == "lead":
        return access.leads_of(session, ticket.team)
    higher = session.policy.higher_teams(ticket.team)
    return access.leads_of(session, higher[0].key) if higher else []


def _own_lead(session: DeskSession, ticket: Ticket) -> list[str]:
    return [one for one in access.leads_of(session, ticket.team) if one != ticket.assignee]
