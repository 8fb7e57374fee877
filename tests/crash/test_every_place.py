"""Killed at every SQL statement and every Slack call, an operation ends as if nothing had been.

The person whose click got no answer clicks again, Slack sends its event again, and a second desk
takes over the database. Then ticket, history, alarms, promises and Slack itself must be what they
are after an undisturbed run; see `tests.crash.ending`.
"""

from typing import Any

import pytest

from tests.crash.operations import OPERATIONS
from tests.crash.play import Company

PARTS = 4
"""Each operation's places are dealt out to so many tests, which run side by side."""

FEWEST = 50
"""A counter that has gone blind would find fewer places, and kill nobody."""


LONG = {"ask", "page"}
"""Much like others, or with many messages: left to the longer campaign."""


def long_but(*quick: str) -> list[Any]:
    """All operations, these as part of every test run."""
    long = pytest.mark.long
    return [name if name in quick else pytest.param(name, marks=long) for name in OPERATIONS]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", long_but(*OPERATIONS.keys() - LONG))
def test_a_kill_at_any_place_changes_nothing_in_the_end(
    on_sqlite: Company, name: str, part: int
) -> None:
    everywhere(on_sqlite, name, part)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", long_but("claim"))
def test_a_kill_at_any_place_changes_nothing_on_postgresql_either(
    on_postgres: Company, name: str, part: int
) -> None:
    everywhere(on_postgres, name, part)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", OPERATIONS)
def test_not_even_between_two_reads(on_sqlite: Company, name: str, part: int) -> None:
    with on_sqlite.at_every_statement() as company:
        everywhere(company, name, part)


def everywhere(company: Company, name: str, part: int) -> None:
    """Die at this part's places, one after the other."""
    places, undisturbed = company.rehearse(name)
    assert places > FEWEST
    for place in range(1 + part, places + 1, PARTS):
        ended = company.play(name, place)
        assert ended == undisturbed, f"killed at place {place} of {places}"
