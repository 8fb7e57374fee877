"""What every change begins and ends with: the lock, the checks, and the announcement."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, func, select

from store import access, audit, files, handoffs, links, outbox, surroundings, targets, telling
from store.audit import Facts
from store.database import DeskSession
from store.files import SlackFile
from store.kinds import News
from store.models import AuditEvent, Entry, Ticket, TicketFile
from store.rules.errors import Refused, StaleCard, TicketNotFound
from store.rules.lifecycle import OPEN, PAUSED, Status, Step, after
from store.rules.sentences.everybody import merged_away


def locked(session: DeskSession, ticket_id: int) -> Ticket:
    """The ticket as it is now; nobody else can change it before we commit.

    On SQLite the whole transaction is the lock (BEGIN IMMEDIATE).
    """
    return _hold(session, ticket_id, goes_on=False)


def going_on(session: DeskSession, ticket_id: int) -> Ticket:
    """The same for something that belongs to a ticket for good: of a merged one the ticket in which
    it goes on, also when it was merged while we waited for it.
    """
    ticket = _hold(session, ticket_id, goes_on=True)
    while ticket.status == Status.CLOSED and (kept := links.kept(session, ticket.id)) != ticket.id:
        ticket = locked(session, kept)
    return ticket


def _hold(session: DeskSession, ticket_id: int, *, goes_on: bool) -> Ticket:
    """Whoever has to wait for it keeps nobody else from the database meanwhile."""
    ticket = _ask(session, ticket_id, _which(goes_on=goes_on, waiting=False))
    if ticket is None:  # there is none, or somebody else is changing it
        with session.aside():
            ticket = _ask(session, ticket_id, _which(goes_on=goes_on, waiting=True))
    if ticket is None:
        raise TicketNotFound(ticket_id)
    return ticket


def _ask(session: DeskSession, ticket_id: int, which: Select[Ticket]) -> Ticket | None:
    return session.scalar(
        which, {"ticket": ticket_id}, execution_options={"populate_existing": True}
    )


@cache
def _which(*, goes_on: bool, waiting: bool) -> Select[Ticket]:
    """In one question also where it goes on: hardly any ticket was merged, and everything said on
    one asks.
    """
    asked: BindParameter[int] = bindparam("ticket")
    number = func.coalesce(links.kept_id(asked), asked) if goes_on else asked
    return select(Ticket).where(Ticket.id == number).with_for_update(skip_locked=not waiting)


def for_agent(
    session: DeskSession, ticket_id: int, by: str, *, version: int | None = None
) -> Ticket:
    """The locked ticket for somebody who may work it and has seen its latest state."""
    ticket = locked(session, ticket_id)
    access.require_work(session, ticket, by)
    require_unmerged(session, ticket)
    fresh(session, ticket, version)
    return ticket


def require_unmerged(session: DeskSession, ticket: Ticket) -> None:
    """Raise Refused when everything goes on in another ticket."""
    if ticket.status == Status.CLOSED and (kept := links.kept(session, ticket.id)) != ticket.id:
        raise Refused(merged_away(ticket.id, kept))


def fresh(session: DeskSession, ticket: Ticket, version: int | None) -> None:
    """Raise StaleCard if the ticket changed after the button or form was drawn."""
    if version is not None and version < ticket.version:
        raise StaleCard(ticket.id, audit.since(session, ticket.id, version))


def step(ticket: Ticket, wanted: Step) -> None:
    """Move the ticket along the lifecycle. Raises StepNotAllowed."""
    ticket.status = after(ticket.id, Status(ticket.status), wanted)


def clocks_follow(session: DeskSession, ticket: Ticket, event: AuditEvent, before: Facts) -> None:
    """Stop or start the clocks where the status asks for it."""
    was = before["status"]
    if ticket.status in PAUSED and ticket.status != was:
        targets.pause(session, ticket, at=event.at)
    elif was in PAUSED and ticket.status in OPEN - PAUSED:
        targets.resume(session, ticket, at=event.at, by=event.actor)


def announce(
    session: DeskSession,
    ticket: Ticket,
    event: AuditEvent,
    news: News | None = None,
    said: Entry | None = None,
) -> None:
    """Redraw the cards, and the message that handed it on, say a line in the team's thread, and
    tell the requester if it concerns them.
    """
    around = surroundings.of(session, ticket)
    outbox.redraw(session, ticket, at=event.at, cards=around.cards)
    handoffs.settle(session, event, around.handed_on)
    outbox.line(session, ticket, event)
    if news is not None:
        telling.news(
            session, ticket, news, at=event.at, event=event, said=said, joined=around.joined
        )


def say(
    session: DeskSession,
    ticket: Ticket,
    said: Entry,
    *,
    shown: bool = False,
    given: Sequence[SlackFile] = (),
) -> list[TicketFile]:
    """Keep it verbatim with the files `given`, and show it in the team's thread unless it was typed
    there (`shown`).
    """
    said.ticket_id = ticket.id
    session.add(said)
    session.flush()
    kept = files.keep(session, ticket, given, by=said.author, at=said.at, entry=said, there=shown)
    if not shown:
        outbox.entry(session, ticket, said)
    return kept
