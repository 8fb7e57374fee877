"""How long a search through 200,000 tickets takes, and what a form shows while it is written."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

from sqlalchemy import URL

from sandbox.seen_modal import SeenModal
from store import alike, lookups, searching
from store.database import Store
from tests.bench.bare import Driver
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, Subject, alternately, timed, within
from tests.bench.population import AGENT
from tests.bench.processes import DESK, Process, connected
from tests.search.sample import labelled, open_tickets

TICKETS: Final = 200_000
SECONDS: Final = 0.1
SUGGEST_SECONDS: Final = 0.3
"""From where typing stops to what the form shows."""
SHOWN: Final = 10


def rows(databases: Databases, *, by: int) -> Iterator[Row]:
    """The questions of the labelled sample; floor: the newest ten tickets, by the driver."""
    url = databases.empty("words")
    _fill(url, TICKETS // by)
    store = store_on(url)
    newest = "SELECT * FROM ticket ORDER BY id DESC LIMIT 10"
    with (
        closing(Driver(store)) as driver,
        connected(DESK, url, databases.folder, rate_limits=False) as process,
    ):
        floor = timed(lambda _turn: driver.read([(newest, (), True)]))
        found, like, typed, least = alternately(
            300 // by, timed(_finds(store)), timed(_alike(store)), _types(process), floor
        )
    size = f"{TICKETS // by:,} tickets on {databases.engine}"
    yield within(f"a search, {size}", found, least, p99=SECONDS)
    yield within(f"asking for tickets alike, {size}", like, least, p99=SECONDS)
    title = f"typing in the form, envelope to suggestions shown, {size}"
    yield within(title, typed, least, p99=SUGGEST_SECONDS)


def _asked(turn: int) -> str:
    groups = labelled()
    return groups[turn % len(groups)].asked


def _finds(store: Store) -> Callable[[int], object]:
    def find(turn: int) -> None:
        words = " ".join(_asked(turn).split()[:3])
        with store.snapshot() as session:
            searching.find(session, words, viewer=AGENT, limit=SHOWN)

    return find


def _alike(store: Store) -> Callable[[int], object]:
    def like(turn: int) -> None:
        with store.snapshot() as session:
            known = lookups.public_or_own(session, AGENT)
            assert alike.tickets(session, _asked(turn), visible=known, limit=3)

    return like


def _types(process: Process) -> Subject:
    """Somebody types one question after the other; seconds from the envelope to its ack, which
    comes when Slack has taken the update of the form.
    """
    slack = process.slack
    karen = slack.person("Karen")
    assert karen.types("/ticket").acked
    form = karen.modal
    assert isinstance(form, SeenModal)
    turns = itertools.count()

    def type_(_turn: int) -> float:
        updates = len(slack.wire.of("views.update"))
        assert form.fill("Summary", _asked(next(turns))).acked
        assert len(slack.wire.of("views.update")) == updates + 1
        took = slack.wire.of("block_actions")[-1].took_ms
        assert took is not None
        return took / 1000

    return type_


def _fill(url: URL, tickets: int) -> None:
    """Summaries and details from the sample, mixed so that no two tickets are the same."""
    said = [summary for group in labelled() for summary in group.about_the_same]
    mixed = zip(*(itertools.cycle(said[:end]) for end in (300, 293, 277)), strict=False)
    told = (
        (summary, f"{more}. {yet_more}. It began this morning.")
        for summary, more, yet_more in itertools.islice(mixed, tickets)
    )
    open_tickets(url, told)
