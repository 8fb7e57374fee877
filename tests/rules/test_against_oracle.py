"""The clock against an oracle that counts minutes, over random calendars and histories."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.rules import hours, sla
from store.rules.policy import Calendar
from tests.rules.calendars import calendars, closed_because, starts, zones
from tests.rules.oracle import MINUTE, Minutes

DAYS: Final = 14
HISTORIES: Final = 100
"""Per calendar, so that 200 calendars make 20,000 histories."""

Pauses = list[tuple[int, int | None]]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, Minutes, Random]:
    """A calendar, its minutes counted, and the luck for the histories."""
    zone = draw(zones)
    start = draw(starts(zone))
    calendar = draw(calendars(zone, start))
    luck = Random(draw(st.integers(0, 2**32)))  # noqa: S311 - luck, not secrecy
    return calendar, Minutes(calendar, start, DAYS), luck


def _some_pauses(luck: Random, length: int) -> Pauses:
    pauses: Pauses = []
    for _ in range(luck.choice([0, 1, 1, 2, 4])):
        begin = luck.randrange(length)
        pauses.append((begin, min(length, begin + luck.choice([1, 30, 600, 3000, 15_000]))))
    if luck.random() < 0.1:
        pauses.append((luck.randrange(length), None))
    luck.shuffle(pauses)
    return pauses


def _check_history(calendar: Calendar, minutes: Minutes, luck: Random) -> None:
    length = len(minutes.open)
    started = luck.randrange(length // 2)
    pauses = _some_pauses(luck, length)
    running = minutes.running(pauses)
    at = minutes.at
    given_pauses = [(at(begin), None if end is None else at(end)) for begin, end in pauses]

    until = luck.randrange(started, length)
    counted = running[started:until].count(1)
    assert sla.used(calendar, at(started), given_pauses, at(until)) == counted * MINUTE

    ends = all(end is not None for _, end in pauses)
    left = running[started:].count(1)
    target = luck.randint(1, left if ends else left + 10) if left else 1
    if left or not ends:
        due = sla.due(calendar, at(started), target * MINUTE, given_pauses)
        assert due == minutes.due(started, target, running)


def _check_explanation(calendar: Calendar, minutes: Minutes, luck: Random) -> None:
    begin = luck.randrange(len(minutes.open) // 2)
    end = begin + luck.randrange(1, 6000)
    stretches = list(hours.explain(calendar, minutes.at(begin), minutes.at(end)))
    assert [stretches[0].start, stretches[-1].end] == [minutes.at(begin), minutes.at(end)]
    for before, after in pairwise(stretches):
        assert before.end == after.start
    told = sum((s.end - s.start for s in stretches if s.counted), timedelta(0))
    assert told == minutes.open[begin:end].count(1) * MINUTE
    opened = hours.open_intervals(calendar, minutes.at(begin), minutes.at(end))
    assert sum((end - start for start, end in opened), timedelta(0)) == told


def _check_all(case: tuple[Calendar, Minutes, Random]) -> None:
    calendar, minutes, luck = case
    for _ in range(HISTORIES):
        _check_history(calendar, minutes, luck)
    for _ in range(5):
        _check_explanation(calendar, minutes, luck)


_PROFILE: Final[dict[str, Any]] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


@settings(max_examples=200, derandomize=True, **_PROFILE)
@given(cases())
def test_twenty_thousand_histories_agree_with_counting_minutes(
    case: tuple[Calendar, Minutes, Random],
) -> None:
    _check_all(case)


@pytest.mark.long
@settings(max_examples=10_000, **_PROFILE)
@given(cases())
def test_a_million_histories_agree_with_counting_minutes(
    case: tuple[Calendar, Minutes, Random],
) -> None:
    _check_all(case)


@settings(max_examples=30, derandomize=True, **_PROFILE)
@given(cases())
def test_a_clock_is_open_in_the_minutes_that_count_and_says_why_in_the_others(
    case: tuple[Calendar, Minutes, Random],
) -> None:
    calendar, minutes, luck = case
    for minute in luck.sample(range(len(minutes.open)), 40):
        counts = bool(minutes.open[minute])
        assert hours.is_open(calendar, minutes.at(minute)) == counts
        assert (closed_because(calendar, minutes.at(minute)) is None) == counts
