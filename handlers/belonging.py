"""What a ticket has to do with other people and other tickets, asked for whoever draws it."""

from handlers.views import belonging
from store import circle, incidents, links
from store.database import DeskSession
from store.models import Ticket


def lines(session: DeskSession, ticket: Ticket) -> list[str]:
    """For its card, and for its agents' modal."""
    return belonging.lines(
        ticket,
        circle.of(session, ticket.id),
        links.of(session, ticket.id),
        incidents.of(session, ticket.id),
    )
