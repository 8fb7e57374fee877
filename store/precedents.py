"""What an agent may learn from for a ticket: others like it, and solutions that fit."""

from typing import Final, NamedTuple

from store import alike, lookups, solutions
from store.database import DeskSession
from store.models import Solution, Ticket

TICKETS: Final = 3
SOLUTIONS: Final = 2
"""More would push the ticket's own story out of sight."""


class Precedents(NamedTuple):
    """Most alike first; for agents only."""

    tickets: tuple[Ticket, ...] = ()
    solutions: tuple[Solution, ...] = ()


NONE: Final = Precedents()


def of(session: DeskSession, ticket: Ticket, *, viewer: str) -> Precedents:
    """As far as this agent may see them."""
    others = lookups.workable(session, viewer) & (Ticket.id != ticket.id)
    return Precedents(
        tuple(alike.tickets(session, ticket.summary, visible=others, limit=TICKETS)),
        tuple(solutions.about(session, ticket.summary, viewer=viewer, limit=SOLUTIONS)),
    )
