"""Which minutes count, and whose turn it is: read from deskbell.toml, minute by minute.

Nothing here is shared with the desk: the file is read as it is written, and time is counted on a
wall clock that is looked at once a minute.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import compress, count, islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

Table = Mapping[str, Any]
Pauses = Sequence[tuple[int, int | None]]
"""In minutes since the story began; None while it lasts."""

DAY: Final = 24 * 60
MINUTE: Final = timedelta(minutes=1)
WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_UNITS: Final = {"min": 1, "h": 60, "day": DAY, "week": 7 * DAY}


def length(written: str) -> int:
    """`18 h`, `15 min`, `2 weeks` in minutes."""
    number, unit = written.split()
    return int(number) * _UNITS[unit.removesuffix("s")]


class Calendar:
    """The open minutes of some weeks, as a string of zeros and ones."""

    def __init__(self, table: Table, start: datetime, days: int) -> None:
        always = table.get("always", False)
        self.open = b"\x01" * days * DAY if always else bytes(_watched(table, start, days * DAY))

    def running(self, pauses: Pauses) -> bytearray:
        """Without the minutes in which the clock stood still."""
        running = bytearray(self.open)
        for begin, end in pauses:
            stop = len(running) if end is None else end
            running[begin:stop] = bytes(max(stop - begin, 0))
        return running


def after(running: bytes | bytearray, start: int, minutes: int) -> int | None:
    """The end of the minute in which so many have counted since `start`; None when never."""
    if minutes <= 0:
        return start
    left, place = minutes, start
    while place < len(running):
        day = running[place : place + DAY]
        counted = day.count(1)
        if left <= counted:
            return next(islice(compress(count(place + 1), day), left - 1, None))
        left -= counted
        place += DAY
    return None


def part(whole: int, fraction: float) -> int:
    """Minutes that have to pass before that part is used up, which happens within the last."""
    return math.ceil(round(whole * 60 * fraction) / 60)


def _watched(table: Table, start: datetime, minutes: int) -> Iterator[bool]:
    """The furthest reading of the wall clock decides: hours shown twice count once, and what the
    clock jumps over never comes.
    """
    zone, days = ZoneInfo(table.get("timezone", "UTC")), _Days(table)
    first = int(start.timestamp())
    furthest = datetime.fromtimestamp(first - DAY * 60, zone).replace(tzinfo=None)
    for second in range(first - DAY * 60, first + minutes * 60, 60):
        furthest = max(furthest, datetime.fromtimestamp(second, zone).replace(tzinfo=None))
        if second >= first:
            yield furthest.hour * 60 + furthest.minute in days[furthest.date()]


class _Days(dict[date, frozenset[int]]):
    """The open minutes of a date: a day of its own, or a holiday, or its weekday."""

    def __init__(self, table: Table) -> None:
        self.table = table
        country, region = table.get("country"), table.get("subdivision")
        self.free = holidays.country_holidays(country, subdiv=region) if country else {}

    def __missing__(self, day: date) -> frozenset[int]:
        shifts = self._shifts(day)
        self[day] = frozenset(minute for each in shifts for minute in _shift(each))
        return self[day]

    def _shifts(self, day: date) -> Sequence[str]:
        for own in self.table.get("days", ()):
            if own["date"] <= day <= own.get("until", own["date"]):
                return tuple(own.get("hours", ()))
        free = day in self.free
        return () if free else tuple(self.table["hours"].get(WEEKDAYS[day.weekday()], ()))


def _shift(written: str) -> range:
    begin, end = (int(at[:2]) * 60 + int(at[3:]) for at in written.split("-"))
    return range(begin, end)


def turn_of(rota: Table, at: datetime) -> str | None:
    """Whose turn it is by the file alone: the topmost layer that has somebody at this moment."""
    zone = ZoneInfo(rota["timezone"])
    below = {key: value for key, value in rota.items() if key != "hours"}
    for layer in reversed((rota, *({**below, **each} for each in rota.get("layers", ())))):
        person = _turn(layer, at.astimezone(zone))
        if person is not None:
            return person
    return None


def _turn(rota: Table, local: datetime) -> str | None:
    """Walk from the first hand-over on, one length after the other."""
    weekday, _, clock = rota.get("handover", "Monday 09:00").rpartition(" ")
    day: date = rota["start"]
    while weekday and WEEKDAYS[day.weekday()] != weekday.lower():
        day -= timedelta(days=1)
    shown, hands_over = local.replace(tzinfo=None), time.fromisoformat(clock)
    turns = 0
    while datetime.combine(day + _step(rota), hands_over) <= shown:
        day, turns = day + _step(rota), turns + 1
    hours = rota.get("hours")
    minute = local.hour * 60 + local.minute
    if hours is not None and not any(minute in _shift(each) for each in hours):
        return None
    return str(rota["people"][turns % len(rota["people"])])


def _step(rota: Table) -> timedelta:
    return length(rota.get("length", "1 week")) * MINUTE
