"""Calendars, severities with their targets, and quiet times, as deskbell.toml describes them."""

import datetime as dt
import re
from datetime import timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import Annotated, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from store.rules import public_holidays
from store.rules.durations import Duration, Target
from store.rules.policy_part import Label, Part, Slug, Text

WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_SHIFT: Final = re.compile(r"(\d\d):([0-5]\d)\s*[-–]\s*(\d\d):([0-5]\d)")  # noqa: RUF001 - people type an en dash
MINUTES_A_DAY: Final = 24 * 60


_zones: Final = cache(available_timezones)
"""Looked up once: it walks through a folder."""


def _zone(text: str) -> str:
    if text not in _zones():
        raise ValueError('no such time zone; write a name like "Europe/London" or "UTC".')
    return text


TimeZone = Annotated[str, AfterValidator(_zone)]


class Shift(NamedTuple):
    """Open from `start` to `end`, in minutes of the wall clock since midnight (end ≤ 1440)."""

    start: int
    end: int


def _shift(text: object) -> Shift:
    """Read "08:00-17:00"; "24:00" is the end of the day."""
    if isinstance(text, Shift):
        return text
    found = _SHIFT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError('write a stretch of hours, such as "08:00-17:00".')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if end > MINUTES_A_DAY:
        raise ValueError("there is no such time of day; use 00:00 to 24:00.")
    if start >= end:
        raise ValueError(
            "it ends before it begins; a shift over midnight is two: "
            '"22:00-24:00" and, on the next day, "00:00-06:00".'
        )
    return Shift(start, end)


def _in_order(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    shifts = tuple(sorted(shifts))
    for earlier, later in pairwise(shifts):
        if later.start < earlier.end:
            raise ValueError("two of these overlap; begin each when the one before is over.")
    return shifts


DayHours = Annotated[
    tuple[Annotated[Shift, BeforeValidator(_shift)], ...], AfterValidator(_in_order)
]


class Week(Part):
    """The shifts of each weekday; a day left out is closed."""

    monday: DayHours = ()
    tuesday: DayHours = ()
    wednesday: DayHours = ()
    thursday: DayHours = ()
    friday: DayHours = ()
    saturday: DayHours = ()
    sunday: DayHours = ()

    @cached_property
    def days(self) -> tuple[tuple[Shift, ...], ...]:
        """Monday first, as `date.weekday()` counts."""
        return tuple(getattr(self, day) for day in WEEKDAYS)


class SpecialDay(Part):
    """A day unlike its weekday: closed (no hours), half open, or open when it would not be.

    Wins over weekday and public holiday. `until` makes it a stretch of days (both included);
    `yearly` repeats it every year, whatever the year written.
    """

    date: dt.date
    until: dt.date | None = None
    name: Label
    hours: DayHours = ()
    yearly: bool = False

    def covers(self, day: dt.date) -> bool:
        """Whether this day is meant. 29 February repeats in leap years only."""
        if not self.yearly:
            return self.date <= day <= (self.until or self.date)
        first, last, today = _in_year(self.date), _in_year(self.until or self.date), _in_year(day)
        if first <= last:
            return first <= today <= last
        return today >= first or today <= last


def _in_year(day: dt.date) -> tuple[int, int]:
    return day.month, day.day


Country = Annotated[str, AfterValidator(public_holidays.country)]


class Calendar(Part):
    """Business hours: when a clock runs. Wall-clock hours in a zone of its own."""

    key: Slug
    name: Label | None = None
    timezone: TimeZone = "UTC"
    always: bool = False
    hours: Week = Week()
    country: Country | None = None
    subdivision: str | None = None
    days: tuple[SpecialDay, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

    @cached_property
    def weekly(self) -> timedelta:
        """Open time in an ordinary week."""
        if self.always:
            return timedelta(weeks=1)
        minutes = sum(shift.end - shift.start for day in self.hours.days for shift in day)
        return timedelta(minutes=minutes)

    @cached_property
    def _hash(self) -> int:
        return hash((self.timezone, self.always, self.hours, self.country, self.days))

    def __hash__(self) -> int:
        """Computed once: calendars are the keys of the caches that make the clock fast."""
        return self._hash


class Severity(Part):
    """How bad it is. Chooses the targets; rank 0 is the worst.

    Targets count the open time of the calendar. `urgency` is how a requester would say it at
    intake; without one it is never offered there.
    """

    key: Slug
    name: Label
    label: Text | None = None
    rank: int = Field(ge=0)
    first_response: Target
    resolution: Target
    next_response: Target | None = None
    update_every: Target | None = None
    """How often the requester and watchers get news: the agent is asked for them."""

    calendar: str | None = None
    pages: bool = False
    urgency: Label | None = None


WorkingDays = Annotated[int, Field(ge=1, le=250)]


class Quiet(Part):
    """What silence leads to: working days of the ticket's calendar, or elapsed time."""

    waiting_nudges: tuple[WorkingDays, ...] = (1, 3)
    """The requester owes an answer: remind them so many working days after the question …"""

    waiting_close: Annotated[int, Field(ge=0, le=250)] = 5
    """… and close it after so many, with a warning a working day before; 0 is never."""

    hold_reminder: Annotated[int, Field(ge=0, le=250)] = 3
    """On hold without a date: remind its agent to ask, every so many working days; 0 is never."""

    notices: Duration = timedelta(0)
    """After a notice to the requester, further ones wait so long, to be told as one; 0: at once."""

    resolved_warning: Duration = timedelta(days=3)
    """Resolved and silent: warn the requester that the ticket will close."""

    resolved_close: Duration = timedelta(days=2)
    """From that warning to closing."""

    reopen_window: Duration = timedelta(days=14)
    """So long after closing, a ticket may be reopened; later a new one goes on from it."""


class LadderStep(Part):
    """Who else hears of a missed deadline, and when: `after` is a part of the target, in working
    time after the deadline; 0 is at the deadline itself.
    """

    after: float = Field(ge=0, le=100)
    tell: Literal["lead", "next lead", "admins"]


class SlaRules(Part):
    """When reminders are due, who hears of a breach, and what a change of severity or a reopening
    does to a clock.
    """

    reminders: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5, 0.8)
    """Fractions of the target, in working time."""

    at_risk: Annotated[float, Field(ge=0, lt=1)] = 0.8
    """The fraction at which the requester hears that it may take longer; 0 is never."""

    ladder: tuple[LadderStep, ...] = (
        LadderStep(after=0, tell="lead"),
        LadderStep(after=0.5, tell="next lead"),
        LadderStep(after=1, tell="admins"),
    )

    on_raise: Literal["restart", "continue"] = "restart"
    on_reopen: Literal["restart", "continue"] = "continue"
