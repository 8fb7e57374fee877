"""Tickets on a bare store, and several replicas that do things to them at the same instant."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import URL, select, text

from store import audit, intake
from store.database import DeskSession, Store
from store.models import Ticket
from store.rules.errors import DeskError
from tests.views.sample import KAREN, NOW, POLICY

Change = Callable[[DeskSession, int], object]


@contextmanager
def stores(database: URL, count: int) -> Iterator[list[Store]]:
    """As many processes as far as the database can tell."""
    opened = [Store(database, POLICY) for _ in range(count)]
    try:
        yield opened
    finally:
        for each in opened:
            each.close()


def open_ticket(store: Store, *, at: datetime = NOW, severity: str | None = None) -> int:
    """One of Karen's."""
    with store.transaction() as session:
        return intake.open_ticket(
            session, requester=KAREN, topic="hardware", summary="Printer on fire",
            details="It burns.", severity=severity, by=KAREN, at=at,
        ).id  # fmt: skip


def outcome(store: Store, change: Change, number: int) -> str:
    """What somebody who wants this is told: that it is done, or the name of the refusal."""
    try:
        with store.transaction() as session:
            change(session, number)
    except DeskError as refused:
        return type(refused).__name__
    return "done"


def at_once(replicas: Sequence[Store], changes: Sequence[Change], number: int) -> list[str]:
    """Each change through a replica of its own, all begun at the same instant."""
    start = threading.Barrier(len(changes))

    def run(store: Store, change: Change) -> str:
        start.wait()
        return outcome(store, change, number)

    with ThreadPoolExecutor(len(changes)) as threads:
        return list(threads.map(run, replicas, changes))


def state(store: Store, number: int) -> tuple[object, ...]:
    """How the ticket stands and how it came to that; its events are numbered without a gap."""
    with store.snapshot() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.id == number)).one()
        events = audit.history(session, number)
        assert [event.seq for event in events] == list(range(1, ticket.last_seq + 1))
        kinds = tuple((event.kind, event.actor) for event in events)
        return ticket.status, ticket.assignee, ticket.severity, ticket.team, kinds


def held_up(store: Store) -> int:
    """How many wait for a lock, on PostgreSQL."""
    with store.snapshot() as session:
        found = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                     "AND datname = current_database()")  # fmt: skip
        return session.scalar(found) or 0
