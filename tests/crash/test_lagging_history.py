"""Killed anywhere while it delivers, also between two looks at a history that lags behind."""

from datetime import timedelta

import pytest

from tests.crash.ending import Ending, ending
from tests.crash.operations import OPERATIONS
from tests.crash.play import START, Company

LAGS = [timedelta(0), timedelta(seconds=30)]
PARTS = 8
LATER = [pytest.param(part, marks=pytest.mark.long) for part in range(1, PARTS)]
FEWEST = 40
"""A counter that has gone blind would find fewer places, and kill nobody."""


def deliver(company: Company, lag: timedelta, deadly: int = 0) -> tuple[list[str] | None, Ending]:
    """A ticket is opened, and Slack keeps the card to itself; how it ends when the desk dies at
    this place of delivering. Also tells how many places there were, if it did not.
    """
    stage = company.theatre
    stage.scenery.put_back(START)
    faults = stage.slack.faults
    faults.history_lag = lag
    faults.hang_up_after("chat.postMessage", channel="#team-it")
    stage.begin(deadly=deadly, arm=False)
    assert OPERATIONS["open"].act(stage)
    stage.arm()
    places = stage.work()
    if places is None:
        stage.begin()
        assert stage.work() is not None
    stage.sweep()
    stage.end()
    faults.clear()
    return places, ending(stage.store, stage.slack)


def everywhere(company: Company, lag: timedelta, part: int) -> None:
    """Every promise must be in Slack once and in order: `ending` looks, and raises."""
    places, undisturbed = deliver(company, lag)
    assert places is not None
    assert len(places) > FEWEST
    for place in range(1 + part, len(places) + 1, PARTS):
        died, ended = deliver(company, lag, place)
        assert died is None
        assert ended.promises == undisturbed.promises, f"killed at place {place} of {len(places)}"
        assert ended.postings == undisturbed.postings


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, PARTS))]
)
@pytest.mark.parametrize("lag", LAGS, ids=["no lag", "30 s lag"])
def test_a_kill_while_nobody_knows_whether_slack_has_it_leaves_every_message_once(
    on_sqlite: Company, lag: timedelta, part: int
) -> None:
    everywhere(on_sqlite, lag, part)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("lag", LAGS, ids=["no lag", "30 s lag"])
def test_not_on_postgresql_either(on_postgres: Company, lag: timedelta, part: int) -> None:
    everywhere(on_postgres, lag, part)
