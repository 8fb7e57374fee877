"""Databases for every test that wants one: SQLite in a file, and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from store import migrate
from tests.postgres import PostgresServer, postgres_server


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
        url = URL.create("sqlite", database=str(tmp_path / "desk.db"))
        migrate.upgrade(url)
        yield url
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url
