"""Questions about tickets. Whatever a person may not see is not in any answer."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from store import access
from store.database import DeskSession
from store.models import (
    Answer,
    Entry,
    EntryKind,
    Page,
    Participant,
    Person,
    Reply,
    Ring,
    Role,
    Ticket,
)
from store.rules.errors import TicketNotFound
from store.rules.lifecycle import Status

_NEW = text("ticket.status = 'new'")
"""Literal, so that the partial index of new tickets is used on both engines."""


def ticket_for(session: DeskSession, number: int, *, viewer: str) -> Ticket:
    """The ticket, if this person may see it; TicketNotFound otherwise."""
    ticket = session.get(Ticket, number)
    if ticket is None or not access.may_see(session, ticket, viewer):
        raise TicketNotFound(number)
    return ticket


def whatever(session: DeskSession, number: int) -> Ticket:
    """The ticket, for whoever says no more of it than that it exists."""
    return session.get_one(Ticket, number)


def open_of(session: DeskSession, requester: str) -> list[Ticket]:
    """The person's own tickets that are not closed, newest first."""
    return list(
        session.scalars(
            select(Ticket)
            .where(own(requester), Ticket.status != Status.CLOSED)
            .order_by(Ticket.id.desc())
        )
    )


def past_of(session: DeskSession, requester: str, *, limit: int) -> list[Ticket]:
    """The person's own closed tickets, newest first."""
    return list(
        session.scalars(
            select(Ticket)
            .where(own(requester), Ticket.status == Status.CLOSED)
            .order_by(Ticket.id.desc())
            .limit(limit)
        )
    )


def mine(session: DeskSession, agent: str, *, limit: int) -> list[Ticket]:
    """What the agent is responsible for, nearest deadline first."""
    return _by_breach(session, select(Ticket).where(Ticket.assignee == agent, _worked()), limit)


def unassigned(session: DeskSession, agent: str, *, limit: int) -> list[Ticket]:
    """What nobody has yet in the agent's teams (everywhere, for an admin), nearest first."""
    found = select(Ticket).where(_NEW, _in_reach(session, agent))
    return _by_breach(session, found, limit)


def overdue(session: DeskSession, agent: str, *, at: datetime, limit: int) -> list[Ticket]:
    """What is late in the agent's teams, the latest first."""
    found = select(Ticket).where(
        Ticket.next_due_at.is_not(None), Ticket.next_due_at < at, _in_reach(session, agent)
    )
    return _by_breach(session, found, limit)


def still_open(session: DeskSession, agent: str) -> int:
    """How many tickets of the agent's teams are neither resolved nor closed."""
    found = select(func.count()).select_from(Ticket).where(_worked(), _in_reach(session, agent))
    return session.scalar(found) or 0


def closed_since(
    session: DeskSession, viewer: str, *, since: datetime, first: int = 0, limit: int
) -> list[Ticket]:
    """What was closed in the agent's teams since then, the latest first, without the `first` of
    them; for everybody else, of their own.
    """
    whose = _in_reach(session, viewer) if access.is_agent(session, viewer) else own(viewer)
    found = select(Ticket).where(whose, Ticket.closed_at >= since)
    found = found.order_by(Ticket.closed_at.desc(), Ticket.id.desc())
    return list(session.scalars(found.offset(first).limit(limit)))


def entries(session: DeskSession, ticket_id: int, *, newest: int | None = None) -> list[Entry]:
    """Everything said, notes included, oldest first: for agents. Of a long conversation the
    `newest` are enough for a view.
    """
    said = select(Entry).where(Entry.ticket_id == ticket_id).order_by(Entry.id.desc())
    return list(session.scalars(said.limit(newest)))[::-1]


def conversation(session: DeskSession, ticket_id: int) -> list[Reply | Answer]:
    """What agents and requester said to each other, oldest first. Holds no note, and nothing that
    was taken back, deleted, or has not gone out yet.
    """
    said = session.scalars(
        select(Entry)
        .where(
            Entry.ticket_id == ticket_id,
            Entry.kind.in_([EntryKind.REPLY, EntryKind.ANSWER]),
            Entry.deleted_at.is_(None),
        )
        .order_by(Entry.id)
    )
    return [
        words for words in said if isinstance(words, Reply | Answer) and words.reached_requester
    ]


def person(session: DeskSession, user: str) -> Person | None:
    """What is known of somebody, if anything."""
    return session.get(Person, user)


def own(user: str) -> ColumnElement[bool]:
    """Tickets whose requester the user is, or that affect them."""
    joined = select(Participant.ticket_id).where(
        Participant.person == user,
        Participant.role == Role.AFFECTED,
        text("ticket_person.left_at IS NULL"),
    )
    return or_(Ticket.requester == user, Ticket.affected == user, Ticket.id.in_(joined))


def _worked() -> ColumnElement[bool]:
    return text("ticket.status NOT IN ('closed', 'resolved')")  # type: ignore[return-value]


def workable(session: DeskSession, viewer: str) -> ColumnElement[bool]:
    """What a page rang the person for; for agents also all but other teams' private tickets."""
    called = Ticket.id.in_(select(Page.ticket_id).join(Ring).where(Ring.person == viewer))
    if not access.is_agent(session, viewer):
        return called
    return or_(called, _not_private(session, viewer))


def public_or_own(session: DeskSession, viewer: str) -> ColumnElement[bool]:
    """What anybody may know of, and the viewer's own: private topics stay with their team."""
    return or_(own(viewer), _not_private(session, viewer))


def _in_reach(session: DeskSession, agent: str) -> ColumnElement[bool]:
    """The agent's teams; an admin's reach is every team, save private topics."""
    if access.is_admin(session, agent):
        return _not_private(session, agent)
    return Ticket.team.in_(access.teams_of(session, agent))


def _not_private(session: DeskSession, viewer: str) -> ColumnElement[bool]:
    public = [key for key, topic in session.policy.topics.items() if not topic.private]
    return or_(Ticket.topic.in_(public), Ticket.team.in_(access.teams_of(session, viewer)))


def _by_breach(session: DeskSession, found: Select[Ticket], limit: int) -> list[Ticket]:
    """Nearest deadline first; those without one (paused) last."""
    order = (Ticket.next_due_at.asc().nulls_last(), Ticket.id)
    return list(session.scalars(found.order_by(*order).limit(limit)))
