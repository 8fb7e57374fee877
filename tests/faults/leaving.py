"""A desk in a process of its own that is told to go while it has its hands full."""

import copy
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sized
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, select

from bot.desk import Desk
from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.delivery import Ack
from store import intake, left_behind
from store.database import Store
from store.models import Entry, OutboxMessage, Stray
from store.rules.policy_file import load_policy
from tests.bot.setting import settings_for
from tests.desk import DEMO_POLICY, MANIFEST
from tests.faults.clicks import wait_until
from tests.soak.looking import is_at_rest
from tests.soak.replicas import Replica, replicas

STARTING: Final = 30
"""Seconds that a process may take to start on a busy machine."""

MOST_WORDS: Final = 250
"""What was not acked comes again all at once here: twice, and each time the desk lets a hundred
wait (`bot.listeners.WAITING`) and refuses the rest. No history has these words for it to read.
"""

REQUESTERS: Final = ("U0KAREN0001", "U0KEN000002", "U0CHRIS0003")


@contextmanager
def busy_desk(database: URL, folder: Path, *, waiting: int) -> Iterator[tuple[Sandbox, Replica]]:
    """A desk as a process, connected, with the messages of so many new tickets still to be sent."""
    with Sandbox(MANIFEST, sample_company(), SandboxClock(), rate_limits=False) as slack:
        (replica,) = replicas(1, folder, slack, database, DEMO_POLICY)
        promise_much(database, waiting, at=slack.clock.now())
        try:
            replica.start()
            wait_until(lambda: slack.socket_mode.connections == 2, STARTING)
            yield slack, replica
        finally:
            replica.kill()


def promise_much(database: URL, tickets: int, *, at: datetime) -> None:
    """Tickets whose cards and news nobody has sent yet."""
    store = Store(database, load_policy(DEMO_POLICY))
    with store.transaction() as session:
        for number in range(tickets):
            who = REQUESTERS[number % len(REQUESTERS)]
            intake.open_ticket(
                session, requester=who, topic="hardware", summary=f"Printer {number} burns",
                details="It does.", by=who, at=at,
            )  # fmt: skip
    store.close()


class Crowd:
    """Answers in the thread of a ticket, so often a second, until it is told to stop or tired."""

    def __init__(self, slack: Sandbox, *, a_second: int) -> None:
        karen = slack.person("Karen")
        wait_until(lambda: karen.dm, STARTING)
        karen.says("The first word", thread=karen.dm[0])
        self._slack = slack
        self._like = next(
            heard.payload
            for heard in slack.wire.of("message")
            if heard.payload["event"].get("text") == "The first word"
        )
        self._pause = 1 / a_second
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.sent: dict[str, Future[Ack]] = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> dict[str, Ack]:
        """What became of everything that was written, by its words."""
        self._over.set()
        self._thread.join()
        return {words: sent.result(10) for words, sent in self.sent.items()}

    def _write(self) -> None:
        began = time.monotonic()
        while not self._over.is_set() and len(self.sent) < MOST_WORDS:
            number = len(self.sent)
            payload = self._message(f"Word {number}", number)
            self.sent[f"Word {number}"] = self._slack.delivery.send(
                "events_api", "message", "a word", payload
            )
            self._over.wait(max(began + len(self.sent) * self._pause - time.monotonic(), 0))

    def _message(self, words: str, number: int) -> dict[str, Any]:
        payload = copy.deepcopy(self._like)
        payload["event_id"] = f"Ev0CROWD{number:05d}"
        payload["event"] |= {"text": words, "ts": f"{1790000000 + number}.000100"}
        return payload


@contextmanager
def next_desk(slack: Sandbox, database: URL) -> Iterator[Desk]:
    """Whoever comes after it, driven by hand, in this process."""
    store = Store(database, load_policy(DEMO_POLICY))
    if store.is_sqlite:
        with store.transaction() as session:
            left_behind.take_over(session, at=slack.clock.now())
    desk = Desk(settings_for(slack), store, slack.clock.now)
    desk.start(by_itself=False)
    try:
        slack.wait_until_connected()
        yield desk
    finally:
        desk.stop()
        store.close()


def hear_the_rest(slack: Sandbox, store: Store, sent: Sized) -> None:
    """Let the time pass after which Slack sends again what was not acked."""
    for seconds in (61, 301):
        slack.clock.skip(timedelta(seconds=seconds))
        with suppress(AssertionError):  # too much at once: the rest comes another time
            wait_until(lambda: len(kept(store)) > len(sent), 8)
            return
    raise AssertionError("some words never came")


def deliver_all(slack: Sandbox, desk: Desk) -> None:
    """However long it takes on the clock."""
    for _ in range(100):
        desk.deliver(slack.clock.skip)
        if is_at_rest(desk.store):
            return
    raise AssertionError("some messages never came to an end")


def kept(store: Store) -> Counter[str]:
    """The words that are saved, and how often; also those that came before their thread was
    known to be one.
    """
    with store.snapshot() as session:
        placed = session.scalars(select(Entry.text)).all()
        strays = session.scalars(select(Stray.text).where(Stray.settled_at.is_(None))).all()
        return Counter([*placed, *strays])


def states(store: Store) -> set[str]:
    """How the promises stand."""
    with store.snapshot() as session:
        return set(session.scalars(select(OutboxMessage.state)))
