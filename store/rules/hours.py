"""Working time as interval arithmetic: shifts are wall-clock time, what elapses is real seconds.

Every instant is aware UTC, coming in and going out. A deadline that fits exactly ends with its
shift: 18 h from Monday 08:00 on nine-hour days is Tuesday 17:00.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from store.rules.open_days import (
    AROUND_THE_CLOCK,
    Stretch,
    joined,
    local_days,
    shifts_on,
    stretches_on,
)
from store.rules.policy import Calendar
from store.rules.wall_clock import first_instant

_ZERO: Final = timedelta(0)
_ONE_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
_HORIZON: Final = 400
"""Years that `add` looks ahead; the loader refuses targets that need more than one."""


class Interval(NamedTuple):
    """Open time; the end is not included."""

    start: datetime
    end: datetime


class _Year(NamedTuple):
    """The open intervals of one local year, and how much open time lies before each."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    total: timedelta

    def until(self, at: datetime) -> timedelta:
        """Open time of this year up to `at`."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return _ZERO
        return self.before[place] + min(at, self.ends[place]) - self.starts[place]

    def when(self, worked: timedelta) -> datetime:
        """Return the first instant at which this much of the year's open time is used up."""
        place = bisect_left(self.before, worked) - 1
        return self.starts[place] + (worked - self.before[place])


def add(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """Return the first instant by which `duration` of open time has passed since `start`."""
    if calendar.always or duration <= _ZERO:
        return start + max(duration, _ZERO)
    left = duration
    for number in range(start.year - 1, start.year + _HORIZON):
        year = _year(calendar, number)
        used = year.until(start)
        if left <= year.total - used:
            return year.when(used + left)
        left -= year.total - used
    raise ValueError(f"the calendar {calendar.key} is not open for {duration} in {_HORIZON} years")


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time from `start` to `end`; nothing when the end comes first."""
    if calendar.always or end <= start:
        return max(end - start, _ZERO)
    years = (_year(calendar, number) for number in range(start.year - 1, end.year + 2))
    return sum((year.until(end) - year.until(start) for year in years), _ZERO)


def days_later(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the same time of day so many working days later; where it is closed then, or at
    `start`, the next opening counts.
    """
    at = _next_open(calendar, start)
    if calendar.always:
        return at + days * _ONE_DAY
    wall = at.astimezone(calendar.zone)
    day = wall.date()
    for _ in range(days):
        day += _ONE_DAY
        while not shifts_on(calendar, day):
            day += _ONE_DAY
    same_time = first_instant(calendar.zone, day, wall.hour * 60 + wall.minute)
    return _next_open(calendar, same_time)


def _next_open(calendar: Calendar, at: datetime) -> datetime:
    return at if calendar.always else add(calendar, at, _INSTANT) - _INSTANT


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether time counts at this instant. The end of a shift is no longer open."""
    return next(open_intervals(calendar, at, at + _INSTANT), None) is not None


def open_intervals(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """The open time within a span, cut to it; intervals that touch are one."""
    if start >= end:
        return iter(())
    if calendar.always:
        return iter([Interval(start, end)])
    return _merged(
        Interval(max(opens, start), min(closes, end))
        for number in range(start.year - 1, end.year + 2)
        for opens, closes in _overlapping(_year(calendar, number), start, end)
    )


def explain(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Cover the span from `start` to `end` without gaps, saying what counted and what did not."""
    if calendar.always:
        return iter([Stretch(start, end, counted=True, reason=AROUND_THE_CLOCK)])
    pieces = (
        piece._replace(start=max(piece.start, start), end=min(piece.end, end))
        for day in local_days(calendar, start, end)
        for piece in stretches_on(calendar, day)
    )
    return joined(piece for piece in pieces if piece.start < piece.end)


@lru_cache(maxsize=256)
def _year(calendar: Calendar, number: int) -> _Year:
    opened = list(_merged(_windows(calendar, number)))
    before = tuple(accumulate((each.end - each.start for each in opened), initial=_ZERO))
    return _Year(
        starts=tuple(each.start for each in opened),
        ends=tuple(each.end for each in opened),
        before=before[:-1],
        total=before[-1],
    )


def _windows(calendar: Calendar, number: int) -> Iterator[Interval]:
    """Every shift of a local year in order. The wall clock may swallow one whole: then none."""
    day = date(number, 1, 1)
    while day.year == number:
        for shift in shifts_on(calendar, day):
            start = first_instant(calendar.zone, day, shift.start)
            end = first_instant(calendar.zone, day, shift.end)
            if start < end:
                yield Interval(start, end)
        day += _ONE_DAY


def _overlapping(
    year: _Year, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    first, last = bisect_right(year.ends, start), bisect_left(year.starts, end)
    return zip(year.starts[first:last], year.ends[first:last], strict=True)


def _merged(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Join neighbours that touch, such as the shifts on both sides of midnight."""
    last: Interval | None = None
    for this in intervals:
        if last is not None and last.end < this.start:
            yield last
            last = None
        last = Interval(last.start if last else this.start, this.end)
    if last is not None:
        yield last
