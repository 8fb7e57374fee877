"""The only commit of the project: everything happens in a transaction, or looks at a snapshot."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from threading import Lock, local
from time import perf_counter
from typing import Any, Final

from sqlalchemy import URL, DateTime, Engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from store import engines
from store.causes import Cause
from store.rules.policy import Policy
from store.trouble import raise_trouble
from store.turns import Turns

AT_ONCE: Final = 4
"""Transactions of one process on PostgreSQL. More threads at the same work spend their time on
handing Python's lock to each other: 16 needed twice the processor time for a claim (measured).
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
        self.change = uuid.uuid4().hex[:12]
        """Notices of one change know each other by this."""
        self.promises: list[dict[str, Any]] = []
        """Rows for the outbox, in order, still to be written."""
        self.ticket: int | None = None
        """Which ticket this has changed, the last one of several."""
        self.told: set[str] = set()
        """Who hears of this through a bundle (`store.bundles`)."""
        self.last_step: Callable[[], None] = lambda: None
        """Done just before the commit: `store.outbox` writes its promises in one go."""
        self.aside: Callable[[], AbstractContextManager[None]] = nullcontext
        """While it only waits for a lock, this process lets others at the database."""
        self.known: list[object] = []
        """What was read, held until the end: a session forgets what nobody else holds, and many
        functions in turn ask for the same ticket and the same people.
        """


@event.listens_for(DeskSession, "loaded_as_persistent")
def _hold(session: Session, instance: object) -> None:
    assert isinstance(session, DeskSession)
    session.known.append(instance)


class _Latest(local):
    ticket: int | None = None


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
        self.latest = _Latest()
        """What was changed last in the thread that asks, for its line in the log."""
        self._counted: Counter[tuple[str, ...]] = Counter()
        self._counting = Lock()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        """Whether there is one file and one writing process."""
        self._turns = Turns(1 if self.is_sqlite else AT_ONCE)
        self.engine = engines.writing(self.url)
        self._reading = engines.reading(self.url, self.engine)
        self._writing = _sessions(self.engine, policy, pace)
        self._asking = _sessions(self._reading, policy, pace)

    @contextmanager
    def transaction(self) -> Iterator[DeskSession]:
        """All of it is saved, or none of it is; DatabaseTrouble when the database fails."""
        committing = False
        asked = perf_counter()
        try:
            with (
                self._turns.take(engines.BUSY_SECONDS) as turn,
                self._writing() as session,
                session.begin(),
            ):
                if not self.is_sqlite:  # there whoever has the turn has the only connection
                    session.aside = partial(turn.lend, engines.BUSY_SECONDS)
                _begin(session)
                self.on_begin(perf_counter() - asked)
                yield session
                session.last_step()
                session.flush()
                committing = True
        except SQLAlchemyError as error:
            raise_trouble(error, committing=committing)
            raise
        self.latest.ticket = session.ticket or self.latest.ticket
        if session.counted:
            with self._counting:
                self._counted += session.counted
        self.on_commit()

    @property
    def counted(self) -> dict[tuple[str, ...], int]:
        """What this process has committed so far: a name, its labels, and how often."""
        with self._counting:
            return dict(self._counted)

    @contextmanager
    def snapshot(self) -> Iterator[DeskSession]:
        """A read that never waits for writers and changes nothing: of one moment on SQLite, on
        PostgreSQL each question of its own. DatabaseTrouble when the database fails.
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


def _begin(session: DeskSession) -> None:
    """A connection that was cut off this very moment, so that only the server's answer tells, is
    noticed here, and all others with it: the second one is fresh.
    """
    try:
        session.connection()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        session.connection()


def _sessions(engine: Engine, policy: Policy, pace: float) -> sessionmaker[DeskSession]:
    return sessionmaker(
        engine, class_=DeskSession, expire_on_commit=False, policy=policy, pace=pace
    )
