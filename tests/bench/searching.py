"""How long a search through 200,000 tickets takes."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from sqlalchemy import URL, create_engine, insert

from store import searching
from store.models import Ticket
from store.rules.lifecycle import Status
from tests.bench.bare import Driver
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, alternately, timed, within
from tests.bench.population import AGENT, NOW
from tests.bench.sample import labelled

TICKETS: Final = 200_000
SECONDS: Final = 0.1
SHOWN: Final = 10


def rows(databases: Databases, *, by: int) -> Iterator[Row]:
    """The questions of the labelled sample; floor: the newest ten tickets, by the driver."""
    url = databases.empty("words")
    _fill(url, TICKETS // by)
    store = store_on(url)
    asked = [group.asked for group in labelled()]
    newest = "SELECT * FROM ticket ORDER BY id DESC LIMIT 10"

    def find(turn: int) -> None:
        words = " ".join(asked[turn % len(asked)].split()[:3])
        with store.snapshot() as session:
            searching.find(session, words, viewer=AGENT, limit=SHOWN)

    with closing(Driver(store)) as driver:
        floor = timed(lambda _turn: driver.read([(newest, (), True)]))
        found, least = alternately(300 // by, timed(find), floor)
    title = f"a search, {TICKETS // by:,} tickets on {databases.engine}"
    yield within(title, found, least, p99=SECONDS)


def _fill(url: URL, tickets: int) -> None:
    """Summaries and details from the sample, mixed so that no two tickets are the same."""
    said = [summary for group in labelled() for summary in group.about_the_same]
    mixed = zip(*(itertools.cycle(said[:end]) for end in (300, 293, 277)), strict=False)
    rows = (
        {
            "summary": summary,
            "details": f"{more}. {yet_more}. It began this morning.",
            "status": Status.NEW,
            "topic": "general",
            "severity": "sev_c",
            "team": "it",
            "requester": f"U0P{10_000 + number % 2000}",
            "opened_at": NOW,
            "changed_at": NOW,
        }
        for number, (summary, more, yet_more) in enumerate(itertools.islice(mixed, tickets))
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        while batch := list(itertools.islice(rows, 5000)):
            connection.execute(insert(Ticket), batch)
    engine.dispose()
