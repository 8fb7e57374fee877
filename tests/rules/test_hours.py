"""Working time by example: shifts, holidays, half days, clock changes, the turn of the year."""

from datetime import date, timedelta

import pytest

from store.rules import hours
from store.rules.hours import Interval
from tests.rules.calendars import ALWAYS, WEEK, calendar, closed_because, local, office, utc

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_a_target_that_fits_exactly_is_due_at_the_end_of_the_shift() -> None:
    assert hours.add(office(), utc("2026-01-05 08:00"), 18 * HOUR) == utc("2026-01-06 17:00")


def test_time_outside_the_shifts_does_not_count() -> None:
    assert hours.add(office(), utc("2026-01-09 16:30"), HOUR) == utc("2026-01-12 08:30")
    assert hours.between(office(), utc("2026-01-09 16:30"), utc("2026-01-12 08:30")) == HOUR


def test_a_start_at_night_counts_from_the_morning() -> None:
    assert hours.add(office(), utc("2026-01-05 03:00"), HOUR) == utc("2026-01-05 09:00")


def test_nothing_to_add_is_due_at_once_even_at_night() -> None:
    night = utc("2026-01-05 03:00")
    assert hours.add(office(), night, timedelta(0)) == night


def test_the_end_of_a_shift_is_closed_and_its_beginning_open() -> None:
    assert hours.is_open(office(), utc("2026-01-05 08:00"))
    assert not hours.is_open(office(), utc("2026-01-05 17:00"))


def test_time_backwards_is_no_time() -> None:
    assert hours.between(office(), utc("2026-01-06 12:00"), utc("2026-01-05 12:00")) == 0 * HOUR


def test_microseconds_are_kept() -> None:
    odd = utc("2026-01-05 16:59") + timedelta(microseconds=7)
    assert hours.add(office(), odd, MINUTE) == utc("2026-01-06 08:00") + timedelta(microseconds=7)


def test_shifts_on_both_sides_of_midnight_are_one_interval() -> None:
    nights = calendar({"monday": ["22:00-24:00"], "tuesday": ["00:00-06:00"]})
    opened = hours.open_intervals(nights, utc("2026-01-05 00:00"), utc("2026-01-07 00:00"))
    assert list(opened) == [Interval(utc("2026-01-05 22:00"), utc("2026-01-06 06:00"))]


def test_shifts_on_both_sides_of_new_year_are_one_interval() -> None:
    nights = calendar({"thursday": ["20:00-24:00"], "wednesday": ["20:00-24:00"], "friday": []})
    both = calendar({"wednesday": ["20:00-24:00"], "thursday": ["00:00-04:00"]})
    opened = hours.open_intervals(both, utc("2025-12-31 00:00"), utc("2026-01-01 12:00"))
    assert list(opened) == [Interval(utc("2025-12-31 20:00"), utc("2026-01-01 04:00"))]
    assert hours.add(nights, utc("2025-12-31 20:00"), 8 * HOUR) == utc("2026-01-02 00:00")


def test_the_last_evening_of_the_local_year_counts_although_utc_has_moved_on() -> None:
    evenings = calendar({"wednesday": ["18:00-24:00"]}, "America/Los_Angeles")
    start = local("America/Los_Angeles", "2025-12-31 20:00")
    assert start.year == 2026
    assert hours.add(evenings, start, HOUR) == start + HOUR
    assert hours.between(evenings, start, start + 10 * HOUR) == 4 * HOUR


def test_intervals_are_cut_to_the_span() -> None:
    opened = hours.open_intervals(office(), utc("2026-01-05 09:30"), utc("2026-01-05 10:00"))
    assert list(opened) == [Interval(utc("2026-01-05 09:30"), utc("2026-01-05 10:00"))]


def test_an_empty_span_has_no_intervals() -> None:
    noon = utc("2026-01-05 12:00")
    assert list(hours.open_intervals(office(), noon, noon)) == []
    assert list(hours.open_intervals(ALWAYS, noon, noon)) == []


def test_a_year_around_the_clock_loses_no_second() -> None:
    every_day = calendar({day: ["00:00-24:00"] for day in WEEK}, "Europe/Berlin")
    start, year = utc("2026-01-01 00:00"), timedelta(days=365)
    for always in (ALWAYS, every_day):
        assert hours.between(always, start, start + year) == year
        assert hours.add(always, start, year) == start + year


@pytest.mark.parametrize(
    ("zone", "day", "shift", "length"),
    [
        ("Europe/Berlin", "2026-03-29", "00:00-06:00", 5 * HOUR),
        ("Europe/Berlin", "2026-10-25", "00:00-06:00", 7 * HOUR),
        ("Europe/Berlin", "2026-03-29", "02:15-02:45", 0 * HOUR),
        ("Europe/Berlin", "2026-03-29", "02:30-04:00", HOUR),
        ("Europe/Berlin", "2026-03-29", "01:00-02:30", HOUR),
        ("Europe/Berlin", "2026-10-25", "02:15-02:45", HOUR / 2),
        ("Europe/Berlin", "2026-10-25", "02:30-03:00", 1.5 * HOUR),
        ("Australia/Lord_Howe", "2026-10-04", "00:00-06:00", 5.5 * HOUR),
        ("Australia/Lord_Howe", "2026-04-05", "00:00-06:00", 6.5 * HOUR),
        ("Antarctica/Troll", "2026-03-29", "00:00-06:00", 4 * HOUR),
        ("Africa/Cairo", "2026-04-24", "00:00-06:00", 5 * HOUR),
        ("America/Havana", "2026-11-01", "00:00-06:00", 7 * HOUR),
        ("Pacific/Apia", "2011-12-30", "00:00-24:00", 0 * HOUR),
    ],
)
def test_a_shift_lasts_as_long_as_its_seconds_when_the_clock_changes(
    zone: str, day: str, shift: str, length: timedelta
) -> None:
    key = WEEK[date.fromisoformat(day).weekday()]
    noon = local(zone, f"{day} 12:00")
    only = calendar({key: [shift]}, zone)
    assert hours.between(only, noon - timedelta(hours=36), noon + timedelta(hours=36)) == length


def test_a_time_that_the_clock_skips_means_the_end_of_the_gap() -> None:
    skipped = calendar({"sunday": ["02:30-04:00"]}, "Europe/Berlin")
    due = hours.add(skipped, local("Europe/Berlin", "2026-03-29 00:00"), 30 * MINUTE)
    assert due == local("Europe/Berlin", "2026-03-29 03:30")


def test_public_holidays_do_not_count() -> None:
    us = office("America/New_York", country="US")
    start = local("America/New_York", "2026-05-22 16:00")
    assert hours.add(us, start, 2 * HOUR) == local("America/New_York", "2026-05-26 09:00")
    assert closed_because(us, local("America/New_York", "2026-05-25 10:00")) == "Memorial Day"


def test_a_holiday_of_one_region_counts_elsewhere() -> None:
    epiphany = local("Europe/Berlin", "2026-01-06 10:00")
    bavaria = office("Europe/Berlin", country="DE", subdivision="BY")
    berlin = office("Europe/Berlin", country="DE", subdivision="BE")
    assert not hours.is_open(bavaria, epiphany)
    assert hours.is_open(berlin, epiphany)


def test_a_day_of_ones_own_wins_over_the_holiday_and_the_weekday() -> None:
    worked = {"date": date(2026, 12, 25), "name": "Stocktaking", "hours": ["10:00-12:00"]}
    assert hours.is_open(office(country="US", days=[worked]), utc("2026-12-25 11:00"))
    saturday = {"date": date(2026, 1, 10), "name": "Move", "hours": ["10:00-12:00"]}
    assert hours.is_open(office(days=[saturday]), utc("2026-01-10 11:00"))


def test_a_yearly_closure_over_new_year_holds_on_both_sides() -> None:
    winter = {
        "date": date(2020, 12, 24),
        "until": date(2021, 1, 2),
        "name": "Winter break",
        "yearly": True,
    }
    closed = office(days=[winter])
    for day in ("2026-12-31", "2027-01-01", "2029-01-02", "2029-12-24"):
        assert closed_because(closed, utc(f"{day} 10:00")) == "Winter break"
    assert hours.is_open(closed, utc("2026-12-23 10:00"))
    assert hours.is_open(closed, utc("2029-01-03 10:00"))


def test_a_closure_of_two_months_is_walked_through() -> None:
    refit = {"date": date(2026, 2, 1), "until": date(2026, 3, 31), "name": "Refit"}
    due = hours.add(office(days=[refit]), utc("2026-01-30 16:00"), 2 * HOUR)
    assert due == utc("2026-04-01 09:00")


def test_every_kind_of_closed_time_says_why() -> None:
    half = {"date": date(2026, 1, 8), "name": "Inventory", "hours": ["09:00-13:00"]}
    days = office("UTC", "08:00-12:00", "13:00-17:00", days=[half])
    reasons = {
        "2026-01-05 03:00": "night",
        "2026-01-05 12:30": "break",
        "2026-01-05 20:00": "night",
        "2026-01-10 12:00": "weekend",
        "2026-01-08 08:30": "night",
        "2026-01-08 15:00": "Inventory",
    }
    assert {at: closed_because(days, utc(at)) for at in reasons} == reasons
    short = calendar({"friday": ["08:00-14:00"], "saturday": ["20:00-24:00"]})
    for at in ("2026-01-09 15:00", "2026-01-10 12:00"):
        assert closed_because(short, utc(at)) == "outside working hours"
    tuesdays = calendar({"tuesday": ["08:00-17:00"]})
    assert closed_because(tuesdays, utc("2026-01-05 10:00")) == "closed on Mondays"


def test_an_explanation_covers_a_weekend_in_whole_stretches() -> None:
    told = list(hours.explain(office(), utc("2026-01-09 16:00"), utc("2026-01-12 09:00")))
    assert [(s.reason, s.end - s.start, s.counted) for s in told] == [
        ("working hours", HOUR, True),
        ("night", 7 * HOUR, False),
        ("weekend", 48 * HOUR, False),
        ("night", 8 * HOUR, False),
        ("working hours", HOUR, True),
    ]


def test_an_explanation_mentions_a_clock_change_within_a_shift() -> None:
    nights = calendar({"sunday": ["00:00-06:00"]}, "Europe/Berlin")
    spring, autumn = (
        next(s for s in hours.explain(nights, at, at + 24 * HOUR) if s.counted)
        for at in (utc("2026-03-28 22:00"), utc("2026-10-24 21:00"))
    )
    assert spring.reason == "working hours (clocks go forward 60 min)"
    assert autumn.reason == "working hours (clocks go back 60 min)"


def test_around_the_clock_is_one_stretch() -> None:
    start = utc("2026-01-09 16:00")
    told = list(hours.explain(ALWAYS, start, start + 5 * HOUR))
    assert [(s.counted, s.reason, s.end - s.start) for s in told] == [
        (True, "around the clock", 5 * HOUR)
    ]
    assert closed_because(ALWAYS, start) is None


def test_a_calendar_that_never_opens_is_refused_instead_of_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="the calendar test is not open"):
        hours.add(calendar({}), utc("2026-01-05 08:00"), HOUR)
