"""Many people at once: tickets opened through the form, faster than any desk will ever see."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sqlalchemy import func, select

from sandbox import Sandbox, sample_company
from sandbox.company import Company
from sandbox.records import User
from store.kinds import Kind
from store.models import OutboxMessage, Ticket
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, Spread, at_most, within
from tests.bench.processes import RUN, connected

PER_SECOND: Final = 50
PEOPLE: Final = 100
CARDS: Final = 2
"""Of every ticket: in the queue channel and in the team's."""


def rows(databases: Databases, *, seconds: int) -> Iterator[Row]:
    """Everybody types the command and sends the form that opens, again and again.

    Slack itself would not open so many forms: its limits are off, so that the desk's show.
    """
    database = databases.empty("burst")
    wanted = PER_SECOND * seconds
    with connected(RUN, database, databases.folder, company=_crowd(), rate_limits=False) as process:
        process.slack.wire.entries = deque(maxlen=100 * wanted)  # its usual log is for people
        started = time.perf_counter()
        with ThreadPoolExecutor(PEOPLE) as crowd:
            done = list(crowd.map(lambda n: _open_one(process.slack, n, started), range(wanted)))
        took = time.perf_counter() - started
        acks = _acks(process.slack)
    said = sum(done)
    lost = max(0, said - _kept(databases, wanted))
    name = f"burst of {wanted:,} tickets at {wanted / took:.0f} a second"
    yield at_most(f"{name}: acknowledged, but lost", lost, None, 0, "tickets")
    yield at_most(f"{name}: to be tried again by the person", wanted - said, None, 0, "tickets")
    yield within(f"{name}: envelope to ack, commands and forms", acks, None, p99=0.300)


def _acks(slack: Sandbox) -> Spread:
    """Of commands and submissions alike."""
    kinds = ("slash_command", "view_submission")
    entries = [entry for kind in kinds for entry in slack.wire.of(kind)]
    return Spread.of([entry.took_ms / 1000 for entry in entries if entry.took_ms is not None])


def _open_one(slack: Sandbox, number: int, started: float) -> bool:
    """At its time: typed, filled in and sent. True when the desk took it."""
    time.sleep(max(0, started + number / PER_SECOND - time.perf_counter()))
    person = slack.person(f"U0CROWD{number % PEOPLE:03}")
    if not person.types(f"/ticket Burst {number}").acked or person.modal is None:
        return False
    return person.modal.submit().ok


def _kept(databases: Databases, wanted: int) -> int:
    """How many tickets there are with everything that was promised about them."""
    store = store_on(databases.empty("burst"))
    with store.snapshot() as session:
        tickets = session.scalar(
            select(func.count(func.distinct(Ticket.summary))).where(
                Ticket.summary.in_([f"Burst {number}" for number in range(wanted)])
            )
        )
        cards = session.scalar(select(func.count()).where(OutboxMessage.kind == Kind.CARD))
    store.close()
    return min(tickets or 0, (cards or 0) // CARDS)


def _crowd() -> Company:
    company = sample_company()
    for number in range(PEOPLE):
        company.people.append(
            User(f"U0CROWD{number:03}", f"crowd{number}", f"Crowd{number} Example", tz="UTC")
        )
    return company
