"""Many people who press buttons at the same time, and how Slack saw it."""

import copy
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, select

from sandbox.delivery import Ack
from sandbox.payloads import response_url
from store import intake
from store.models import AuditEvent, Ticket
from tests.desk import DeskInTest

Json = dict[str, Any]

_STRETCH = """
import time
worst, end = 1.0, time.monotonic() + 60
while time.monotonic() < end:
    wall, own = time.perf_counter(), time.process_time()
    while time.process_time() - own < 0.01:
        pass
    worst = max(worst, (time.perf_counter() - wall) / 0.01)
    print(worst, flush=True)
    time.sleep(0.05)
"""


def open_tickets(desk: DeskInTest, count: int) -> list[int]:
    """Tickets of Karen's, without the way through the form."""
    with desk.store.transaction() as session:
        return [
            intake.open_ticket(
                session, requester=desk.karen.user.id, topic="hardware",
                summary=f"Printer {number} burns", details="It does.",
                by=desk.karen.user.id, at=desk.clock.now(),
            ).id
            for number in range(count)
        ]  # fmt: skip


def claim_payload(desk: DeskInTest, number: int, *, like: Json) -> Json:
    """A press of "Claim" on the card of another ticket than the one pressed before."""
    payload = copy.deepcopy(like)
    action = payload["actions"][0]
    action["value"] = f"{number}:99"  # nobody changed it since
    action["action_ts"] = f"{1790000000 + number}.000100"
    channel = desk.sandbox.workspace.channels[payload["channel"]["id"]]
    payload["response_url"] = response_url(
        desk.sandbox, desk.john.user, channel, payload["message"]
    )
    return payload


def a_claim(desk: DeskInTest) -> Json:
    """What Slack sends when John presses "Claim" on a card."""
    before = len(desk.sandbox.wire.of("block_actions"))
    number = desk.opens(desk.karen, "The first printer burns")
    assert desk.card(desk.john, number).click("Claim").acked
    return desk.sandbox.wire.of("block_actions")[before].payload


def press_all(desk: DeskInTest, payloads: Sequence[Json]) -> list["Future[Ack]"]:
    """Send them all at once."""
    delivery = desk.sandbox.delivery
    return [
        delivery.send("interactive", "block_actions", "a press", payload) for payload in payloads
    ]


def assignees(desk: DeskInTest, numbers: Sequence[int]) -> dict[int, str | None]:
    """Who has these tickets."""
    with desk.store.snapshot() as session:
        found = session.execute(select(Ticket.id, Ticket.assignee).where(Ticket.id.in_(numbers)))
        return {row.id: row.assignee for row in found}


def events_of(desk: DeskInTest, number: int) -> list[str]:
    """What the ticket's history records, oldest first."""
    with desk.store.snapshot() as session:
        found = session.scalars(
            select(AuditEvent.kind).where(AuditEvent.ticket_id == number).order_by(AuditEvent.seq)
        )
        return list(found)


def deliveries(desk: DeskInTest, words: str) -> list[str]:
    """What became of each delivery of a person's message, oldest first."""
    heard = desk.sandbox.wire.of("message")
    return [e.outcome for e in heard if e.payload["event"].get("text") == words]


def whispers(desk: DeskInTest) -> list[str]:
    """What the desk said to people through response URLs."""
    return [str(entry.payload.get("text")) for entry in desk.sandbox.wire.of("response_url")]


def wait_until(holds: Callable[[], object], seconds: float = 5) -> None:
    """Look until it holds, in real time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        threading.Event().wait(0.02)


@contextmanager
def stuck(database: URL) -> Iterator[None]:
    """Nobody can write while this lasts."""
    if database.get_backend_name() == "sqlite":
        blocking = sqlite3.connect(database.database or "", isolation_level=None)
        blocking.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            blocking.execute("ROLLBACK")
            blocking.close()
        return
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE inbox_entry IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def busy_machine() -> Iterator[Callable[[], float]]:
    """How many times longer than on a machine of its own another process's work takes at worst
    while this lasts: what is late by that much is not late because of the desk.
    """
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", _STRETCH], stdout=subprocess.PIPE, text=True
    ) as probe:
        measured: list[float] = [1.0]
        assert probe.stdout is not None
        lines = probe.stdout
        reader = threading.Thread(target=lambda: measured.extend(float(line) for line in lines))
        reader.start()
        try:
            yield lambda: max(measured)
        finally:
            probe.kill()
            reader.join()


@contextmanager
def meanwhile(work: Callable[[], Any]) -> Iterator["Future[Any]"]:
    """Do it in another thread, and wait for it at the end."""
    with ThreadPoolExecutor(1) as other:
        yield other.submit(work)
