"""The databases of one run, built when first asked for."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL

from store import migrate
from store.database import Store
from store.rules.policy_file import load_policy
from tests.bench.population import fill
from tests.bench.processes import POLICY
from tests.postgres import PostgresServer

FEW = 10_000
"""As many as the bench needs to have something to claim: three in ten are new."""


class Databases:
    """SQLite files in a temporary folder."""

    engine = "SQLite"

    def __init__(self, folder: Path, *, many: int, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.many = many
        self._say = say

    def __str__(self) -> str:
        """How large the large one is."""
        return f"{self.many:,} tickets"

    @cached_property
    def small(self) -> URL:
        """Nothing but tickets to work on."""
        return self.filled("small", FEW, still_open=FEW)

    @cached_property
    def large(self) -> URL:
        """A million tickets, a tenth of them open (fewer with --quick)."""
        return self.filled("large", self.many, still_open=self.many // 10)

    def empty(self, name: str) -> URL:
        """A migrated one without rows."""
        url = URL.create("sqlite", database=str(self.folder / f"{name}.db"))
        migrate.upgrade(url)
        return url

    def filled(self, name: str, tickets: int, *, still_open: int) -> URL:
        """A new one of its own."""
        started = time.perf_counter()
        url = self.empty(name)
        fill(url, tickets=tickets, still_open=still_open)
        self._say(f"filled {tickets:,} tickets in {time.perf_counter() - started:.0f} s")
        return url


class PostgresDatabases(Databases):
    """Databases on the PostgreSQL of the tests; whether commits wait for the disk, it decides."""

    engine = "PostgreSQL"

    def __init__(
        self, folder: Path, server: PostgresServer, *, many: int, say: Callable[[str], None]
    ) -> None:
        super().__init__(folder, many=many, say=say)
        self._server = server
        self._open = ExitStack()

    def __str__(self) -> str:
        """The engine as well."""
        return f"{super().__str__()} (PostgreSQL)"

    def empty(self, name: str) -> URL:
        """`name` is for files only."""
        return self._open.enter_context(self._server.database())

    def close(self) -> None:
        """Drop them all."""
        self._open.close()


def store_on(url: URL) -> Store:
    """The desk's own way to a database, with the bench's policy."""
    return Store(url, load_policy(POLICY.read_text("utf-8"), POLICY.name))
