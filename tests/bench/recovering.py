"""After a kill, and after two hours without a connection: how soon the desk has caught up."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.__main__ import machine_clock
from sandbox import Sandbox
from store import outbox, taking
from store.database import Store
from store.kinds import Audience, Kind, Priority
from store.models import OutboxMessage
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, at_least, at_most
from tests.bench.population import QUEUE, TEAM
from tests.bench.processes import RUN, local_slack, running
from tests.bench.waiting import ON_CALL
from tests.desk import running_desk
from tests.faults.leaving import next_desk

PLACES: Final = (QUEUE, TEAM, "U0KAREN0001", "U0KEN000002", "U0CHRIS0003", "U0LENA00006")
PROMISED: Final = 20
PATIENCE_SECONDS: Final = 60
OUTAGE: Final = timedelta(hours=2)
TICKETS: Final = 10
MISSED: Final = 1000


def rows(databases: Databases) -> Iterator[Row]:
    """A process is killed while it posts in six places, and another one just after it took a page:
    nobody knows whether Slack has that. Then a new one starts. On PostgreSQL the place in which the
    dead one was posting waits until its lease is over.
    """
    url = databases.empty("killed")
    store = store_on(url)
    with local_slack() as slack:
        with running(slack, RUN, url, databases.folder) as process:
            for channel in PLACES:
                promise(store, channel, Priority.NOTICE, PROMISED)
            until(lambda: posts(slack) > len(PLACES))
            os.kill(process.pid, signal.SIGKILL)
        page = _taken_in_vain(store)
        before, started = posts(slack), machine_clock()
        with running(slack, RUN, url, databases.folder):
            until(lambda: posts(slack) > before)
            first = (machine_clock() - started).total_seconds()
            until(lambda: _sent_at(store, page) is not None)
        paged = _sent_at(store, page)
        assert paged is not None
        assert posts(slack, ON_CALL) == 1
    store.close()
    name = f"after a kill, from the start of the next process ({databases.engine})"
    yield at_most(f"{name}: first post", first, None, 5, "s")
    yield at_most(
        f"{name}: a page that may be in Slack", (paged - started).total_seconds(), None, 20, "s"
    )


def gap_rows(databases: Databases) -> Iterator[Row]:
    """Slack allows 50 reads a minute: the clock of the desk and of Slack is moved on when the desk
    waits for that, and the time that the work takes is added.
    """
    url = databases.empty("gap")
    with running_desk(url) as desk:
        for number in range(TICKETS):
            desk.opens(desk.karen, f"Printer {number} burns", Topic="General inquiry")
        desk.desk.catch_up(desk.clock.skip)
        desk.desk.stop()
        for root in desk.karen.dm[:TICKETS]:
            for number in range(MISSED // TICKETS):
                desk.karen.says(f"Smoke {number}", thread=root)
        desk.clock.skip(OUTAGE)
        with next_desk(desk.sandbox, url) as fresh:
            began, started = desk.clock.now(), time.perf_counter()
            found = fresh.catch_up(desk.clock.skip)
            waited = (desk.clock.now() - began).total_seconds()
            worked = time.perf_counter() - started
    name = f"after {OUTAGE.seconds // 3600} h without a connection"
    yield at_least(f"{name}: messages read", found, None, MISSED, "messages")
    yield at_most(
        f"{name}: until all are read ({waited:.0f} s of Slack's pace, simulated)",
        waited + worked, None, 60, "s",
    )  # fmt: skip


def promise(store: Store, channel: str, priority: Priority, messages: int) -> None:
    """Promise so many, by another process than the desk's."""
    with store.transaction() as session:
        for number in range(messages):
            outbox.add(
                session, Kind.ADMIN, audience=Audience.ADMIN, channel=channel,
                lane=f"{channel}:{number}", at=machine_clock(), priority=priority,
                problem=f"bench_{number}",
            )  # fmt: skip


def _taken_in_vain(store: Store) -> int:
    """A page, as a process leaves it that died before its call."""
    promise(store, ON_CALL, Priority.PAGE, 1)
    with store.transaction() as session:
        page = taking.take(session, at=machine_clock(), reserved_for_pages=True)
    assert page is not None
    return page.id


def _sent_at(store: Store, message: int) -> datetime | None:
    with store.snapshot() as session:
        return session.get_one(OutboxMessage, message).sent_at


def posts(slack: Sandbox, channel: str = "") -> int:
    """How many there have been, in one channel or everywhere."""
    made = slack.wire.of("chat.postMessage")
    return sum(
        entry.outcome == "ok" and channel in {"", entry.payload["channel"]} for entry in made
    )


def until(holds: Callable[[], bool]) -> None:
    """Look until it holds."""
    started = time.perf_counter()
    while not holds():
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise TimeoutError
        time.sleep(0.02)
