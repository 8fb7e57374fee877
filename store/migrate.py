"""Brings the database to the schema that this code knows, or says why it must not.

Runs at every start. Replicas that start together migrate once: the first takes a lock, the others
wait for it and find nothing left to do. Alembic is imported only when something is left to do: it
costs 8 MB for as long as the process lives.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection

from store.rules.errors import DeskError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).parent / "migrations"
LOCK: Final = 0x_DE5B_E110
"""Our number among the database's advisory locks; any constant that nobody else uses will do."""

LOCK_WAIT_SECONDS: Final = 60
"""How long a starting replica waits for another one's migration on SQLite."""


class DatabaseNewer(DeskError):
    """A later version of the desk has changed the database; this one would damage it."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is newer than this version of Deskbell (it is at {revision}, this "
            f"version knows up to {newest()}). Install the newer version again, or restore the "
            "backup from before the update. Nothing was changed."
        )


def upgrade(url: str | URL) -> None:
    """All missing migrations in one transaction; DatabaseNewer when there are unknown ones."""
    engine = _engine(make_url(url))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            revision = _revision(connection)
            refuse_newer(revision)
            if revision != newest():
                _upgrade_on(connection)
    finally:
        engine.dispose()


def is_of_models(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic should compare it with the models: all but the indexes for searching, which
    live by triggers (migration 0002) and on SQLite in several tables.
    """
    return kind != "table" or not str(name).startswith(("ticket_words", "solution_words"))


def current(url: str | URL) -> str | None:
    """The revision that the database is at; None when it has never been migrated."""
    engine = _engine(make_url(url))
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def try_writing(url: str | URL) -> None:
    """Write something and take it back; SQLAlchemyError when that is not possible, DatabaseNewer
    when it should not be. Where a file is still to come, another one beside it is tried, and gone
    afterwards: a desk that starts meanwhile has its own.
    """
    with _tried(make_url(url)) as there:
        engine = _engine(there)
        try:
            with engine.connect() as connection:
                refuse_newer(_revision(connection))
                connection.execute(text("CREATE TABLE deskbell_check (one INTEGER)"))
                connection.rollback()
        finally:
            engine.dispose()


@contextmanager
def _tried(url: URL) -> Iterator[URL]:
    file = url.database if url.get_backend_name() == "sqlite" else None
    if not file or Path(file).exists():
        yield url
        return
    beside = Path(f"{file}-{uuid.uuid4().hex}")
    try:
        yield url.set(database=str(beside))
    finally:
        beside.unlink(missing_ok=True)


def config() -> "Config":
    """Alembic's settings: there is no alembic.ini, because everything is known here."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return settings


def newest() -> str:
    """The last revision that this code brings along."""
    return _known()[-1]


def refuse_newer(revision: str | None) -> None:
    """Raise DatabaseNewer for a revision that this code has never heard of."""
    if revision is not None and revision not in _known():
        raise DatabaseNewer(revision)


@cache
def _known() -> list[str]:
    """All revisions in their order: migrations are files `NUMBER_name.py`."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade_on(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see above

    alembic = config()
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, "head")


def _engine(url: URL) -> Engine:
    """One connection without the request path's time limits: a migration may take its time."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": LOCK_WAIT_SECONDS})
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _leave_transactions_to_us(connection: DBAPIConnection, _record: object) -> None:
    """The driver would commit before DDL, and half a migration could stay behind."""
    connection.isolation_level = None


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
