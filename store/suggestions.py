"""What may save somebody a request while they still write it: solutions, and tickets about the
same thing. What comes of it is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select

from store import access, alike, circle, lookups, participants, solutions
from store.database import DeskSession
from store.models import Deflection, Incident, Person, Role, Solution, Ticket
from store.rules.errors import Refused, TicketNotFound
from store.rules.lifecycle import OPEN, Status
from store.rules.sentences import asking as say
from store.upserts import insert_once

CONSIDERED: Final = 20
"""Tickets alike; the major incidents among them go first."""

TICKETS: Final = 3
SOLUTIONS: Final = 2
"""More would push the form out of sight."""


@dataclass(frozen=True)
class Known:
    """What anybody who asks may know of a ticket: no name, nothing that was said on it."""

    ticket: int
    version: int
    summary: str
    status: Status
    is_own: bool
    affected: int
    """How many people have the trouble."""
    is_incident: bool
    """A major incident, known to many."""


@dataclass(frozen=True)
class Suggestions:
    """Most alike first, but major incidents before other tickets."""

    tickets: tuple[Known, ...] = ()
    solutions: tuple[Solution, ...] = ()


NONE: Final = Suggestions()


def look_for(session: DeskSession, words: str, *, viewer: str) -> Suggestions:
    """What there is about `words`, as far as `viewer` may know."""
    visible = _visible(session, viewer)
    found = alike.tickets(session, words, visible=visible, limit=CONSIDERED)
    known = _incidents(session, found)
    found.sort(key=lambda ticket: ticket.id not in known)
    return Suggestions(
        tuple(_known(session, ticket, viewer, known) for ticket in found[:TICKETS]),
        tuple(solutions.about(session, words, viewer=viewer, limit=SOLUTIONS)),
    )


def same_for_me(
    session: DeskSession, ticket_id: int, *, form: str, by: str, at: datetime
) -> Ticket:
    """Somebody joins a ticket that their form showed, instead of sending their own."""
    shown = select(Ticket).where(Ticket.id == ticket_id, _visible(session, by))
    ticket = session.scalar(shown)
    if ticket is None:
        raise _no_longer_shown(session, ticket_id, by)
    participants.join(session, ticket_id, by, Role.AFFECTED, by=by, at=at)
    _deflected(session, form, by=by, at=at, ticket_id=ticket_id)
    return ticket


def solved_it(
    session: DeskSession, solution_id: int, *, form: str, by: str, at: datetime
) -> Solution:
    """A solution that their form showed was enough."""
    solution = session.get(Solution, solution_id)
    if solution is None or not solutions.may_read(session, solution, by):
        raise Refused(say.SOLUTION_GONE)
    _deflected(session, form, by=by, at=at, solution_id=solution_id)
    return solution


def sent_after_all(session: DeskSession, form: str) -> None:
    """The request of this form was needed, whatever was pressed before."""
    session.execute(delete(Deflection).where(Deflection.form == form))


def _deflected(
    session: DeskSession,
    form: str,
    *,
    by: str,
    at: datetime,
    ticket_id: int | None = None,
    solution_id: int | None = None,
) -> None:
    """One form is one request, however much is pressed in it."""
    insert_once(
        session, Deflection, unique=("form",),
        form=form, person=by, at=at, ticket_id=ticket_id, solution_id=solution_id,
    )  # fmt: skip


def _visible(session: DeskSession, viewer: str) -> ColumnElement[bool]:
    """The viewer's own tickets, open or not, and colleagues' open ones unless private. Guests see
    none of others: they belong to another house.
    """
    person = session.get(Person, viewer)
    is_guest = person is not None and person.is_guest
    if is_guest or not session.policy.before_sending.colleagues_tickets:
        return lookups.own(viewer)
    public = lookups.public_or_own(session, viewer)
    return or_(lookups.own(viewer), and_(Ticket.status.in_(OPEN), public))


def _incidents(session: DeskSession, found: Sequence[Ticket]) -> dict[int, str]:
    """Those of the tickets that stand for a major incident now, with its title."""
    numbers = [ticket.id for ticket in found]
    live = session.execute(
        select(Incident.ticket_id, Incident.title).where(
            Incident.ticket_id.in_(numbers), Incident.ended_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in live}


def _known(
    session: DeskSession, ticket: Ticket, viewer: str, incidents: Mapping[int, str]
) -> Known:
    return Known(
        ticket=ticket.id,
        version=ticket.version,
        summary=incidents.get(ticket.id, ticket.summary),
        status=Status(ticket.status),
        is_own=access.is_own(session, ticket, viewer),
        affected=len(circle.owners(session, ticket)),
        is_incident=ticket.id in incidents,
    )


def _no_longer_shown(session: DeskSession, ticket_id: int, by: str) -> Refused | TicketNotFound:
    """It ended while the form was open, or was never for these eyes."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.status in OPEN or access.is_private(session, ticket):
        return TicketNotFound(ticket_id)
    return Refused(say.over_meanwhile(ticket.id, Status(ticket.status).label))
