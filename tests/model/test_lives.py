"""Random lives of tickets, with kills, second deliveries and a Slack that misbehaves.

After every step each ticket is what the model says, its history tells the same, and no alarm is
left that nobody needs. After every delivery Slack shows the present state and every promise once,
and no requester has read an internal word.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import URL

from store import migrate
from tests.crash.scenery import PostgresDatabase, SqliteFile
from tests.model.direct import direct_desk
from tests.model.forked import forked_desks
from tests.model.lives import Desks, Lives
from tests.model.running import Running
from tests.postgres import PostgresServer

Databases = Callable[[], AbstractContextManager[URL]]
"""Each call is a new, migrated database."""

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


def direct(databases: Databases) -> Desks:
    """A desk in this process on each of them."""

    @contextmanager
    def fresh() -> Iterator[Running]:
        with databases() as url, direct_desk(url) as running:
            yield running

    return fresh


def live(desks: Desks, how: settings) -> None:
    """Any number of lives; the failing one is printed as a program."""
    here = type("LivesHere", (Lives,), {"desks": staticmethod(desks)})
    run_state_machine_as_test(here, settings=how)


def test_lives_on_sqlite_are_what_the_model_says(tmp_path: Path) -> None:
    with on_files(tmp_path) as databases:
        live(direct(databases), FEW)


def test_lives_on_postgresql_are_what_the_model_says(postgres: PostgresServer) -> None:
    live(direct(postgres.database), FEW)


@pytest.mark.long
def test_many_lives_on_sqlite(tmp_path: Path) -> None:
    with on_files(tmp_path) as databases:
        live(direct(databases), MANY)


@pytest.mark.long
def test_many_lives_on_postgresql(postgres: PostgresServer) -> None:
    live(direct(postgres.database), MANY)


@pytest.mark.long
def test_many_lives_with_real_kills(tmp_path: Path) -> None:
    with forked_desks(SqliteFile(tmp_path), tmp_path) as desks:
        live(desks, settings(MANY, max_examples=60))


@pytest.mark.long
def test_many_lives_with_real_kills_on_postgresql(postgres: PostgresServer, tmp_path: Path) -> None:
    with (
        postgres.database() as url,
        PostgresDatabase(url).kept() as database,
        forked_desks(database, tmp_path) as desks,
    ):
        live(desks, settings(MANY, max_examples=60))
