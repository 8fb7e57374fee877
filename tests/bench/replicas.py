"""What more processes on one database bring, and what keeps them from bringing more."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sandbox import Sandbox
from store.database import Store
from store.kinds import Priority
from tests.bench.claims import IN_FLIGHT, Clicks
from tests.bench.databases import Databases, store_on
from tests.bench.idle import cpu_seconds
from tests.bench.measuring import Row, Spread, at_least, within
from tests.bench.processes import DESK, RUN, local_slack, running
from tests.bench.recovering import PLACES, posts, promise, until

REPLICAS: Final = 3


def rows(databases: Databases, *, presses: int) -> Iterator[Row]:
    """Claims a second by one process, and by three on the same database, one after the other."""
    one, _ = _rate(databases, 1, presses)
    many, busy = _rate(databases, REPLICAS, presses)
    what = f"claims a second, {REPLICAS} replicas, {IN_FLIGHT} in flight; floor: one ({busy})"
    yield at_least(what, many, one, 2 * one, "/s")


def hint_rows(databases: Databases, *, messages: int) -> Iterator[Row]:
    """Nobody tells a process that another one has promised something: it looks again and again."""
    url = databases.empty("hint")
    store = store_on(url)
    with local_slack() as slack, running(slack, RUN, url, databases.folder):
        waits = [_seconds_to_post(slack, store, number) for number in range(messages)]
    store.close()
    what = f"a message promised by another process, until it is posted ({databases.engine})"
    yield within(what, Spread.of(waits), None, p99=0.7)


def _seconds_to_post(slack: Sandbox, store: Store, number: int) -> float:
    place = PLACES[number % len(PLACES)]
    promise(store, place, Priority.NOTICE, 1)
    started = time.perf_counter()
    until(lambda: posts(slack) > number)
    return time.perf_counter() - started


def _rate(databases: Databases, processes: int, presses: int) -> tuple[float, str]:
    """How many a second, and how many processors were busy with what meanwhile."""
    tickets = presses + 100
    store = store_on(databases.filled(f"replicas{processes}", tickets * 4, still_open=tickets * 4))
    with ExitStack() as stack:
        slack = stack.enter_context(local_slack())
        desks = [
            stack.enter_context(running(slack, DESK, store.url, databases.folder))
            for _ in range(processes)
        ]
        clicks = Clicks(slack, store)
        clicks.many(IN_FLIGHT)
        began, all_of_it = time.perf_counter(), _busy_seconds()
        by_desks = sum(cpu_seconds(desk.pid) for desk in desks)
        by_slack = time.process_time()
        rate = clicks.many(presses)
        seconds = time.perf_counter() - began
        busy = (
            (sum(cpu_seconds(desk.pid) for desk in desks) - by_desks) / seconds,
            (time.process_time() - by_slack) / seconds,
            (_busy_seconds() - all_of_it) / seconds,
        )
    store.close()
    desk, local, whole = (f"{each:.1f}" for each in busy)
    return rate, f"processors busy: {desk} with desks, {local} with the local Slack, {whole} in all"


def _busy_seconds() -> float:
    """What all processors of this machine have worked so far: `cpu user nice system idle …`."""
    first = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    user, nice, system = (int(field) for field in first[1:4])
    return (user + nice + system) / 100
