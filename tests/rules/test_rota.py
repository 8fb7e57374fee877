"""Who is on call, against an oracle that watches the wall clock minute by minute."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from store.rules import rota as rotas
from store.rules.policy import Rota
from store.rules.rota import Override, Shift
from tests.rules.calendars import AWKWARD_ZONES, clock_changes, local, utc

MINUTE = timedelta(minutes=1)
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


@st.composite
def drawn_rotas(draw: st.DrawFn) -> tuple[Rota, datetime]:
    """A rota, and a midnight near a clock change some weeks after its start."""
    zone = draw(st.sampled_from(AWKWARD_ZONES))
    near = draw(st.sampled_from([*clock_changes(zone), utc("2025-12-31")]))
    weekday = draw(st.sampled_from(["Monday", "Friday", "Sunday"]))
    minute = draw(st.integers(0, 180) | st.integers(0, 1439))
    rota = weekly(
        *(f"U0P{n}" for n in range(draw(st.integers(1, 4)))),
        timezone=zone,
        handover=f"{weekday} {minute // 60:02}:{minute % 60:02}",
        start=near.date() - timedelta(days=draw(st.integers(8, 40))),
        length=draw(st.sampled_from(["1 week", "2 weeks"])),
    )
    return rota, near - timedelta(days=2)


def _watched(rota: Rota, until: datetime) -> Iterator[tuple[datetime, str | None]]:
    """Turn the rota by hand: at the first minute at which the wall clock has reached the hour."""
    zone = ZoneInfo(rota.timezone)
    wall = datetime.combine(rota.start, datetime.min.time())
    while wall.weekday() != rota.handover.weekday:
        wall -= timedelta(days=1)
    wall += timedelta(minutes=rota.handover.minute)
    at = (wall - timedelta(days=2)).replace(tzinfo=zone).astimezone(utc("2026-01-01").tzinfo)
    at = at.replace(second=0, microsecond=0)
    turns = 0
    while at < until:
        if at.astimezone(zone).replace(tzinfo=None) >= wall:
            turns, wall = turns + 1, wall + rota.length
        yield at, rota.people[(turns - 1) % len(rota.people)] if turns else None
        at += MINUTE


@settings(max_examples=15, deadline=None, derandomize=True)
@given(drawn_rotas())
def test_the_same_person_is_on_as_when_watching_the_clock(case: tuple[Rota, datetime]) -> None:
    rota, start = case
    watched = dict(_watched(rota, start + timedelta(days=6)))
    asked = [start + n * 13 * MINUTE for n in range(600)]
    assert [rotas.who_is_on(rota, at) for at in asked] == [watched[at] for at in asked]
    for shift in rotas.shifts(rota, start, start + timedelta(days=5)):
        assert watched[shift.start] == shift.person == watched[shift.end - MINUTE]
    handover = rotas.next_handover(rota, start)
    assert handover > start
    assert handover > max(watched) or watched[handover] == rotas.who_is_on(rota, handover)
