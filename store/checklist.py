"""The troubleshooting checklist on a ticket: agents tick steps, or waive them with a reason.

Internal: no requester's surface is given any of it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from store import audit, change, outbox
from store.audit import Event
from store.database import DeskSession
from store.models import ChecklistMark, Ticket
from store.rules.errors import InvalidFields
from store.rules.sentences import working as say


class Item(NamedTuple):
    """A step, with what became of it; None while it is open."""

    text: str
    mark: ChecklistMark | None


def items(session: DeskSession, ticket: Ticket) -> list[Item]:
    """Every step of the ticket's topic in order, and what was marked under an older checklist."""
    steps = session.policy.checklist(ticket.topic)
    if not steps:
        return []
    marks = {mark.item: mark for mark in _marks(session, ticket)}
    older = [item for item in marks if item not in steps]
    return [Item(step, marks.get(step)) for step in (*steps, *older)]


def still_open(session: DeskSession, ticket: Ticket) -> list[Item]:
    """The steps that whoever resolves it has to tick or waive."""
    return [item for item in items(session, ticket) if item.mark is None]


def open_items(session: DeskSession, ticket: Ticket) -> list[str]:
    """Steps neither ticked nor waived: none of them may be left when the ticket is resolved."""
    return [item.text for item in still_open(session, ticket)]


def tick(
    session: DeskSession, ticket_id: int, ticked: Collection[str], *, by: str, at: datetime
) -> Ticket:
    """Exactly these steps are done: others that were ticked are open again. Waived ones stay so
    unless they are done now. Who took a step first, and when, stays.
    """
    ticket = change.for_agent(session, ticket_id, by)
    known = items(session, ticket)
    done = [i.text for i in known if i.text in ticked and (i.mark is None or i.mark.waived_because)]
    undone = [
        i.text
        for i in known
        if i.mark is not None and not i.mark.waived_because and i.text not in ticked
    ]
    if done:
        _put(session, ticket, done, by=by, at=at)
        audit.record(session, ticket, Event.CHECKED, by=by, at=at, items=done)
    if undone:
        _take_back(session, ticket, undone)
        audit.record(session, ticket, Event.UNCHECKED, by=by, at=at, items=undone)
    if done or undone:
        outbox.redraw(session, ticket, at=at)
    return ticket


def waive(
    session: DeskSession,
    ticket_id: int,
    waived: Collection[str],
    *,
    reason: str,
    by: str,
    at: datetime,
) -> Ticket:
    """These steps need not be taken, and why. InvalidFields: `reason`."""
    ticket = change.for_agent(session, ticket_id, by)
    left = [item for item in open_items(session, ticket) if item in waived]
    if not left:
        return ticket
    if not reason.strip():
        raise InvalidFields({"reason": say.WHY_WAIVED})
    _waive(session, ticket, left, reason=reason, by=by, at=at)
    return ticket


def waive_rest(session: DeskSession, ticket: Ticket, *, reason: str, by: str, at: datetime) -> None:
    """What is left of the locked ticket's steps need not be taken, because of something else than
    this agent's say.
    """
    if left := open_items(session, ticket):
        _waive(session, ticket, left, reason=reason, by=by, at=at)


def require_done(session: DeskSession, ticket: Ticket) -> None:
    """InvalidFields at `waive` while a step is neither ticked nor waived."""
    if open_items(session, ticket):
        raise InvalidFields({"waive": say.TICK_OR_WAIVE})


def finish(
    session: DeskSession,
    ticket_id: int,
    *,
    ticked: Collection[str],
    because: str | None,
    by: str,
    at: datetime,
) -> None:
    """Before it is resolved: these steps are done as well, and `because` says why the rest need not
    be. InvalidFields: `waive`, when a step is left open.
    """
    ticket = change.for_agent(session, ticket_id, by)
    marked = [item for item in items(session, ticket) if item.mark is not None]
    done = {item.text for item in marked if item.mark and not item.mark.waived_because}
    if ticked:
        tick(session, ticket.id, {*ticked, *done}, by=by, at=at)
    if (because or "").strip():
        waive(session, ticket.id, open_items(session, ticket), reason=because or "", by=by, at=at)
    require_done(session, ticket)


def _waive(
    session: DeskSession, ticket: Ticket, steps: list[str], *, reason: str, by: str, at: datetime
) -> None:
    _put(session, ticket, steps, by=by, at=at, waived_because=reason.strip())
    audit.record(session, ticket, Event.WAIVED, by=by, at=at, remark=reason, items=steps)
    outbox.redraw(session, ticket, at=at)


def _marks(session: DeskSession, ticket: Ticket) -> list[ChecklistMark]:
    found = select(ChecklistMark).where(ChecklistMark.ticket_id == ticket.id)
    return list(session.scalars(found.order_by(ChecklistMark.id)))


def _put(
    session: DeskSession,
    ticket: Ticket,
    steps: Collection[str],
    *,
    by: str,
    at: datetime,
    waived_because: str | None = None,
) -> None:
    _take_back(session, ticket, steps)
    session.add_all(
        ChecklistMark(ticket_id=ticket.id, item=step, by=by, at=at, waived_because=waived_because)
        for step in steps
    )


def _take_back(session: DeskSession, ticket: Ticket, steps: Collection[str]) -> None:
    session.execute(
        delete(ChecklistMark).where(
            ChecklistMark.ticket_id == ticket.id, ChecklistMark.item.in_(steps)
        )
    )
