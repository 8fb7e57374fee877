"""What the desk costs while nobody needs it, and how soon it is there: a real `deskbell run`."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, at_most
from tests.bench.processes import NOTHING, RUN, Process, connected

SETTLING_SECONDS: Final = 5
"""Time to read everybody's profile, and whatever else happens once at the start."""


def rows(databases: Databases, *, seconds: float, starts: int) -> Iterator[Row]:
    """The floor is a process with Bolt, the store and both sockets, and nothing in it."""
    database = databases.empty("idle")
    store_on(database).close()
    times: dict[tuple[str, ...], list[float]] = {RUN: [], NOTHING: []}
    for _ in range(starts):
        for how, taken in times.items():
            with connected(how, database, databases.folder) as process:
                taken.append(process.seconds_to_connect)
    start, floor = (sorted(taken)[starts // 2] for taken in times.values())
    yield at_most("deskbell run, from start to connected", start, floor, 3, "s")
    with ExitStack() as stack:
        desk, nothing = (
            stack.enter_context(connected(how, database, databases.folder))
            for how in (RUN, NOTHING)
        )
        time.sleep(SETTLING_SECONDS)
        busy = cpu_seconds(desk.pid), cpu_seconds(nothing.pid)
        time.sleep(seconds)
        measured, least = (
            100 * (cpu_seconds(each.pid) - before) / seconds
            for each, before in zip((desk, nothing), busy, strict=True)
        )
        yield at_most("idle: memory (RSS)", _megabytes(desk), _megabytes(nothing), 110, "MB")
        yield at_most(f"idle: CPU over {seconds:g} s", measured, least, 1, "%")


def _megabytes(process: Process) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """User and system time so far; the fields after the program's name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
