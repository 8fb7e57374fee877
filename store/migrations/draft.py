"""Drafts the next migration from what has changed in `store.models`: `make migration NAME="…"`.

Read it before it goes in: data that has to move, and columns that become NOT NULL on a table with
rows, need words of your own.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import NullPool, create_engine

from store import migrate

VERSIONS = migrate.MIGRATIONS / "versions"


def draft(name: str, folder: Path = VERSIONS) -> Path:
    """Write it, against a fresh SQLite database with all migrations so far; return the file."""
    config = migrate.config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{VERSIONS}\n{folder}")
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/empty.db"
        migrate.upgrade(url)
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            number = f"{int(migrate.newest()) + 1:04}"
            command.revision(
                config, name, autogenerate=True, rev_id=number, version_path=str(folder)
            )
    return next(folder.glob(f"{number}_*.py"))


if __name__ == "__main__":
    sys.stdout.write(f"Drafted {draft(sys.argv[1])}\n")
