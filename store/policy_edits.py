"""deskbell.toml was edited: open tickets follow, closed ones never do.

Each ticket knows the fingerprint of the policy by which its deadlines were worked out last. So
there is nothing to do after most starts, a process that dies half-way goes on at the next one, and
several replicas share the work. Small transactions let everybody's clicks pass in between.

Assignees hear once, when the last ticket has followed; requesters hear one after the other, as
fast as Slack takes it without holding anything else up (`tell_requesters`).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from time import perf_counter, sleep
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import load_only

from store import bulk, clockwork, gathering, moves, outbox, targets, telling
from store.audit import DESK
from store.bundles import Item
from store.clockwork import Because, Clocks, Move
from store.database import DeskSession, Store
from store.kinds import News, Priority
from store.models import AuditEvent, OutboxMessage, Target, Ticket
from store.rules.lifecycle import Status
from store.trouble import DatabaseTrouble

SHORT: Final = 0.1
"""Seconds that a transaction should take: whoever presses a button waits no longer for it."""

FEWEST: Final = 50
MOST: Final = 500
"""Tickets in one transaction; the first has the fewest."""

BREATH: Final = 0.2
"""How long nothing is done between transactions, as a part of the last one: whoever waits for the
database gets it then, on a slow machine too.
"""

PAUSE: Final = 0.5
PATIENCE: Final = 60
"""Pauses in a row that bring nothing before we give up on tickets that cannot follow."""

TOLD_AT_ONCE: Final = 20
"""Requesters in one transaction, once a second: about as many as Slack takes."""

ENOUGH_WAITS: Final = 40
"""Messages that may wait for Slack before requesters are told of anything more."""

_NOT_CLOSED: Final = text("ticket.status <> 'closed'")
_UNTOLD: Final = text("ticket.untold_since IS NOT NULL")
_LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial indexes are used on both engines."""

_READ: Final = load_only(
    Ticket.status,
    Ticket.severity,
    Ticket.team,
    Ticket.assignee,
    Ticket.next_due_at,
    Ticket.clocks,
    Ticket.version,
    Ticket.last_seq,
    Ticket.changed_at,
    Ticket.untold_since,
)

Row = dict[str, Any]

log = logging.getLogger(__name__)


class _Recounted(NamedTuple):
    """What following did to a ticket: rows to be written, and the moves that people would see."""

    ticket: Row | None
    targets: list[Row]
    events: list[Row]
    visible: list[tuple[Ticket, Move]]


def follow(store: Store, *, at: datetime, enough: Callable[[], bool] = lambda: False) -> int:
    """Work out the deadlines of every ticket anew that were worked out by another policy, until it
    is `enough`. Return how many tickets there were; DatabaseTrouble when the database is away.
    """
    count, in_vain = 0, 0
    while not enough() and in_vain < PATIENCE and (ids := _behind(store)):
        followed = sum(_follow_together(store, some, at=at) for some in _portions(ids, enough))
        count += followed
        in_vain = 0 if followed else in_vain + 1
        if not followed:
            sleep(PAUSE)  # somebody is changing what is left
    if in_vain == PATIENCE:
        log.error("tickets that cannot follow the policy", extra={"tickets": list(ids[:10])})
    if not enough():
        with store.transaction() as session:
            gathering.tell(session, at=at)
    return count


def tell_requesters(store: Store, *, at: datetime) -> int:
    """Tell the next few requesters what the edit did to their promise, and redraw their cards,
    unless much waits for Slack already. Return how many tickets that were.
    """
    with store.snapshot() as session:
        ids = session.scalars(select(Ticket.id).where(_UNTOLD).limit(TOLD_AT_ONCE)).all()
        if not ids or _is_busy(session):
            return 0
    with store.transaction() as session:
        tickets = session.scalars(
            select(Ticket)
            .where(Ticket.id.in_(ids), _UNTOLD)
            .order_by(Ticket.id)
            .with_for_update(skip_locked=True)
        ).all()
        for ticket in tickets:
            moved_at, ticket.untold_since = ticket.untold_since, None
            if ticket.status != Status.CLOSED and moved_at is not None:
                telling.news(session, ticket, News.PROMISE_MOVED, at=moved_at)
        outbox.redraw(session, *tickets, at=at, priority=Priority.LATER)
        return len(tickets)


def _is_busy(session: DeskSession) -> bool:
    """Whether enough waits for Slack, beside what can wait for everything else."""
    waiting = select(OutboxMessage.id).where(_LIVE, OutboxMessage.priority < Priority.LATER)
    few = waiting.limit(ENOUGH_WAITS).subquery()
    return session.scalar(select(func.count()).select_from(few)) == ENOUGH_WAITS


def _behind(store: Store) -> Sequence[int]:
    with store.snapshot() as session:
        return session.scalars(
            select(Ticket.id)
            .where(_NOT_CLOSED, Ticket.clocks != store.policy.clocks)
            .order_by(Ticket.id)
        ).all()


def _portions(ids: Sequence[int], enough: Callable[[], bool]) -> Iterator[Sequence[int]]:
    """As many at a time as fit into a short transaction on this machine, with a breath after."""
    start, size = 0, FEWEST
    while start < len(ids) and not enough():
        began = perf_counter()
        yield ids[start : start + size]
        took = perf_counter() - began
        sleep(took * BREATH)
        start += size
        size = min(MOST, max(FEWEST, round(size * min(2, SHORT / took))))


def _follow_together(store: Store, ids: Sequence[int], *, at: datetime) -> int:
    """In one transaction; when that fails, in halves, so that one ticket holds up no other."""
    try:
        with store.transaction() as session:
            return _follow(session, ids, at=at)
    except DatabaseTrouble as trouble:
        log.warning("some tickets follow the policy later", extra={"error": str(trouble)})
        return 0
    except Exception:
        if len(ids) == 1:
            log.exception("a ticket cannot follow the policy", extra={"ticket": ids[0]})
            return 0
    halves = pairwise((0, len(ids) // 2, len(ids)))
    return sum(_follow_together(store, ids[start:end], at=at) for start, end in halves)


def _follow(session: DeskSession, ids: Sequence[int], *, at: datetime) -> int:
    """One transaction's share, without what somebody is changing right now."""
    tickets = session.scalars(
        select(Ticket)
        .options(_READ)
        .where(Ticket.id.in_(ids), _NOT_CLOSED, Ticket.clocks != session.policy.clocks)
        .order_by(Ticket.id)
        .with_for_update(skip_locked=True)
    ).all()
    loaded = clockwork.load(session, tickets)
    session.expunge_all()  # what changes is written below, many rows at a time
    recounted = [_recount(session, clocks, at=at) for clocks in loaded]
    bulk.update_many(session, Target, [row for each in recounted for row in each.targets])
    bulk.update_many(session, Ticket, [each.ticket for each in recounted if each.ticket])
    bulk.insert_many(session, AuditEvent, [row for each in recounted for row in each.events])
    session.execute(
        update(Ticket)
        .where(Ticket.id.in_([ticket.id for ticket in tickets]))
        .values(clocks=session.policy.clocks)
        .execution_options(synchronize_session=False)
    )
    clockwork.watch(session, loaded, at=at)
    _gather(session, recounted)
    return len(loaded)


def _recount(session: DeskSession, clocks: Clocks, *, at: datetime) -> _Recounted:
    ticket = clocks.ticket
    before = [_of_target(target) for target in clocks.targets], _of_ticket(ticket)
    for target in clocks.targets:
        targets.aim(session, ticket, target, at=at)
    moved = clockwork.recount(session, clocks)
    events = [
        moves.next_row(ticket, move, because=Because.POLICY, by=DESK, at=at) for move in moved
    ]
    visible = [move for move in moved if moves.is_worth_telling(move)]
    if visible:
        ticket.untold_since = at
    after = [_of_target(target) for target in clocks.targets], _of_ticket(ticket)
    return _Recounted(
        ticket=after[1] if after[1] != before[1] else None,
        targets=[row for row, was in zip(after[0], before[0], strict=True) if row != was],
        events=events,
        visible=[(ticket, move) for move in visible],
    )


def _of_target(target: Target) -> Row:
    """What may change in it."""
    return {
        "id": target.id,
        "severity": target.severity,
        "calendar": target.calendar,
        "length": target.length,
        "due_at": target.due_at,
        "last_due_at": target.last_due_at,
        "withdrawn_at": target.withdrawn_at,
    }


def _of_ticket(ticket: Ticket) -> Row:
    return {
        "id": ticket.id,
        "next_due_at": ticket.next_due_at,
        "untold_since": ticket.untold_since,
        "version": ticket.version,
        "last_seq": ticket.last_seq,
        "changed_at": ticket.changed_at,
    }


def _gather(session: DeskSession, recounted: Sequence[_Recounted]) -> None:
    """For each assignee what has moved, from when."""
    items: dict[str, list[Item]] = {}
    for ticket, move in (each for one in recounted for each in one.visible):
        if ticket.assignee is not None:
            item = Item(
                target=move.target.id, what="moved", role="assignee", was=move.was.isoformat()
            )
            items.setdefault(ticket.assignee, []).append(item)
    gathering.add(session, items)
