"""Databases for every test that wants one: SQLite in a file, and PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import URL, Dialect, Engine, create_engine

from tests.memory import quick_folder
from tests.postgres import PostgresServer, postgres_server
from tests.sqlite import migrated_file


@pytest.hookimpl(optionalhook=True)  # the catalogue runs without xdist
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto` for pytest-xdist: one process more than there are processors, because the tests
    that run real desks wait a third of their time (measured on two).
    """
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Every `Store` of a test process reuses the SQL that others of its engine have compiled: that
    was a fifth of what a story costs (measured).
    """
    dialects: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def sharing(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        engine.dialect = dialects.setdefault(engine.name, engine.dialect)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.engines.create_engine", sharing)
        yield


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Instead of pytest's own: in memory where there is room, because a commit on a disk waits for
    3 ms (measured); gone after the test.
    """
    with TemporaryDirectory(
        prefix="deskbell-test-", dir=quick_folder(), ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server per test process, started when the first test asks."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Runs the test on both engines, each time with a database that holds nothing yet."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "desk.db"))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(migrated=False) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Runs the test on both engines, with all migrations done."""
    if request.param == "sqlite":
        yield migrated_file(tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url
