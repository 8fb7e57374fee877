"""Who has to do with a ticket besides its agents: the questions. The changes: `participants`."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, select

from store import access
from store.database import DeskSession
from store.models import Participant, Role, Ticket


class Joined(NamedTuple):
    """Somebody who takes part, and as what; as much of a `Participant` as is asked here."""

    person: str
    role: Role


def of(session: DeskSession, ticket_id: int, *roles: Role) -> list[Participant]:
    """Who joined and has not left, in these roles (in any, when none is named), in that order."""
    joined = session.scalars(_joined(), {"ticket": ticket_id})
    return [each for each in joined if not roles or each.role in roles]


@cache
def _joined() -> Select[Participant]:
    """Built once: every change of a ticket asks."""
    return (
        select(Participant)
        .where(Participant.ticket_id == bindparam("ticket"), Participant.left_at.is_(None))
        .order_by(Participant.id)
    )


def of_all(session: DeskSession, tickets: Sequence[int]) -> dict[int, list[Participant]]:
    """The same for many tickets; without those that nobody joined."""
    found: dict[int, list[Participant]] = {}
    for each in session.scalars(
        select(Participant)
        .where(Participant.ticket_id.in_(tickets), Participant.left_at.is_(None))
        .order_by(Participant.id)
    ):
        found.setdefault(each.ticket_id, []).append(each)
    return found


def owners(session: DeskSession, ticket: Ticket) -> list[str]:
    """The requester's side, each once: requester, affected person, and who joined as affected."""
    return owners_among(ticket, of(session, ticket.id, Role.AFFECTED))


def owners_among(ticket: Ticket, joined: Sequence[Joined | Participant]) -> list[str]:
    """The same, when it is known already who joined."""
    affected = [each.person for each in joined if each.role == Role.AFFECTED]
    return list(dict.fromkeys(filter(None, (ticket.requester, ticket.affected, *affected))))


def watchers_among(ticket: Ticket, joined: Sequence[Joined | Participant]) -> list[str]:
    """Those of them who watch, and are not of the requester's side."""
    watching = dict.fromkeys(each.person for each in joined if each.role == Role.WATCHER)
    owning = owners_among(ticket, joined)
    return [person for person in watching if person not in owning]


def told(session: DeskSession, ticket: Ticket) -> list[str]:
    """Who hears of it outside of its agents, the requester first."""
    joined = of(session, ticket.id, Role.AFFECTED, Role.WATCHER)
    watching = watchers_among(ticket, joined)
    strangers = [each for each in watching if not access.may_work(session, ticket, each)]
    return [*owners_among(ticket, joined), *strangers]
