"""`python -m tests.bench [--only NAME …] [--quick] [--postgres]`: measure, and print one table.

Every floor is measured in the same run, in turn with its subject. A row over its aim is marked;
the exit code is 0 all the same, because a busy machine is no mistake in the desk.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.bench import (
    asking,
    burst,
    claims,
    deadlines,
    idle,
    recovering,
    replicas,
    searching,
    stuck,
    typing,
    waiting,
)
from tests.bench.databases import Databases, PostgresDatabases
from tests.bench.measuring import Row
from tests.postgres import postgres_server

MANY: Final = 1_000_000
QUICK: Final = 10
"""`--quick` divides sizes and repetitions by this."""

screen = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
errors = Console(stderr=True)


@dataclass(frozen=True)
class Bench:
    """Some rows that are measured together; `run` is given the databases and a divisor."""

    name: str
    run: Callable[[Databases, int], Iterator[Row]]
    engines: tuple[str, ...] = ("SQLite",)


BOTH: Final = ("SQLite", "PostgreSQL")
BENCHES: Final = (
    Bench("claim", lambda databases, by: claims.rows(databases, turns=1000 // by), BOTH),
    Bench("rate", lambda databases, by: claims.rate_rows(databases, presses=3000 // by), BOTH),
    Bench("stuck", lambda databases, _by: stuck.rows(databases), BOTH),
    Bench(
        "replicas",
        lambda databases, by: replicas.rows(databases, presses=3000 // by),
        ("PostgreSQL",),
    ),
    Bench(
        "hint",
        lambda databases, by: replicas.hint_rows(databases, messages=60 // by),
        ("PostgreSQL",),
    ),
    Bench("killed", lambda databases, _by: recovering.rows(databases), BOTH),
    Bench("gap", lambda databases, _by: recovering.gap_rows(databases)),
    Bench("tick", lambda databases, by: asking.tick_rows(databases, turns=1000 // by), BOTH),
    Bench("home", lambda databases, by: asking.home_rows(databases, turns=300 // by), BOTH),
    Bench("burst", lambda databases, by: burst.rows(databases, seconds=30 // by)),
    Bench("idle", lambda databases, by: idle.rows(databases, seconds=30 / by, starts=5 // by | 1)),
    Bench("take", lambda databases, by: waiting.take_rows(databases, turns=500 // by), BOTH),
    Bench("page", lambda databases, by: waiting.page_rows(databases, pages=60 // by)),
    Bench("pace", lambda databases, by: waiting.pace_rows(databases, posts=200 // by)),
    Bench("typing", lambda databases, by: typing.rows(databases, messages=60 // by)),
    Bench("search", lambda databases, by: searching.rows(databases, by=by), BOTH),
    Bench("deadline", lambda databases, by: deadlines.deadline_rows(databases, turns=5000 // by)),
    Bench("edit", lambda databases, by: deadlines.edit_rows(databases, by=by), BOTH),
    Bench("second", lambda databases, by: deadlines.second_rows(databases, by=by), BOTH),
    Bench("lone", lambda databases, by: deadlines.lone_rows(databases, turns=100 // by), BOTH),
    Bench("alarm", lambda databases, by: asking.alarm_rows(databases, turns=500 // by), BOTH),
)


def main() -> None:
    """Measure what was asked for."""
    names = [bench.name for bench in BENCHES]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="measure these")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL too, where it can")
    chosen = parser.parse_args()
    many, by = (MANY // QUICK, QUICK) if chosen.quick else (MANY, 1)
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder, ExitStack() as stack:
        places = [Databases(Path(folder), many=many, say=_say)]
        if chosen.postgres:
            places.append(_on_postgres(Path(folder), stack, many=many))
        for databases in places:
            for bench in BENCHES:
                if bench.name in chosen.only and databases.engine in bench.engines:
                    _say(f"measuring {bench.name} on {databases.engine} …")
                    found += _measured(bench, databases, by)
    screen.print(_table(found))


def _on_postgres(folder: Path, stack: ExitStack, *, many: int) -> Databases:
    server = stack.enter_context(postgres_server())
    databases = PostgresDatabases(folder, server, many=many, say=_say)
    stack.callback(databases.close)
    return databases


def _measured(bench: Bench, databases: Databases, by: int) -> list[Row]:
    """What fails costs its own rows, not those of the others."""
    try:
        return list(bench.run(databases, by))
    except Exception as error:  # noqa: BLE001 - the table says what is missing
        errors.print_exception()
        return [Row(bench.name, f"failed: {type(error).__name__}", "", "", "", holds=False)]


def _say(sentence: str) -> None:
    screen.print(f"[dim]{sentence}[/]")


def _table(rows: list[Row]) -> Table:
    table = Table(
        title=f"Deskbell on {platform.machine()}, Python {platform.python_version()}",
        caption="Times are p50 / p99. Floor: the least that could do the same, in the same run.",
    )
    for column in ("what", "measured", "floor", "times the floor", "aim", ""):
        table.add_column(column, justify="left" if column == "what" else "right")
    for row in rows:
        verdict = "[green]ok[/]" if row.holds else "[yellow]over[/]"
        table.add_row(row.what, row.measured, row.floor, row.ratio, row.aim, verdict)
    return table


if __name__ == "__main__":
    main()
