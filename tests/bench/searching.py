"""How long a search through 200,000 tickets takes."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from sqlalchemy import URL

from store import searching
from tests.bench.bare import Driver
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, alternately, timed, within
from tests.bench.population import AGENT
from tests.search.sample import labelled, open_tickets

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
    told = (
        (summary, f"{more}. {yet_more}. It began this morning.")
        for summary, more, yet_more in itertools.islice(mixed, tickets)
    )
    open_tickets(url, told)
