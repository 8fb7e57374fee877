"""What may save somebody a request while they still write it: tickets about the same thing."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, or_

from store import lookups, searching
from store.database import DeskSession
from store.models import Person, Ticket
from store.rules.lifecycle import OPEN, Status

SHOWN: Final = 3
"""Tickets: more would push the form out of sight."""


@dataclass(frozen=True)
class Known:
    """What anybody who asks may know of a ticket: no name, nothing that was said on it."""

    ticket: int
    version: int
    summary: str
    status: Status
    is_own: bool


@dataclass(frozen=True)
class Suggestions:
    """The tickets that are about the same thing, most alike first."""

    tickets: tuple[Known, ...] = ()


NONE: Final = Suggestions()


def look_for(session: DeskSession, words: str, *, viewer: str) -> Suggestions:
    """What there is about `words`, as far as `viewer` may know: colleagues' open tickets, unless
    private, and the viewer's own, open or not.
    """
    visible = or_(lookups.own(viewer), _open_to(session, viewer))
    found = searching.similar(session, words, visible=visible, limit=SHOWN)
    return Suggestions(tuple(_known(ticket, viewer) for ticket in found))


def _open_to(session: DeskSession, viewer: str) -> ColumnElement[bool]:
    """Open tickets of others. Guests see none: they belong to another house."""
    person = session.get(Person, viewer)
    is_guest = person is not None and person.is_guest
    if is_guest or not session.policy.before_sending.colleagues_tickets:
        return lookups.own(viewer)
    return and_(Ticket.status.in_(OPEN), lookups.public_or_own(session, viewer))


def _known(ticket: Ticket, viewer: str) -> Known:
    return Known(
        ticket=ticket.id,
        version=ticket.version,
        summary=ticket.summary,
        status=Status(ticket.status),
        is_own=viewer in {ticket.requester, ticket.affected},
    )
