"""What holds for every calendar, start and duration, to the microsecond."""

from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.rules import hours, sla
from store.rules.policy import Calendar
from tests.rules.calendars import calendars, starts, zones

_lengths = st.timedeltas(timedelta(0), timedelta(hours=200))
_SETTINGS: Final[dict[str, Any]] = {
    "deadline": None,
    "derandomize": True,
    "max_examples": 80,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


@st.composite
def clocks(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and a moment near something awkward."""
    zone = draw(zones)
    start = draw(starts(zone))
    moment = start + draw(st.timedeltas(timedelta(0), timedelta(days=9)))
    return draw(calendars(zone, start)), moment


@settings(**_SETTINGS)
@given(clocks(), _lengths)
def test_measuring_up_to_a_deadline_gives_the_target_back(
    clock: tuple[Calendar, datetime], target: timedelta
) -> None:
    calendar, start = clock
    due = hours.add(calendar, start, target)
    assert due >= start
    assert hours.between(calendar, start, due) == target
    assert due == start or hours.is_open(calendar, due - timedelta(microseconds=1))


@settings(**_SETTINGS)
@given(clocks(), _lengths, _lengths)
def test_adding_in_two_steps_is_adding_at_once(
    clock: tuple[Calendar, datetime], first: timedelta, second: timedelta
) -> None:
    calendar, start = clock
    halfway = hours.add(calendar, start, first)
    assert hours.add(calendar, halfway, second) == hours.add(calendar, start, first + second)


@settings(**_SETTINGS)
@given(clocks(), _lengths, _lengths)
def test_more_time_or_a_later_start_is_never_due_earlier(
    clock: tuple[Calendar, datetime], target: timedelta, more: timedelta
) -> None:
    calendar, start = clock
    due = hours.add(calendar, start, target)
    assert hours.add(calendar, start, target + more) >= due
    assert hours.add(calendar, start + more, target) >= due


@settings(**_SETTINGS)
@given(clocks(), _lengths.filter(bool), st.floats(0, 1), _lengths)
def test_a_pause_moves_the_deadline_by_the_working_time_within_it(
    clock: tuple[Calendar, datetime], target: timedelta, fraction: float, length: timedelta
) -> None:
    calendar, start = clock
    plain = hours.add(calendar, start, target)
    begin = start + (plain - start) * fraction
    pause = (begin, begin + length)
    due = sla.due(calendar, start, target, [pause])
    assert due is not None
    if begin < plain:
        assert hours.between(calendar, plain, due) == hours.between(calendar, *pause)
    else:
        assert due == plain


@settings(**_SETTINGS)
@given(clocks(), _lengths, st.lists(st.tuples(_lengths, _lengths), max_size=4), st.randoms())
def test_neither_the_order_nor_the_overlap_of_pauses_matters(
    clock: tuple[Calendar, datetime],
    target: timedelta,
    drawn: list[tuple[timedelta, timedelta]],
    luck: Any,
) -> None:
    calendar, start = clock
    pauses = [(start + after, start + after + length) for after, length in drawn]
    shuffled = [*pauses, *pauses]
    luck.shuffle(shuffled)
    assert sla.due(calendar, start, target, pauses) == sla.due(calendar, start, target, shuffled)


@settings(**_SETTINGS | {"max_examples": 40})
@given(clocks(), _lengths, st.lists(st.tuples(_lengths, _lengths), max_size=3))
def test_an_explanation_adds_up_to_the_due_time(
    clock: tuple[Calendar, datetime],
    target: timedelta,
    drawn: list[tuple[timedelta, timedelta]],
) -> None:
    calendar, start = clock
    early = start - timedelta(hours=50)
    pauses = [(early + after, early + after + length) for after, length in drawn]
    due = sla.due(calendar, start, target, pauses)
    assert due is not None
    reasons = [(*pause, f"pause {number}") for number, pause in enumerate(pauses)]
    told = sla.explain(calendar, start, reasons, due)
    assert sum((s.end - s.start for s in told if s.counted), timedelta(0)) == target
    assert sum((s.end - s.start for s in told), timedelta(0)) == due - start
    edges = [start, *(s.end for s in told)]
    assert [s.start for s in told] == edges[:-1]
