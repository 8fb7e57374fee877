"""A clock that counts minutes one by one: slow, and too plain to be wrong in the same way.

It watches a wall clock. A minute counts when the latest reading that the clock has ever shown lies
in a shift: so a jump forward passes over hours, and hours shown again count for what comes first.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import compress, count, islice

import holidays

from store.rules.policy import Calendar

MINUTE = timedelta(minutes=1)


class Minutes:
    """Which of the minutes from `start` on count; `start` is a whole minute."""

    def __init__(self, calendar: Calendar, start: datetime, days: int) -> None:
        self.start = start
        self.open = bytes(_watch(calendar, start, days * 24 * 60))

    def running(self, pauses: Iterable[tuple[int, int | None]]) -> bytes:
        """The open minutes that are in none of the pauses, given in minutes since the start."""
        running = bytearray(self.open)
        for begin, end in pauses:
            stop = len(running) if end is None else end
            running[begin:stop] = bytes(max(0, len(running[begin:stop])))
        return bytes(running)

    def due(self, started: int, target: int, running: bytes) -> datetime | None:
        """The end of the minute that uses the target up, if there is one."""
        used = islice(compress(count(started + 1), running[started:]), target - 1, None)
        minute = next(used, None)
        return None if minute is None else self.at(minute)

    def at(self, minute: int) -> datetime:
        """The instant so many minutes after the start."""
        return self.start + minute * MINUTE


def _watch(calendar: Calendar, start: datetime, minutes: int) -> Iterable[bool]:
    """Look at the wall clock each minute, after a day of warming up."""
    open_minutes = _OpenMinutes(calendar)
    first = int(start.timestamp())
    furthest = datetime.fromtimestamp(first - 86_400, calendar.zone)
    for second in range(first - 86_400, first + minutes * 60, 60):
        shown = datetime.fromtimestamp(second, calendar.zone)
        furthest = max(furthest, shown)  # within one zone, Python compares wall times
        if second >= first:
            yield furthest.hour * 60 + furthest.minute in open_minutes[furthest.date()]


class _OpenMinutes(dict[date, frozenset[int]]):
    """The open minutes of each local date, worked out from the calendar as it is written."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.public = (
            holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
            if calendar.country
            else {}
        )

    def __missing__(self, day: date) -> frozenset[int]:
        ranges = [range(*shift) for shift in self._shifts(day)]
        self[day] = frozenset(minute for shift in ranges for minute in shift)
        return self[day]

    def _shifts(self, day: date) -> Iterable[tuple[int, int]]:
        for special in self.calendar.days:
            if _covers(special.date, special.until or special.date, day, yearly=special.yearly):
                return special.hours
        if day in self.public:
            return ()
        return self.calendar.hours.days[day.weekday()]


def _covers(first: date, last: date, day: date, *, yearly: bool) -> bool:
    """Try the stretch in this year and the one before, day by day."""
    for year in (day.year - 1, day.year) if yearly else (first.year,):
        named = first
        while named <= last:
            shift = year - first.year
            if (named.month, named.day, named.year + shift) == (day.month, day.day, day.year):
                return True
            named += timedelta(days=1)
    return False
