"""How a database is connected to, so that a commit is durable and nothing waits for long.

SQLite: WAL, foreign keys, `synchronous=FULL`, writes begin IMMEDIATE on one connection, whose
threads take turns (`store.turns`), reads on a second, read-only engine that never waits for a
writer. PostgreSQL: READ COMMITTED with time limits; behind a transaction pooler they are set in
each transaction, so that nothing has to outlive one.
"""

import select
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS: Final = 1.5
"""Wait for a lock at most this long: below Slack's 3 s, so that the person gets an answer."""

CHECKPOINT_PAGES: Final = 4000
"""SQLite's own 1000 made every 60th commit or so wait for the whole file: a claim's p99 was 3.4 ms
instead of 1.5 (measured). The log grows to 16 MB.
"""

PREPARED_AFTER: Final = 3
"""Uses of a statement on one connection, until the server keeps it ready there."""

KEPT_SECONDS: Final = 120
"""A connection's life: how a statement is answered was decided on it while a table may have been
small, and holds until the server has counted the table's rows again.
"""

_LIMITS: Final = {
    "lock_timeout": "1s",
    "statement_timeout": "1500ms",
    "idle_in_transaction_session_timeout": "5s",
}
_POOLED: Final = "pooled"
"""What is noted of a connection that leads to a pooler …"""
_READS: Final = "deskbell_reads"
"""… and of an engine through which nothing is written."""


def writing(url: URL) -> Engine:
    """For transactions."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    engine = create_engine(
        url,
        pool_size=16,
        pool_timeout=1,
        pool_recycle=KEPT_SECONDS,
        pool_use_lifo=True,  # the server's caches are warm where we were last
        connect_args={
            "connect_timeout": 2,
            "prepare_threshold": PREPARED_AFTER,
            "tcp_user_timeout": 2000,  # ms that the network may keep what we sent
            "keepalives_idle": 10,  # s of silence until a server that is gone is noticed …
            "keepalives_interval": 3,
            "keepalives_count": 3,
        },
    )
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "begin", _begin_limited)
    return engine


def reading(url: URL, writing: Engine) -> Engine:
    """For snapshots. On PostgreSQL they use the same connections as transactions."""
    if url.get_backend_name() != "sqlite":
        return writing.execution_options(**{_READS: True})
    engine = create_engine(url, pool_size=4, max_overflow=4, pool_timeout=BUSY_SECONDS)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", _forbid_writing)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """The driver's own transaction mode begins too late (not before SELECT): switch it off."""
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _forbid_writing(connection: DBAPIConnection, _record: object) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    """A transaction that reads first and writes later would fail at once if it began deferred."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _prepare_postgres(connection: "psycopg.Connection[Any]", record: ConnectionPoolEntry) -> None:
    """Transactions begin with `_begin_limited`. Behind a transaction pooler nothing is kept ready,
    and no limit: the next transaction may meet another server process. A pooler is known by the
    process that answers: it is not the one that the connection was announced with.
    """
    connection.autocommit = True
    (answering,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (None,)
    record.info[_POOLED] = answering != connection.info.backend_pid
    if record.info[_POOLED]:
        connection.prepare_threshold = None
    else:
        connection.execute(_set_limits("SET"))


def _refuse_dead(
    connection: "psycopg.Connection[Any]", _record: ConnectionPoolEntry, _proxy: object
) -> None:
    """One on which something came while nobody asked was cut off; the pool opens another then. To
    ask each first whether it lives would cost as much as any other question.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError("cut off while nobody used it")


def _begin_limited(connection: Connection) -> None:
    """In one message to the server: each costs as much as a small query. Reads see what is
    committed, statement by statement, with and without a transaction; so there is none where the
    limits hold anyway.
    """
    if connection.info[_POOLED]:
        connection.exec_driver_sql(f"BEGIN; {_set_limits('SET LOCAL')}")
    elif not connection.get_execution_options().get(_READS):
        connection.exec_driver_sql("BEGIN")


def _set_limits(how: str) -> str:
    return "; ".join(f"{how} {name} = '{limit}'" for name, limit in _LIMITS.items())
