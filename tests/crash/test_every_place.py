"""Killed at every SQL statement and every Slack call, an operation ends as if nothing had been.

The person whose click got no answer clicks again, Slack sends its event again, and a second desk
takes over the database. Then ticket, history, alarms, promises and Slack itself must be what they
are after an undisturbed run; see `tests.crash.ending`.

Every test run kills wherever something happens that no operation before has done: a statement or a
call that somebody adds is found there by itself. The longer campaign kills at every place.
"""

from contextlib import nullcontext

import pytest

from tests.crash.operations import OPERATIONS
from tests.crash.play import ALL, Company

PARTS = 4
"""Each operation's places are dealt out to so many tests, which run side by side."""

WHOLE = {"open", "claim", "reassign", "escalate", "reply", "resolve", "close"}
"""In these even between two reads that follow each other, which leave the same traces."""

FEWEST = 30
"""A counter that has gone blind would find fewer places, and kill nobody."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kill_before_anything_new_changes_nothing_in_the_end(
    on_sqlite: Company, name: str
) -> None:
    killed_at(on_sqlite, name, on_sqlite.firsts(name))


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kill_before_anything_new_changes_nothing_on_postgresql_either(
    on_postgres: Company, name: str
) -> None:
    killed_at(on_postgres, name, on_postgres.firsts(name))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ALL)
def test_a_kill_at_any_place_changes_nothing_in_the_end(
    on_sqlite: Company, name: str, part: int
) -> None:
    at_each = on_sqlite.at_every_statement() if name in WHOLE else nullcontext(on_sqlite)
    with at_each as company:
        everywhere(company, name, part)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ALL)
def test_a_kill_at_any_place_changes_nothing_on_postgresql_either(
    on_postgres: Company, name: str, part: int
) -> None:
    everywhere(on_postgres, name, part)


def everywhere(company: Company, name: str, part: int) -> None:
    """Die at this part's places."""
    places, _ = company.rehearse(name)
    company.warm_up(name)
    killed_at(company, name, list(range(1 + part, len(places) + 1, PARTS)))


def killed_at(company: Company, name: str, deadly: list[int]) -> None:
    """Die at these places, one after the other."""
    places, undisturbed = company.rehearse(name)
    assert len(places) > FEWEST
    for place in deadly:
        ended = company.play(name, place)
        assert ended == undisturbed, f"killed at {place} of {len(places)}: {places[place - 1]}"
