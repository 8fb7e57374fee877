"""deskbell.toml was edited: open tickets follow, closed ones never do.

Each ticket knows the fingerprint of the policy by which its deadlines were worked out last. So
there is nothing to do after most starts, a process that dies half-way goes on at the next one, and
several replicas share the work. Small transactions let everybody's clicks pass in between.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from time import perf_counter, sleep
from typing import Final

from sqlalchemy import select, text

from store import bundles, clockwork, moves, outbox, targets
from store.audit import DESK
from store.bundles import Item
from store.clockwork import Because, Clocks, Move
from store.database import DeskSession, Store
from store.models import Ticket
from store.outbox import News

TOGETHER: Final = 50
"""Tickets in one transaction: some 20 ms."""

BREATH: Final = 0.2
"""How long nothing is done between transactions, as a part of the last one: whoever waits for the
database gets it then, on a slow machine too.
"""

_NOT_CLOSED: Final = text("ticket.status <> 'closed'")
"""Literal, so that the partial index of open tickets is used on both engines."""


def follow(store: Store, *, at: datetime) -> int:
    """Work out the deadlines of every ticket anew that were worked out by another policy. Return
    how many tickets there were.
    """
    count = 0
    while followed := sum(_follow_some(store, ids, at=at) for ids in _behind(store)):
        count += followed  # and once more, for those that somebody was changing meanwhile
    if count:
        with store.transaction() as session:
            bundles.release(session, at=at)
    return count


def _follow_some(store: Store, ids: Sequence[int], *, at: datetime) -> int:
    began = perf_counter()
    with store.transaction() as session:
        count = _follow(session, ids, at=at)
    sleep((perf_counter() - began) * BREATH)
    return count


def _behind(store: Store) -> Iterator[Sequence[int]]:
    with store.snapshot() as session:
        ids = session.scalars(
            select(Ticket.id)
            .where(_NOT_CLOSED, Ticket.clocks != store.policy.clocks)
            .order_by(Ticket.id)
        ).all()
    for start in range(0, len(ids), TOGETHER):
        yield ids[start : start + TOGETHER]


def _follow(session: DeskSession, ids: Sequence[int], *, at: datetime) -> int:
    """One transaction's share, without what somebody is changing right now."""
    policy = session.policy
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(ids), _NOT_CLOSED, Ticket.clocks != policy.clocks)
        .with_for_update(skip_locked=True)
    ).all()
    all_clocks = clockwork.load(session, tickets)
    told = []
    for clocks in all_clocks:
        moved = _recount(session, clocks, at=at)
        if any(moves.is_worth_telling(move) for move in moved):
            told.append((clocks.ticket, moved))
    clockwork.watch(session, all_clocks, at=at)
    _tell(session, told, at=at)
    return len(all_clocks)


def _recount(session: DeskSession, clocks: Clocks, *, at: datetime) -> list[Move]:
    ticket = clocks.ticket
    for target in clocks.targets:
        if target.met_at is None and target.withdrawn_at is None:
            targets.aim(session, ticket, target, at=at)
    moved = clockwork.recount(session, clocks)
    for move in moved:
        moves.record(session, ticket, move, because=Because.POLICY, by=DESK, at=at)
    ticket.clocks = session.policy.clocks
    return moved


def _tell(
    session: DeskSession, told: Sequence[tuple[Ticket, Sequence[Move]]], *, at: datetime
) -> None:
    """The requester in the ticket's thread; an agent once for all of their tickets."""
    items: dict[str, list[Item]] = {}
    for ticket, moved in told:
        outbox.news(session, ticket, News.PROMISE_MOVED, at=at)
        if ticket.assignee is not None:
            items.setdefault(ticket.assignee, []).extend(
                Item(target=move.target.id, what="moved", role="assignee") for move in moved
            )
    bundles.add(session, items, at=at)
    outbox.redraw(session, *(ticket for ticket, _ in told), at=at)
