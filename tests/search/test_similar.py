"""Whoever types a request sees the tickets that are about the same thing."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from store import alike, lookups
from store.database import Store
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY
from tests.search.sample import labelled, open_tickets

SHOWN = 3


@pytest.fixture
def store(database: URL) -> Iterator[Store]:
    """All tickets of the sample."""
    open_tickets(database, ((said, "") for group in labelled() for said in group.about_the_same))
    store = Store(database, load_policy(DEMO_POLICY))
    yield store
    store.close()


def found(store: Store, asked: str) -> list[str]:
    with store.snapshot() as session:
        known = lookups.public_or_own(session, "U0KEN000002")
        tickets = alike.tickets(session, asked, visible=known, limit=SHOWN)
    return [ticket.summary for ticket in tickets]


def test_what_is_shown_is_about_the_same_thing(store: Store) -> None:
    shown = {group: found(store, group.asked) for group in labelled()}
    fitting = {
        group: [summary in group.about_the_same for summary in summaries]
        for group, summaries in shown.items()
    }
    assert len(shown) == 60
    for group, fits in fitting.items():
        assert any(fits), group.asked
    everything = [fit for fits in fitting.values() for fit in fits]
    assert sum(everything) / (SHOWN * len(shown)) >= 0.8, "recall among the first three"
    assert sum(everything) / len(everything) >= 0.85, "little else is shown"
    for nothing in ("", "the and of", "!!!", "quokka sanctuary"):
        assert found(store, nothing) == []
