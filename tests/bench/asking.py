"""What the desk asks of a large database: what is due, what somebody's Home shows."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any, Final

from handlers.drawing import draw
from store import alarms, ringing
from store.database import Store
from store.kinds import Audience, Kind, Priority
from store.models import OutboxMessage, Ticket
from tests.bench.bare import Driver, recorded
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import (
    Row,
    Spread,
    against_floor,
    alternately,
    timed,
    usually,
    within,
)
from tests.bench.population import AGENT, NOW

AT_ONCE: Final = 50
"""Alarms that are looked for at once."""


def tick_rows(databases: Databases, *, turns: int) -> Iterator[Row]:
    """Once a second, mostly for nothing."""
    store = store_on(databases.large)
    measured, floor = against_bare_reads(
        store, turns, lambda _turn: ringing.ring_due(store, at=NOW)
    )
    yield within(f"tick with nothing due at {databases}", measured, floor, p99=0.002)


def home_rows(databases: Databases, *, turns: int) -> Iterator[Row]:
    """An agent of the team with most tickets, and one of their requesters."""
    store = store_on(databases.large)
    for who, user in (("an agent's Home", AGENT), ("a requester's Home", "U0P10001")):
        home = _home(user)

        def open_home(_turn: int, home: OutboxMessage = home) -> None:
            with store.snapshot() as session:
                drawing = draw(session, home, at=NOW)
            assert drawing is not None
            assert drawing.view is not None

        measured, floor = against_bare_reads(store, turns, open_home)
        yield within(f"opening {who}, query and draw, at {databases}", measured, floor, p99=0.060)


def alarm_rows(databases: Databases, *, turns: int) -> Iterator[Row]:
    """Find the alarms that are due, as every tick does; and take one of them, its ticket's lock
    and the commit with it: what every alarm costs at least.
    """
    store = store_on(databases.large)
    later = NOW + timedelta(days=9)
    bare = _TAKE_BARE if store.is_sqlite else _TAKE_BARE.replace("?", "%s")
    taking = [(bare, (f"{later:%Y-%m-%d %H:%M:%S}",), False)]

    def find(_turn: int) -> None:
        with store.snapshot() as session:
            assert len(alarms.due(session, at=later, limit=AT_ONCE)) == AT_ONCE

    def take_one(_turn: int) -> None:
        with store.transaction() as session:
            (due,) = alarms.due(session, at=later, limit=1)
            session.get(Ticket, due.ticket, with_for_update=True)
            assert alarms.take(session, due.alarm, at=later)

    with closing(Driver(store)) as driver:
        found, measured, floor = alternately(
            turns, timed(find), timed(take_one), timed(lambda _turn: driver.write(taking))
        )
    yield usually(f"finding {AT_ONCE} due alarms at {databases}", found, p50=0.001)
    yield against_floor(
        "taking one, with its commit; floor: the bare driver", measured, floor, at_most=4
    )


_TAKE_BARE: Final = """
UPDATE alarm SET state = 'rung', rung_at = due_at WHERE id = (
    SELECT id FROM alarm WHERE due_at <= ? AND state = 'armed' ORDER BY due_at, id LIMIT 1)
RETURNING id
"""


def against_bare_reads(
    store: Store, turns: int, work: Callable[[int], object]
) -> tuple[Spread, Spread]:
    """The subject, and its floor: the same questions on the same file, asked by the bare driver."""
    with store.snapshot() as session:
        reading: Any = session.get_bind()
    work(0)
    with recorded(reading) as statements:
        work(0)
    with closing(Driver(store)) as driver:
        measured, floor = alternately(
            turns, timed(work), timed(lambda _turn: driver.read(statements))
        )
    return measured, floor


def _home(user: str) -> OutboxMessage:
    return OutboxMessage(
        id=1,
        key="home",
        kind=Kind.HOME,
        audience=Audience.PERSON,
        channel=user,
        gate="views.publish",
        lane=f"home:{user}",
        about={},
        priority=Priority.REDRAW,
        not_before=NOW,
        created_at=NOW,
    )
