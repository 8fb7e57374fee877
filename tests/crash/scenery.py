"""What a scene begins with: the workspace and the database as they were, restored in no time."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from sqlalchemy import URL, NullPool, create_engine, text

from sandbox import Sandbox
from sandbox.snapshot import load, save
from store import migrate


class Database(Protocol):
    """One database at a fixed address, whose content can be kept and put back."""

    url: URL

    def keep(self, name: str) -> None:
        """Remember what is in it now. Nobody may be connected."""

    def put_back(self, name: str) -> None:
        """As it was when it was kept under this name. Nobody may be connected."""


class SqliteFile:
    """A copy of the file is a copy of the database, once its log has been written back into it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "desk.db"
        self.url = URL.create("sqlite", database=str(self._file))
        migrate.upgrade(self.url)

    def keep(self, name: str) -> None:
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self._file, self._file.with_name(name))

    def put_back(self, name: str) -> None:
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._file.with_name(name), self._file)


class PostgresDatabase:
    """Databases are kept and put back as templates of each other."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._admin = create_engine(
            url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._names: set[str] = set()

    def keep(self, name: str) -> None:
        self._copy(str(self.url.database), self._called(name))

    def put_back(self, name: str) -> None:
        self._copy(self._called(name), str(self.url.database))

    @contextmanager
    def kept(self) -> Iterator[Self]:
        """What was kept is forgotten in the end."""
        try:
            yield self
        finally:
            self._do(*(f'DROP DATABASE "{name}" WITH (FORCE)' for name in self._names))

    def _called(self, name: str) -> str:
        called = f"{self.url.database}_{name}"
        self._names.add(called)
        return called

    def _copy(self, source: str, target: str) -> None:
        self._do(
            f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)',
            f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY',
        )

    def _do(self, *statements: str) -> None:
        with self._admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


class Scenery:
    """Workspace and database together."""

    def __init__(self, slack: Sandbox, database: Database, folder: Path) -> None:
        self.slack = slack
        self.database = database
        self._folder = folder
        self._moments: dict[str, datetime] = {}

    def keep(self, name: str) -> None:
        """Let a scene begin as things are now."""
        self._moments[name] = self.slack.clock.now()
        self.database.keep(name)
        save(self.slack.workspace, self._folder / f"{name}.json")

    def put_back(self, name: str) -> None:
        """Begin again; nobody has a modal open."""
        self.slack.clock.set(self._moments[name])
        self.database.put_back(name)
        with self.slack.workspace.lock:
            load(self.slack.workspace, self._folder / f"{name}.json")
            self.slack.workspace.modals.clear()
            self.slack.workspace.wire.entries.clear()
            self.slack.workspace.violations.clear()
