"""The engine and the only commit of the project.

SQLite: WAL, foreign keys, `synchronous=FULL`, writes begin IMMEDIATE on one connection, whose
threads take turns (`store.turns`), reads on a second, read-only engine that never waits for a
writer. PostgreSQL: READ COMMITTED with time limits set per transaction, so that a pooler between
us and the server does no harm.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import cache
from threading import Lock
from time import perf_counter
from typing import Any, Final

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Engine,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql.dml import ReturningInsert

from store.causes import Cause
from store.models import table_of
from store.rules.policy import Policy
from store.trouble import raise_trouble
from store.turns import Turns

BUSY_SECONDS: Final = 1.5
"""Wait for a lock at most this long: below Slack's 3 s, so that the person gets an answer."""


CHECKPOINT_PAGES: Final = 4000
"""SQLite's own 1000 made every 60th commit or so wait for the whole file: a claim's p99 was 3.4 ms
instead of 1.5 (measured). The log grows to 16 MB.
"""


class DeskSession(Session):
    """A session that knows the desk's policy; everything in it commits together."""

    policy: Policy

    def __init__(self, *args: Any, policy: Policy, pace: float = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = policy
        self.pace = pace
        """How many times Slack's published pace may be kept (`store.gates`)."""
        self.cause: Cause | None = None
        """The alarm whose doing this is (`store.outbox` names messages after it)."""
        self.counted: Counter[tuple[str, ...]] = Counter()
        """What the metrics count once this is committed: a name, and its labels."""
        self.directory: dict[str, list[str]] | None = None
        """Whom the settings' references stand for, once `store.access` has asked."""
        self.names: dict[str, frozenset[str]] = {}
        """By which references the settings may mean a person, once `store.access` has asked."""
        self.active: dict[str, bool] = {}
        """Whether Slack knows these people as active, once `store.access` has asked."""
        self.promises: list[dict[str, Any]] = []
        """Rows for the outbox, in order, still to be written."""
        self.told: set[str] = set()
        """Who hears of this through a bundle (`store.bundles`)."""
        self.last_step: Callable[[], None] = lambda: None
        """Done just before the commit: `store.outbox` writes its promises in one go."""


class Store:
    """What the desk knows, behind transactions."""

    def __init__(self, url: str | URL, policy: Policy, *, pace: float = 1) -> None:
        self.url = make_url(url)
        self.policy = policy
        self.pace = pace
        """How many times the pace that it publishes Slack takes from this app."""
        self.on_commit: Callable[[], None] = lambda: None
        """Called after every commit: wakes delivery."""
        self.on_begin: Callable[[float], None] = lambda _seconds: None
        """Called with the seconds for which a transaction waited until it could begin."""
        self._counted: Counter[tuple[str, ...]] = Counter()
        self._counting = Lock()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        """Whether there is one file and one writing process."""
        self._turns = Turns()
        self.engine = _writing_engine(self.url)
        self._reading = _reading_engine(self.url) if self.is_sqlite else self.engine
        self._writing = _sessions(self.engine, policy, pace)
        self._asking = _sessions(self._reading, policy, pace)

    @contextmanager
    def transaction(self) -> Iterator[DeskSession]:
        """All of it is saved, or none of it is; DatabaseTrouble when the database fails."""
        committing = False
        asked = perf_counter()
        try:
            with self._turn(), self._writing() as session, session.begin():
                session.connection()
                self.on_begin(perf_counter() - asked)
                yield session
                session.last_step()
                session.flush()
                committing = True
        except SQLAlchemyError as error:
            raise_trouble(error, committing=committing)
            raise
        if session.counted:
            with self._counting:
                self._counted += session.counted
        self.on_commit()

    def _turn(self) -> AbstractContextManager[None]:
        return self._turns.take(BUSY_SECONDS) if self.is_sqlite else nullcontext()

    @property
    def counted(self) -> dict[tuple[str, ...], int]:
        """What this process has committed so far: a name, its labels, and how often."""
        with self._counting:
            return dict(self._counted)

    @contextmanager
    def snapshot(self) -> Iterator[DeskSession]:
        """A consistent read that never waits for writers and changes nothing; DatabaseTrouble
        when the database fails.
        """
        try:
            with self._asking() as session:
                yield session
        except SQLAlchemyError as error:
            raise_trouble(error, committing=False)
            raise

    def server_time(self) -> datetime | None:
        """The time on the database's own clock; None on SQLite, which has none."""
        if self.is_sqlite:
            return None
        with self.snapshot() as session:
            return session.scalar(select(func.clock_timestamp(type_=DateTime(timezone=True))))

    def close(self) -> None:
        """Give the connections back to the operating system."""
        self.engine.dispose()
        self._reading.dispose()


def _sessions(engine: Engine, policy: Policy, pace: float) -> sessionmaker[DeskSession]:
    return sessionmaker(
        engine, class_=DeskSession, expire_on_commit=False, policy=policy, pace=pace
    )


def insert_all_once(
    session: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    unique: tuple[str, ...],
    where: str | None = None,
    smallest: str | None = None,
) -> None:
    """Insert each row, in order, unless such a row exists; see `insert_once`. One that exists
    takes over what is `smallest` of both.
    """
    dialect = session.get_bind().dialect.name
    if smallest is None:
        session.execute(_insert_unless_there(dialect, table, unique, where), rows)
    else:
        session.execute(_insert_or_lower(dialect, table, unique, where, smallest), rows)


def insert_once(
    session: Session,
    table: type[DeclarativeBase],
    *,
    unique: tuple[str, ...],
    where: str | None = None,
    **values: Any,
) -> bool:
    """Insert unless such a row exists. `where` is that of a partial unique index, word for word.

    While another transaction holds the same key, PostgreSQL waits for its outcome.
    """
    statement = _insert_once(session.get_bind().dialect.name, table, unique, where)
    return session.execute(statement, values).first() is not None


@cache
def _insert_once(
    dialect: str, table: type[DeclarativeBase], unique: tuple[str, ...], where: str | None
) -> ReturningInsert[Any]:
    return _insert_unless_there(dialect, table, unique, where).returning(literal_column("1"))


@cache
def _insert_unless_there(
    dialect: str, table: type[DeclarativeBase], unique: tuple[str, ...], where: str | None
) -> postgresql.Insert | sqlite.Insert:
    """Built once: building it anew each time was a third of a claim's cost (measured)."""
    return _insert(dialect, table).on_conflict_do_nothing(
        index_elements=unique, index_where=None if where is None else text(where)
    )


@cache
def _insert_or_lower(
    dialect: str,
    table: type[DeclarativeBase],
    unique: tuple[str, ...],
    where: str | None,
    smallest: str,
) -> postgresql.Insert | sqlite.Insert:
    insert = _insert(dialect, table)
    given = insert.excluded[smallest]
    return insert.on_conflict_do_update(
        index_elements=unique,
        index_where=None if where is None else text(where),
        set_={smallest: given},
        where=insert.table.c[smallest] > given,
    )


def _insert(dialect: str, table: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table_of(table))


def _writing_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    engine = create_engine(
        url,
        pool_size=16,
        pool_timeout=1,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 2,
            "prepare_threshold": None,
            "tcp_user_timeout": 2000,  # ms that the network may keep what we sent
            "keepalives_idle": 10,  # s of silence until a server that is gone is noticed …
            "keepalives_interval": 3,
            "keepalives_count": 3,
        },
    )
    event.listen(engine, "begin", _limit_waiting)
    return engine


def _reading_engine(url: URL) -> Engine:
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


def _limit_waiting(connection: Connection) -> None:
    """In one message to the server: each costs as much as a small query."""
    connection.exec_driver_sql(
        "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '1500ms'; "
        "SET LOCAL idle_in_transaction_session_timeout = '5s'"
    )
