"""Many reports of the same thing within minutes: agents are asked, once, whether it is an incident.

Nothing is linked by itself. Private tickets are left out: their summaries are their team's alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from store import access, alike, change, incidents, links, outbox, together
from store.database import DeskSession, Store
from store.kinds import Audience, Kind, Priority
from store.models import Incident, LinkKind, Period, Ticket, TicketLink
from store.periods import first_in_period
from store.rules.lifecycle import OPEN

WITHIN: Final = timedelta(minutes=15)
NEWEST: Final = 300
"""Tickets that are compared; a storm's are the newest."""
_SEEDS: Final = 10
"""Kinds of trouble that are told apart at one look."""
_JOB: Final = "storm"


def look(store: Store, *, at: datetime) -> int:
    """Ask about every storm that nobody was asked about. Return how many there were."""
    with store.snapshot() as session:
        new = [storm for storm in _storms(session, at) if not _was_asked(session, storm)]
    for storm in new:
        with store.transaction() as session:
            first = [first_in_period(session, _JOB, str(number), at=at) for number in storm]
            if any(first[:1]):
                _ask(session, storm, at=at)
    return len(new)


def part_of(session: DeskSession, ticket_id: int) -> list[Ticket]:
    """The ticket, and those alike that came with it or since, and are neither over nor linked
    somewhere; oldest first.
    """
    oldest = session.get_one(Ticket, ticket_id)
    loose = _loose(session, since=oldest.opened_at)
    numbers = [ticket.id for ticket in loose]
    found = _alike(session, oldest, numbers)
    return sorted({oldest, *(each for each in found if each.id > oldest.id)}, key=_number)


def make_incident(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> list[Ticket]:
    """The ticket is a major incident from now on, and those alike are linked to it. Return those; a
    second press links what came since.
    """
    numbers = [ticket.id for ticket in part_of(session, ticket_id)]
    locked = [change.locked(session, number) for number in numbers]  # in their order, always
    if incidents.of(session, ticket_id) is None:
        together.declare(session, ticket_id, title=_title(session, locked[0]), by=by, at=at)
    linked = [each for each in locked[1:] if _may_be_linked(session, each, by)]
    for each in linked:
        together.link_to_incident(session, each.id, ticket_id, by=by, at=at)
    return linked


def _storms(session: DeskSession, at: datetime) -> list[list[int]]:
    fewest = session.policy.intake.many_alike
    left = {ticket.id: ticket for ticket in _loose(session, since=at - WITHIN)}
    found: list[list[int]] = []
    for _ in range(_SEEDS):
        if not fewest or len(left) < fewest:
            break
        seed = left[max(left)]
        storm = sorted({seed.id, *(each.id for each in _alike(session, seed, list(left)))})
        left = {number: each for number, each in left.items() if number not in storm}
        if len(storm) >= fewest:
            found.append(storm)
    return found


def _loose(session: DeskSession, *, since: datetime) -> list[Ticket]:
    """Open tickets of public topics that are no incident and no part of one."""
    public = [key for key, topic in session.policy.topics.items() if not topic.private]
    linked = select(TicketLink.ticket_id).where(
        TicketLink.kind == LinkKind.INCIDENT, TicketLink.ended_at.is_(None)
    )
    declared = select(Incident.ticket_id).where(Incident.ended_at.is_(None))
    newest = select(Ticket.id).order_by(Ticket.id.desc()).limit(NEWEST)
    found = select(Ticket).where(
        Ticket.id.in_(newest),
        Ticket.opened_at >= since,
        Ticket.status.in_(list(OPEN)),
        Ticket.topic.in_(public),
        Ticket.id.not_in(linked),
        Ticket.id.not_in(declared),
    )
    return list(session.scalars(found.order_by(Ticket.id.desc())))


def _alike(session: DeskSession, ticket: Ticket, among: Sequence[int]) -> list[Ticket]:
    return alike.tickets(session, ticket.summary, visible=Ticket.id.in_(among), limit=NEWEST)


def _number(ticket: Ticket) -> int:
    return ticket.id


def _was_asked(session: DeskSession, storm: Sequence[int]) -> bool:
    """Whether one of its tickets was part of a storm that was told."""
    periods = [str(number) for number in storm]
    told = select(Period.period).where(Period.job == _JOB, Period.period.in_(periods))
    return session.scalar(told.limit(1)) is not None


def _ask(session: DeskSession, storm: Sequence[int], *, at: datetime) -> None:
    oldest = session.get_one(Ticket, storm[0])
    outbox.add(
        session,
        Kind.STORM,
        audience=Audience.AGENTS,
        channel=session.policy.team(oldest.team).channel,
        lane=f"storm:{oldest.id}",
        at=at,
        priority=Priority.NOTICE,
        ticket_id=oldest.id,
    )


def _title(session: DeskSession, ticket: Ticket) -> str:
    """For everybody: its summary, unless colleagues may not know of that."""
    if session.policy.before_sending.colleagues_tickets:
        return ticket.summary
    return session.policy.topic(ticket.topic).name


def _may_be_linked(session: DeskSession, ticket: Ticket, by: str) -> bool:
    return (
        ticket.status in OPEN
        and links.from_(session, ticket.id, LinkKind.INCIDENT) is None
        and incidents.of(session, ticket.id) is None
        and access.may_work(session, ticket, by)
    )
