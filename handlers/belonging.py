"""What a ticket has to do with other people and other tickets, asked for whoever draws it."""

from handlers.views import belonging
from handlers.views import helping as views
from handlers.views.checklist import progress
from handlers.views.files import counted
from store import checklist, circle, files, helping, incidents, links
from store.database import DeskSession
from store.models import Ticket


def lines(session: DeskSession, ticket: Ticket) -> list[str]:
    """For its card, and for its agents' modal."""
    told = belonging.lines(
        ticket,
        circle.of(session, ticket.id),
        links.of(session, ticket.id),
        incidents.of(session, ticket.id),
    )
    came_with = counted(files.of_ticket(session, ticket.id))
    steps = progress(checklist.items(session, ticket))
    asked = views.lines(helping.of(session, ticket.id), session.policy)
    return [*told, *filter(None, [came_with]), *steps, *asked]
