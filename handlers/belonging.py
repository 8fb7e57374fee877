"""What a ticket has to do with other people and other tickets, asked for whoever draws it."""

from datetime import datetime

from handlers.drawn import Drawing, drawing
from handlers.views import belonging, incident
from handlers.views import helping as views
from handlers.views.checklist import progress
from handlers.views.files import counted
from store import access, checklist, files, lookups, sharing
from store.database import DeskSession
from store.kinds import News
from store.models import Answer, Entry, Incident, OutboxMessage, Reply, Role, Ticket, TicketFile
from store.ties import Ties


def lines(session: DeskSession, ticket: Ticket, ties: Ties) -> list[str]:
    """For its card, and for its agents' modal."""
    too = {each.person for each in ties.joined if each.role == Role.AFFECTED}
    told = belonging.lines(
        ticket,
        ties.joined,
        ties.links,
        ties.incident,
        vips=[person for person in sorted(too) if access.is_vip(session, person)],
    )
    came_with = counted(ties.files)
    steps = progress(checklist.items(session, ticket))
    asked = views.lines(ties.asked, session.policy)
    return [*told, *filter(None, [came_with]), *steps, *asked]


def watches(session: DeskSession, message: OutboxMessage, person: str) -> bool:
    """Whether they watch the ticket by now: somebody may have left before a message was sent."""
    ticket = session.get_one(Ticket, message.ticket_id)
    return access.takes_part(session, ticket, person, Role.WATCHER)


def is_elsewhere(session: DeskSession, message: OutboxMessage) -> bool:
    """Whether a private ticket has left the team in whose thread the message was to appear."""
    ticket = session.get_one(Ticket, message.ticket_id)
    here = session.policy.team(ticket.team).channel
    return message.channel != here and access.is_private(session, ticket)


def so_far(
    session: DeskSession, message: OutboxMessage
) -> tuple[list[Reply | Answer], list[TicketFile]]:
    """For somebody who joined: what was said until then, and the files that they get. For all
    other news nothing.
    """
    if message.about["news"] != News.JOINED:
        return [], []
    ticket, at = session.get_one(Ticket, message.ticket_id), message.created_at
    talk = [said for said in lookups.conversation(session, ticket.id) if said.at <= at]
    return talk, files.ready(sharing.so_far(session, ticket, talk, at=at))


def incident_title(session: DeskSession, message: OutboxMessage) -> str:
    """Everybody's name for the incident that the news are about; empty when they are about none."""
    number = message.about.get("incident")
    return session.get_one(Incident, number).title if number is not None else ""


def announcement(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """The incident's public title, and replies at most; nothing of a ticket that is private now,
    or of an incident that was taken back.
    """
    what = message.about["what"]
    told = session.get_one(Incident, message.ticket_id)
    ticket = session.get_one(Ticket, message.ticket_id)
    if access.is_private(session, ticket) or (told.ended_at and what != "withdrawn"):
        return None
    entry = message.about.get("entry")
    words = session.get(Entry, entry) if entry is not None else None
    assert words is None or isinstance(words, Reply)
    blocks = incident.announcement(what, told, words)
    return drawing(incident.notification(what, told), blocks, broadcast=what == "resolved")
