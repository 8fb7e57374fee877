"""Which ticket leads to which: part of an incident, a duplicate, split off, or a follow-up."""

from datetime import datetime

from sqlalchemy import BindParameter, ScalarSelect, or_, select, text

from store.database import DeskSession
from store.models import LinkKind, Ticket, TicketLink
from store.rules.errors import Refused
from store.rules.sentences import together as say

_LIVE = text("ticket_link.ended_at IS NULL")
"""Literal, so that the partial indexes are used on both engines."""


def of(session: DeskSession, ticket_id: int) -> list[TicketLink]:
    """Every link from or to the ticket, oldest first."""
    either = or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    return list(session.scalars(select(TicketLink).where(either, _LIVE).order_by(TicketLink.id)))


def from_(session: DeskSession, ticket_id: int, kind: LinkKind) -> TicketLink | None:
    """Where the ticket leads."""
    return session.scalar(
        select(TicketLink).where(TicketLink.ticket_id == ticket_id, TicketLink.kind == kind, _LIVE)
    )


def to(session: DeskSession, other_id: int, kind: LinkKind) -> list[TicketLink]:
    """What leads to the ticket, oldest first."""
    return list(
        session.scalars(
            select(TicketLink)
            .where(TicketLink.other_id == other_id, TicketLink.kind == kind, _LIVE)
            .order_by(TicketLink.id)
        )
    )


def kept(session: DeskSession, ticket_id: int) -> int:
    """Where a merged ticket goes on; the ticket itself when it was not merged."""
    while link := from_(session, ticket_id, LinkKind.DUPLICATE):
        ticket_id = link.other_id
    return ticket_id


def kept_id(ticket_id: BindParameter[int]) -> ScalarSelect[int]:
    """The same one step far, as part of a larger question; null when it was not merged."""
    leads_on = (TicketLink.ticket_id == ticket_id, TicketLink.kind == LinkKind.DUPLICATE)
    return select(TicketLink.other_id).where(*leads_on, _LIVE).scalar_subquery()


def held(session: DeskSession, ticket_id: int) -> list[int]:
    """Every ticket that was merged into this one, or into one of those."""
    merged = [link.ticket_id for link in to(session, ticket_id, LinkKind.DUPLICATE)]
    return merged + [number for each in merged for number in held(session, each)]


def add(
    session: DeskSession, ticket: Ticket, other: Ticket, kind: LinkKind, *, by: str, at: datetime
) -> TicketLink:
    """The ticket leads to the other from now on. Both must be locked. Refused when it leads
    somewhere already, or would lead back to itself.
    """
    if ticket.id == other.id:
        raise Refused(say.itself(ticket.id))
    if (known := from_(session, ticket.id, kind)) is not None:
        raise Refused(say.leads_already(ticket.id, known.other_id))
    _require_no_way_back(session, ticket, other, kind)
    link = TicketLink(ticket_id=ticket.id, other_id=other.id, kind=kind, added_by=by, added_at=at)
    session.add(link)
    session.flush()
    return link


def _require_no_way_back(
    session: DeskSession, ticket: Ticket, other: Ticket, kind: LinkKind
) -> None:
    step = from_(session, other.id, kind)
    while step is not None:
        if step.other_id == ticket.id:
            raise Refused(say.leads_already(other.id, ticket.id))
        step = from_(session, step.other_id, kind)
