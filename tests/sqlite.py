"""Fresh SQLite files for the tests, migrated once per test process: the rest are copies."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from store import migrate
from tests.memory import quick_folder


def migrated_file(folder: Path) -> URL:
    """A database of its own in the folder, as after the first start."""
    file = folder / "desk.db"
    file.write_bytes(_template())
    return URL.create("sqlite", database=str(file))


@cache
def _template() -> bytes:
    with TemporaryDirectory(prefix="deskbell-", dir=quick_folder()) as folder:
        file = Path(folder) / "desk.db"
        migrate.upgrade(URL.create("sqlite", database=str(file)))
        return file.read_bytes()
