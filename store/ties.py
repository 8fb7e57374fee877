"""What a ticket has to do with other people and other tickets, for whoever draws it.

Most tickets have to do with nothing and nobody: one question tells what there is to read, in place
of six that find nothing (a third of what drawing a card cost, measured).
"""

from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select

from store import circle, files, helping, incidents, links, on_call
from store.database import DeskSession
from store.models import HelpRequest, Incident, Page, Participant, TicketFile, TicketLink


class Ties(NamedTuple):
    """Each in the order in which it came; of pages and incidents what is going on."""

    page: Page | None
    joined: list[Participant]
    links: list[TicketLink]
    incident: Incident | None
    files: list[TicketFile]
    asked: list[HelpRequest]


def of(session: DeskSession, ticket_id: int) -> Ties:
    """As it is now."""
    there = session.execute(_there(), {"ticket": ticket_id}).one()
    return Ties(
        page=on_call.live_page(session, ticket_id) if there.page else None,
        joined=circle.of(session, ticket_id) if there.joined else [],
        links=links.of(session, ticket_id) if there.links else [],
        incident=incidents.of(session, ticket_id) if there.incident else None,
        files=files.of_ticket(session, ticket_id) if there.files else [],
        asked=helping.of(session, ticket_id) if there.asked else [],
    )


@cache
def _there() -> Select[bool, bool, bool, bool, bool, bool]:
    """Which of them have anything to read; with the conditions of the partial indexes."""
    number = bindparam("ticket", type_=Page.ticket_id.type)
    joined = and_(Participant.ticket_id == number, Participant.left_at.is_(None))
    linked, live = (TicketLink.ticket_id, TicketLink.other_id), TicketLink.ended_at.is_(None)
    return select(
        _any(Page.ticket_id == number).label("page"),
        _any(joined).label("joined"),
        or_(*(_any(and_(end == number, live)) for end in linked)).label("links"),
        _any(Incident.ticket_id == number).label("incident"),
        _any(TicketFile.ticket_id == number).label("files"),
        _any(HelpRequest.ticket_id == number).label("asked"),
    )


def _any(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(where)
