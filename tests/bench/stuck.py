"""A database that does nothing for six seconds: how long people wait for an honest answer."""

import time
from collections.abc import Iterator
from typing import Final

from tests.bench.claims import Clicks
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, at_least, at_most
from tests.bench.processes import DESK, connected
from tests.faults.clicks import stuck

PRESSES: Final = 100
SECONDS: Final = 6
ENOUGH: Final = 1000
"""Tickets, of which three in ten are new."""


def rows(databases: Databases) -> Iterator[Row]:
    """All clicks come just after it got stuck."""
    store = store_on(databases.filled("stuck", ENOUGH, still_open=ENOUGH))
    with connected(DESK, store.url, databases.folder) as process:
        clicks = Clicks(process.slack, store)
        clicks(0)
        with stuck(store.url):
            started = time.perf_counter()
            presses = [clicks.press() for _ in range(PRESSES)]
            answered = sum(press.result(SECONDS).ok for press in presses)
            time.sleep(max(0, started + SECONDS - time.perf_counter()))
        entries = process.slack.wire.of("block_actions")[-PRESSES:]
        worst = max(entry.took_ms or 1000 * SECONDS for entry in entries) / 1000
    store.close()
    what = f"{PRESSES} clicks, the database stuck for {SECONDS} s ({databases.engine})"
    yield at_most(f"{what}: worst ack", worst, None, 2.5, "s")
    yield at_least(f"{what}: answered", answered, None, PRESSES, "clicks")
