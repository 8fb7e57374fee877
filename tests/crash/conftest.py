"""One theatre per test process and database engine; every scene restores what it begins with."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.crash.play import Company, company
from tests.crash.scenery import PostgresDatabase, SqliteFile
from tests.postgres import PostgresServer

MEMORY = Path("/dev/shm")  # noqa: S108 - only temporary folders are made in it
"""What SIGKILL leaves behind does not depend on the disk; waiting for one only takes time."""


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """In memory, where the system has such a place."""
    with TemporaryDirectory(
        prefix="deskbell-crash-", dir=MEMORY if MEMORY.is_dir() else None
    ) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def on_sqlite(folder: Path) -> Iterator[Company]:
    """On a file."""
    with company(SqliteFile(folder), folder) as playing:
        yield playing


@pytest.fixture(scope="session")
def on_postgres(postgres: PostgresServer, folder: Path) -> Iterator[Company]:
    """On a server of the test process's own."""
    with (
        postgres.database() as url,
        PostgresDatabase(url).kept() as database,
        company(database, folder) as playing,
    ):
        yield playing
