"""Calendars for the tests, and strategies that draw awkward ones."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from store.rules import hours
from store.rules.policy import Calendar, SpecialDay

WORKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK: Final = (*WORKDAYS, "saturday", "sunday")
AWKWARD_ZONES: Final = (
    "Africa/Cairo",  # changes at midnight
    "Africa/Casablanca",  # goes back for Ramadan
    "America/Havana",  # 00:00 comes twice
    "America/Sao_Paulo",  # no longer changes
    "America/St_Johns",  # half an hour off
    "Antarctica/Troll",  # jumps two hours
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",  # 45 minutes off
    "Australia/Lord_Howe",  # changes by half an hour
    "Europe/Berlin",
    "Europe/Dublin",  # calls winter the exception
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",  # UTC+14
    "America/New_York",
)
ALL_ZONES: Final = tuple(sorted(available_timezones() - {"Factory", "localtime"}))


def calendar(week: Mapping[str, list[str]], zone: str = "UTC", **more: Any) -> Calendar:
    """A calendar as deskbell.toml would describe it."""
    return Calendar.model_validate({"key": "test", "timezone": zone, "hours": week, **more})


def office(zone: str = "UTC", *shifts: str, **more: Any) -> Calendar:
    """Monday to Friday, 08:00 to 17:00 unless said otherwise."""
    return calendar(dict.fromkeys(WORKDAYS, list(shifts) or ["08:00-17:00"]), zone, **more)


ALWAYS: Final = Calendar(key="always", always=True)


def utc(text: str) -> datetime:
    """Read "2026-01-05 08:00" as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(zone: str, text: str) -> datetime:
    """Read "2026-01-05 08:00" as the wall clock of a zone shows it; the result is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def closed_because(calendar: Calendar, at: datetime) -> str | None:
    """Why time stands still at this instant; None while it counts."""
    stretch = next(hours.explain(calendar, at, at + timedelta(microseconds=1)))
    return None if stretch.counted else stretch.reason


@cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """Midnights (UTC) of the days of 2024 to 2027 on which this zone's offset changes."""
    days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(4 * 365)]
    tz = ZoneInfo(zone)
    offsets = [day.astimezone(tz).utcoffset() for day in days]
    pairs = zip(days, pairwise(offsets), strict=False)
    return tuple(day for day, (before, after) in pairs if before != after)


zones = st.one_of(st.sampled_from(AWKWARD_ZONES), st.sampled_from(ALL_ZONES))
_edges = st.one_of(
    st.integers(0, 96).map(lambda quarter: quarter * 15),
    st.integers(0, 1440),
    st.integers(0, 200),  # around the hours at which clocks change
)


def _text(start: int, end: int) -> str:
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


@st.composite
def shifts(draw: st.DrawFn, *, most: int = 3) -> list[str]:
    """Up to `most` shifts of one day, in order, some touching."""
    edges = sorted(draw(st.lists(_edges, min_size=2, max_size=most * 2, unique=True)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if draw(st.booleans()):
        pairs = list(pairwise(edges))[:most]
    return [_text(start, end) for start, end in pairs]


@st.composite
def special_days(draw: st.DrawFn, around: date) -> SpecialDay:
    """A closed day, a half day, an extra day or a closure of some days near `around`."""
    first = around + timedelta(days=draw(st.integers(-4, 12)))
    length = draw(st.sampled_from([None, None, 0, 1, 9]))
    return SpecialDay.model_validate(
        {
            "date": first,
            "until": None if length is None else first + timedelta(days=length),
            "name": "A special day",
            "hours": draw(st.just([]) | shifts()),
            "yearly": draw(st.booleans()),
        }
    )


@st.composite
def starts(draw: st.DrawFn, zone: str) -> datetime:
    """A midnight, mostly near a clock change or the turn of the year."""
    special = (*clock_changes(zone), utc("2024-02-27"), utc("2025-12-30"), utc("2026-05-30"))
    days = timedelta(days=draw(st.integers(0, 6)))
    return draw(st.sampled_from(special)) - days


@st.composite
def calendars(draw: st.DrawFn, zone: str, start: datetime) -> Calendar:
    """Any calendar with at least one shift a week, which often enough lasts all day."""
    some = st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True)
    days = draw(some | st.just(list(WEEK)))
    week = {day: draw(shifts() | st.just(["00:00-24:00"])) for day in days}
    place = draw(st.sampled_from([{}, {"country": "US"}, {"country": "DE", "subdivision": "BY"}]))
    own = draw(st.lists(special_days(start.date()), max_size=2))
    return calendar(week, zone, days=tuple(own), **place)
