"""The sending side of the outbox: which message next, however many wait, and pages before all."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count, islice
from typing import Final

from sqlalchemy import Connection, bindparam, text

from bot.postman import WORKERS
from sandbox.rate_limits import RateLimits
from store import outbox, sending, taking
from store.database import DeskSession, Store
from store.gates import POSTS
from store.gates import TOGETHER as POST
from store.kinds import Audience, Kind, Priority
from store.models import Instant, OutboxMessage
from tests.bench.asking import against_bare_reads
from tests.bench.bare import Driver, recorded
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, Spread, alternately, at_least, at_most, timed, within
from tests.bench.population import NOW

BACKLOG: Final = 51_000
CHANNELS: Final = 40
AHEAD: Final = 1000
CALL: Final = timedelta(milliseconds=300)
"""How long a call of Slack takes in the simulation."""

PAGE_EVERY: Final = timedelta(seconds=7.3)
STEP: Final = timedelta(milliseconds=100)
"""How finely simulated time passes."""

ON_CALL: Final = "C0ONCALL005"

_BACKLOG: Final = """
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {rows})
INSERT INTO outbox_message (key, kind, audience, ticket_id, channel, gate, lane, about, priority,
    state, attempts, deaths, doubtful, misses, not_before, created_at)
SELECT 'waiting-' || n, 'line', 'agents', 1 + n % 5000, 'C0WAIT' || (n % {channels}),
    'C0WAIT' || (n % {channels}), (1 + n % 5000) || '-' || (n % {channels}),
    CAST('{{}}' AS {json}), 3 + 2 * (n % 5000 % 3), 'ready', 0, 0, :no, 0, :at, :at
FROM n
"""
_GATES: Final = """
INSERT INTO gate (name, next_at)
SELECT DISTINCT gate, :closed FROM outbox_message WHERE state = 'ready'
ON CONFLICT DO NOTHING
"""
_PUT_OFF: Final = "UPDATE outbox_message SET not_before = :later WHERE state = 'ready'"


def take_rows(databases: Databases, *, turns: int) -> Iterator[Row]:
    """The question asked after every commit, when nothing may go out and when much may."""
    store = store_on(databases.large)
    json = "TEXT" if store.is_sqlite else "JSON"
    backlog = text(_BACKLOG.format(rows=BACKLOG, channels=CHANNELS, json=json)).bindparams(
        bindparam("at", NOW, type_=Instant), no=False
    )
    closed = bindparam("closed", NOW + timedelta(hours=1), type_=Instant)
    with _patient(store) as connection:
        connection.execute(backlog)
        connection.execute(text(_GATES).bindparams(closed))
    for how, at in (("closed", NOW), ("open", NOW + timedelta(hours=2))):
        measured, floor = _taking(store, turns, at)
        yield within(
            f"next message, {BACKLOG:,} waiting, {CHANNELS} channels {how} ({databases.engine})",
            measured, floor, p99=0.005,
        )  # fmt: skip
    with _patient(store) as connection:
        later = bindparam("later", NOW + timedelta(days=30), type_=Instant)
        connection.execute(text(_PUT_OFF).bindparams(later))
    measured, floor = _taking(store, turns, NOW + timedelta(hours=3))
    yield within(
        f"the same with all of them put off, {CHANNELS} channels open ({databases.engine})",
        measured, floor, p99=0.005,
    )  # fmt: skip
    measured, floor = against_bare_reads(store, turns, lambda _turn: _look_ahead(store))
    what = f"when may something go out, {BACKLOG:,} waiting ({databases.engine})"
    yield within(what, measured, floor, p99=0.005)


@contextmanager
def _patient(store: Store) -> Iterator[Connection]:
    """A transaction that may take its time."""
    with store.engine.begin() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


def page_rows(databases: Databases, *, pages: int) -> Iterator[Row]:
    """Delivery's own order of work, in simulated time: what a page waits for behind messages of
    which a third goes to its own channel.
    """
    channels = [ON_CALL if number % 3 == 0 else f"C0WAIT{number}" for number in range(60)]
    simulation = Simulation(store_on(databases.empty("pages")), channels)
    simulation.promise(AHEAD, Priority.NOTICE)
    waits = simulation.waits_of(pages)
    yield within(
        f"a page behind {AHEAD:,} messages, until it is posted (simulated time)",
        Spread.of(waits), None, p99=2.5,
    )  # fmt: skip


def pace_rows(databases: Databases, *, posts: int) -> Iterator[Row]:
    """Slack allows a post a second in a channel, and 300 a minute in the workspace: how much of
    that is used while many wait, and how often Slack has to say no.
    """
    for channels, where, a_second in ((1, "in a channel", 1), (CHANNELS, "in the workspace", 5)):
        store = store_on(databases.empty(f"pace{channels}"))
        simulation = Simulation(store, [f"C0WAIT{number}" for number in range(channels)])
        simulation.promise(posts * a_second, Priority.NOTICE)
        seconds = simulation.seconds_for(posts * a_second)
        yield at_least(
            f"posts {where} with a backlog, of what Slack allows (simulated time)",
            100 * posts / seconds, None, 95, "%",
        )  # fmt: skip
        what = f"posts {where} with a backlog: answered with 429"
        yield at_most(what, simulation.refused, None, 0, "posts")


class Simulation:
    """Workers that each take, call Slack for a while, and settle, as `bot.postman` lets them."""

    def __init__(self, store: Store, channels: Sequence[str]) -> None:
        self._store = store
        self._channels = channels
        self._numbers = count()
        self._at = NOW
        self._posted = 0
        self.refused = 0
        """Posts that Slack would have answered with 429."""
        self._limits = RateLimits()
        self._calls: list[tuple[datetime, int, OutboxMessage]] = []

    def promise(self, messages: int, priority: Priority) -> None:
        """To every channel in turn."""
        with self._store.transaction() as session:
            for number in islice(self._numbers, messages):
                outbox.add(
                    session,
                    Kind.LINE,
                    audience=Audience.AGENTS,
                    channel=self._channels[number % len(self._channels)],
                    lane=f"{priority.name}:{number}",
                    at=self._at,
                    priority=priority,
                )

    def seconds_for(self, posts: int) -> float:
        """Until all of them are in Slack."""
        begun, posted = self._at, list[float]()
        while self._posted < posts:
            self._work_until(self._at + STEP, posted)
        return (self._at - begun).total_seconds()

    def waits_of(self, pages: int) -> list[float]:
        """One page every few seconds; how many seconds each waited until it was in Slack."""
        waits: list[float] = []
        for _ in range(pages):
            self._work_until(self._at + PAGE_EVERY, waits)
            next(n for n in self._numbers if n % 3 == 2)  # so that the next one is a page's
            self.promise(1, Priority.PAGE)
        self._work_until(self._at + PAGE_EVERY, waits)
        assert len(waits) == pages
        return waits

    def _work_until(self, end: datetime, waits: list[float]) -> None:
        while self._at < end:
            self._take_what_may_go()
            if self._calls and self._calls[0][0] <= min(end, self._at + STEP):
                self._at, _, message = heappop(self._calls)
                self._settle(message, waits)
            else:
                self._at = min(end, self._at + STEP)

    def _take_what_may_go(self) -> None:
        while (free := WORKERS - len(self._calls)) > 0:
            with self._store.transaction() as session:
                message = taking.take(session, at=self._at, reserved_for_pages=free == 1)
            if message is None:
                return
            wait = self._limits.retry_after(self._at, POST, "special", message.channel)
            self.refused += wait > 0
            heappush(self._calls, (self._at + CALL, message.id, message))

    def _settle(self, message: OutboxMessage, waits: list[float]) -> None:
        with self._store.transaction() as session:
            sending.settle(session, message.id, attempt=message.attempts, at=self._at)
        self._posted += 1
        if message.priority == Priority.PAGE:
            waits.append((self._at - message.created_at).total_seconds())


def _taking(store: Store, turns: int, at: datetime) -> tuple[Spread, Spread]:
    """What is taken is settled between the measurements."""
    with (
        recorded(store.engine) as statements,
        store.engine.connect() as connection,
        DeskSession(connection, policy=store.policy) as undone,
    ):
        taking.take(undone, at=at)

    def take(turn: int) -> float:
        now = at + POSTS.every * turn
        started = time.perf_counter()
        with store.transaction() as session:
            message = taking.take(session, at=now)
        seconds = time.perf_counter() - started
        if message is not None:
            with store.transaction() as session:
                sending.settle(session, message.id, attempt=message.attempts, at=now)
        return seconds

    with closing(Driver(store)) as driver:
        measured, floor = alternately(turns, take, timed(lambda _turn: driver.read(statements)))
    return measured, floor


def _look_ahead(store: Store) -> None:
    with store.snapshot() as session:
        assert taking.next_at(session, at=NOW) is not None
