"""Who is on call, against an oracle that watches the wall clock minute by minute."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from store.rules import rota as rotas
from store.rules.policy import Rota
from store.rules.rota import Override, Shift
from tests.rules.calendars import local, utc
from tests.rules.watching import MINUTE, drawn_rotas, watch

WEEK = timedelta(weeks=1)


def weekly(*people: str, **changes: Any) -> Rota:
    """A rota that turns on Mondays at nine."""
    tables = {
        "key": "primary",
        "timezone": "Europe/Berlin",
        "people": people,
        "handover": "Monday 09:00",
        "start": date(2026, 1, 5),
        **changes,
    }
    return Rota.model_validate(tables)


def test_the_rota_turns_at_the_hand_over_and_begins_anew() -> None:
    rota = weekly("U0OMAR", "U0JERRY")
    on = {
        day: rotas.who_is_on(rota, local("Europe/Berlin", day))
        for day in ("2026-01-05 09:00", "2026-01-12 08:59", "2026-01-12 09:00", "2026-01-19 09:00")
    }
    assert list(on.values()) == ["U0OMAR", "U0OMAR", "U0JERRY", "U0OMAR"]


def test_nobody_is_on_before_the_first_shift() -> None:
    rota = weekly("U0OMAR")
    early = local("Europe/Berlin", "2026-01-05 08:59")
    assert rotas.who_is_on(rota, early) is None
    assert rotas.who_is_on(rota, early - 9 * WEEK) is None
    assert rotas.next_handover(rota, early - 9 * WEEK) == early + MINUTE


def test_a_start_within_the_week_belongs_to_the_first_person() -> None:
    rota = weekly("U0OMAR", "U0JERRY", start=date(2026, 1, 8))
    assert rotas.who_is_on(rota, local("Europe/Berlin", "2026-01-08 00:00")) == "U0OMAR"
    assert rotas.who_is_on(rota, local("Europe/Berlin", "2026-01-12 09:00")) == "U0JERRY"


def test_hand_over_stays_at_nine_when_the_clocks_change() -> None:
    rota = weekly("U0OMAR", "U0JERRY")
    at = local("Europe/Berlin", "2026-03-23 09:00")
    assert rotas.next_handover(rota, at) == local("Europe/Berlin", "2026-03-30 09:00")
    assert rotas.next_handover(rota, at) - at == WEEK - timedelta(hours=1)


def test_a_hand_over_that_the_clock_skips_happens_at_the_end_of_the_gap() -> None:
    rota = weekly("U0OMAR", "U0JERRY", handover="Sunday 02:30", start=date(2026, 3, 22))
    handover = local("Europe/Berlin", "2026-03-29 03:00")
    assert rotas.who_is_on(rota, handover - MINUTE) == "U0OMAR"
    assert rotas.who_is_on(rota, handover) == "U0JERRY"


def test_an_override_wins_and_the_latest_of_two() -> None:
    rota = weekly("U0OMAR", "U0JERRY")
    start = utc("2026-01-06 00:00")
    ada = Override(start, start + 10 * MINUTE, "U0ADA")
    lena = Override(start + 5 * MINUTE, start + 15 * MINUTE, "U0LENA")
    on = [rotas.who_is_on(rota, start + n * MINUTE, [ada, lena]) for n in (0, 5, 10, 15)]
    assert on == ["U0ADA", "U0LENA", "U0LENA", "U0OMAR"]


def test_shifts_show_hand_overs_and_overrides() -> None:
    rota = weekly("U0OMAR", "U0JERRY", timezone="UTC")
    start, end = utc("2026-01-09 00:00"), utc("2026-01-14 00:00")
    cover = Override(utc("2026-01-10 00:00"), utc("2026-01-10 12:00"), "U0ADA")
    assert list(rotas.shifts(rota, start, end, [cover])) == [
        Shift(start, cover.start, "U0OMAR"),
        cover,
        Shift(cover.end, utc("2026-01-12 09:00"), "U0OMAR"),
        Shift(utc("2026-01-12 09:00"), end, "U0JERRY"),
    ]


def test_shifts_of_one_person_in_a_row_are_one() -> None:
    start = utc("2026-02-01 00:00")
    assert list(rotas.shifts(weekly("U0OMAR"), start, start + 3 * WEEK)) == [
        Shift(start, start + 3 * WEEK, "U0OMAR")
    ]


def test_time_before_the_rota_begins_is_left_out() -> None:
    rota = weekly("U0OMAR", timezone="UTC")
    begins = utc("2026-01-05 09:00")
    assert list(rotas.shifts(rota, begins - WEEK, begins + MINUTE)) == [
        Shift(begins, begins + MINUTE, "U0OMAR")
    ]


def test_a_layer_lies_on_top_in_its_hours_only() -> None:
    rota = weekly(
        "U0OMAR",
        timezone="UTC",
        layers=[{"people": ["U0ADA"], "hours": {"sunday": ["08:00-12:00"]}}],
    )
    asked = [utc(f"2026-01-11 {hour}") for hour in ("07:59", "08:00", "11:59", "12:00")]
    assert [rotas.who_is_on(rota, at) for at in asked] == ["U0OMAR", "U0ADA", "U0ADA", "U0OMAR"]


def test_two_rotas_in_two_zones_cover_a_day_between_them() -> None:
    east = weekly("U0JERRY", timezone="Asia/Kolkata", hours=["08:00-20:00"])
    west = weekly("U0OMAR", timezone="America/Chicago", hours=["08:30-20:30"])
    start = utc("2026-01-13 00:00")  # 12 hours apart in winter: one begins when the other ends
    for minute in range(0, 24 * 60, 5):
        on = [rotas.who_is_on(rota, start + minute * MINUTE) for rota in (east, west)]
        assert len([person for person in on if person]) == 1, (minute, on)


def test_turns_of_days_begin_at_start_when_no_weekday_is_given() -> None:
    rota = weekly(
        "U0OMAR", "U0JERRY", "U0ADA",
        timezone="UTC", handover="18:00", length="2 days", start=date(2026, 1, 7),
    )  # fmt: skip
    days = [utc(f"2026-01-{day:02} 18:00") for day in range(7, 14)]
    on = [rotas.who_is_on(rota, at) for at in days]
    assert on == ["U0OMAR"] * 2 + ["U0JERRY"] * 2 + ["U0ADA"] * 2 + ["U0OMAR"]
    assert rotas.who_is_on(rota, utc("2026-01-07 17:59")) is None


def test_the_present_stretch_knows_its_true_ends() -> None:
    rota = weekly("U0OMAR", "U0JERRY", timezone="UTC", length="6 weeks")
    at = utc("2026-03-01 12:00")
    assert rotas.current(rota, at) == (
        utc("2026-02-16 09:00"), utc("2026-03-30 09:00"), "U0JERRY"
    )  # fmt: skip
    assert rotas.change_after(rota, at) == (utc("2026-03-30 09:00"), "U0OMAR")
    assert rotas.before(rota, utc("2026-02-16 09:00")) == "U0OMAR"


def test_a_rota_of_one_never_changes_hands() -> None:
    assert rotas.change_after(weekly("U0OMAR"), utc("2026-06-01 12:00")) is None
    assert rotas.current(weekly("U0OMAR"), utc("2030-06-01 12:00")) is None


@settings(max_examples=25, deadline=None, derandomize=True)
@given(drawn_rotas())
def test_the_same_person_is_on_as_when_watching_the_clock(
    case: tuple[Rota, datetime, list[Override]],
) -> None:
    rota, start, overrides = case
    end = start + timedelta(days=4)
    watched = watch(rota, start, end, overrides)
    asked = [start + n * 7 * MINUTE for n in range(4 * 24 * 60 // 7)]
    assert [rotas.who_is_on(rota, at, overrides) for at in asked] == [watched[at] for at in asked]
    minute = start
    for stretch in rotas.stretches(rota, start, end, overrides):
        while minute < stretch.end:
            assert watched[minute] == stretch.person
            minute += MINUTE
    assert minute == end


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_rotas())
def test_stretches_follow_each_other_and_the_next_change_is_the_first(
    case: tuple[Rota, datetime, list[Override]],
) -> None:
    rota, start, overrides = case
    found = list(rotas.stretches(rota, start, start + 3 * WEEK, overrides))
    for earlier, later in pairwise(found):
        assert earlier.end == later.start
        assert earlier.person != later.person
    change = rotas.change_after(rota, start, overrides)
    if len(found) > 1:
        assert change == (found[1].start, found[1].person)
