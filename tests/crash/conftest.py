"""One theatre per test process and database engine; every scene restores what it begins with."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.crash.play import Company, company
from tests.crash.scenery import PostgresDatabase, SqliteFile
from tests.memory import quick_folder
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """What SIGKILL leaves behind does not depend on the disk."""
    with TemporaryDirectory(prefix="deskbell-crash-", dir=quick_folder()) as name:
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
