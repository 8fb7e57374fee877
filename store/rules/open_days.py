"""Which hours of a day are open, and why the others are not."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from store.rules import public_holidays
from store.rules.policy import Calendar, Shift, SpecialDay
from store.rules.policy_time import MINUTES_A_DAY
from store.rules.wall_clock import first_instant

AROUND_THE_CLOCK: Final = "around the clock"

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)
_DAYTIME: Final = Shift(8 * 60, 18 * 60)
_MUCH: Final = 2 * 60


class Stretch(NamedTuple):
    """A piece of time that counted or did not, and why. Times are UTC; the end is not included."""

    start: datetime
    end: datetime
    counted: bool
    reason: str


class _Piece(NamedTuple):
    """The same in minutes of the wall clock."""

    start: int
    end: int
    counted: bool
    reason: str


def shifts_on(calendar: Calendar, day: date) -> tuple[Shift, ...]:
    """Return the open shifts of one local day: a date of its own, or a holiday, or the weekday."""
    special = _special(calendar, day)
    if special is not None:
        return special.hours
    return () if _holiday(calendar, day) else calendar.hours.days[day.weekday()]


def stretches_on(calendar: Calendar, day: date) -> Iterator[Stretch]:
    """Cover one local day from midnight to midnight, in order, without gaps."""
    for piece in _pieces(calendar, day):
        start = first_instant(calendar.zone, day, piece.start)
        end = first_instant(calendar.zone, day, piece.end)
        jump = end - start - timedelta(minutes=piece.end - piece.start)
        change = clock_change(jump) if piece.counted else ""
        if start < end:
            yield Stretch(start, end, piece.counted, piece.reason + change)


def local_days(calendar: Calendar, start: datetime, end: datetime) -> Iterator[date]:
    """Every local date that the span may touch."""
    day = start.astimezone(calendar.zone).date() - _ONE_DAY
    while first_instant(calendar.zone, day, 0) < end:
        yield day
        day += _ONE_DAY


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Make one of neighbours that say the same, such as Saturday and Sunday."""
    last: Stretch | None = None
    for this in stretches:
        if last is not None and (last.counted, last.reason) != (this.counted, this.reason):
            yield last
            last = None
        last = this if last is None else last._replace(end=this.end)
    if last is not None:
        yield last


def _pieces(calendar: Calendar, day: date) -> Iterator[_Piece]:
    shifts, special = shifts_on(calendar, day), _special(calendar, day)
    if not shifts:
        yield _closed(0, MINUTES_A_DAY, _why_closed(calendar, day))
        return
    cursor = 0
    for shift in shifts:
        yield _closed(cursor, shift.start, "break" if cursor else _outside(0, shift.start))
        yield _Piece(shift.start, shift.end, counted=True, reason=_why_open(special))
        cursor = shift.end
    yield _closed(
        cursor, MINUTES_A_DAY, special.name if special else _outside(cursor, MINUTES_A_DAY)
    )


def _outside(start: int, end: int) -> str:
    """Before the first shift or after the last one: hardly a night, if much of the day is in it."""
    of_the_day = min(end, _DAYTIME.end) - max(start, _DAYTIME.start)
    return "outside working hours" if of_the_day > _MUCH else "night"


def _closed(start: int, end: int, reason: str) -> _Piece:
    return _Piece(start, end, counted=False, reason=reason)


def _why_closed(calendar: Calendar, day: date) -> str:
    special = _special(calendar, day)
    if special is not None:
        return special.name
    return _holiday(calendar, day) or (
        "weekend" if day.weekday() >= _SATURDAY else f"closed on {day:%A}s"
    )


def _why_open(special: SpecialDay | None) -> str:
    return f"working hours, {special.name}" if special else "working hours"


def clock_change(jump: timedelta) -> str:
    """Mention a clock change inside a stretch, which makes it longer (`jump` is by how much) or
    shorter than it looks.
    """
    if not jump:
        return ""
    minutes = int(abs(jump) / timedelta(minutes=1))
    return f" (clocks go {'back' if jump > timedelta(0) else 'forward'} {minutes} min)"


def _special(calendar: Calendar, day: date) -> SpecialDay | None:
    return next((special for special in calendar.days if special.covers(day)), None)


def _holiday(calendar: Calendar, day: date) -> str | None:
    if calendar.country is None:
        return None
    return public_holidays.names(calendar.country, calendar.subdivision, day.year).get(day)
