"""Random lives of tickets, with kills, second deliveries and a Slack that misbehaves.

After every step each ticket is what the model says, its history tells the same, and no alarm is
left that nobody needs. After every delivery Slack shows the present state and every promise once,
and no requester has read an internal word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import URL

from store import migrate
from tests.model.lives import Databases, Lives
from tests.postgres import PostgresServer

FEW: Final = settings(
    max_examples=8,
    stateful_step_count=24,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MANY: Final = settings(FEW, max_examples=150, stateful_step_count=50, derandomize=False)


@contextmanager
def on_files(folder: Path) -> Iterator[Databases]:
    """A new SQLite file for every life, copied from one that has all migrations."""
    template = folder / "template.db"
    migrate.upgrade(URL.create("sqlite", database=str(template)))
    numbers = iter(range(1_000_000))

    @contextmanager
    def fresh() -> Iterator[URL]:
        file = folder / f"{next(numbers)}.db"
        file.write_bytes(template.read_bytes())
        yield URL.create("sqlite", database=str(file))

    yield fresh


def live(databases: Databases, how: settings) -> None:
    """Any number of lives; the failing one is printed as a program."""
    here = type("LivesHere", (Lives,), {"databases": staticmethod(databases)})
    run_state_machine_as_test(here, settings=how)


def test_lives_on_sqlite_are_what_the_model_says(tmp_path: Path) -> None:
    with on_files(tmp_path) as databases:
        live(databases, FEW)


def test_lives_on_postgresql_are_what_the_model_says(postgres: PostgresServer) -> None:
    live(postgres.database, FEW)


@pytest.mark.long
def test_many_lives_on_sqlite(tmp_path: Path) -> None:
    with on_files(tmp_path) as databases:
        live(databases, MANY)


@pytest.mark.long
def test_many_lives_on_postgresql(postgres: PostgresServer) -> None:
    live(postgres.database, MANY)
