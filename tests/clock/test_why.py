"""Why a deadline is what it is: drawn, told interval by interval, and adding up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.views.timeline import CELLS, LEGEND, timeline
from handlers.views.why import why
from store import explaining
from store.explaining import WAITS, Explanation
from store.models import Ticket
from store.rules import sla
from store.rules.policy import Calendar
from tests.clock.asking import claims, does, heard, root
from tests.desk import DeskInTest, modal_of
from tests.rules.calendars import calendar, office, utc
from tests.views.sample import POLICY, opened, targets, texts, ticket

HOUR = timedelta(hours=1)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = 36
"""Characters of fixed width that fit beside each other on a small phone."""


def test_a_picture_has_a_row_a_day_and_one_for_the_days_between() -> None:
    start = utc("2026-11-20 10:00")
    pauses = [(utc("2026-11-20 12:00"), utc("2026-11-20 14:00"), WAITS["waiting"])]
    told = sla.explain(office(), start, pauses, utc("2026-11-23 12:00"))
    assert timeline(told, office().zone, WAITS.values()).splitlines() == [
        "       08              17",
        "Fri 20 ····████▒▒▒▒██████ 5:00",
        "Sat 21-Sun 22 weekend",
        "Mon 23 ████████·········· 4:00",
        LEGEND,
    ]


def test_an_hour_around_the_clock_is_drawn_finer() -> None:
    always = calendar({}, always=True)
    told = sla.explain(always, utc("2026-11-21 10:15"), [], utc("2026-11-21 11:15"))
    rows = timeline(told, always.zone, WAITS.values()).splitlines()
    assert rows[1] == "Sat 21 ·███████···· 1:00"


def told(started: str, calendar: Calendar, *pauses: tuple[datetime, datetime, str]) -> str:
    """What the window says of four hours."""
    owed = targets()[-1]
    owed.started_at = utc(started)
    owed.due_at = sla.due(calendar, owed.started_at, owed.length, [each[:2] for each in pauses])
    assert owed.due_at is not None
    stretches = sla.explain(calendar, owed.started_at, pauses, owed.due_at)
    explained = Explanation(owed, calendar, stretches, owed.due_at)
    return texts(opened(why(ticket(), [explained], POLICY))).replace("\n", "")


def test_around_the_clock_is_told_on_the_desks_clock_and_mentions_its_change() -> None:
    said = told("2026-10-24 23:30", POLICY.calendars["around_the_clock"])
    assert "of 24/7 (Europe/Berlin)" in said
    change = "(around the clock) (clocks go back 60 min)"
    assert f"Sun 25 Oct 01:30-04:30: 4 h counted {change}" in said
    assert "       01            05Sun 25 ··████████████·· 4:00" in said


def test_an_instant_of_work_is_no_interval() -> None:
    start = utc("2026-11-16 09:00")
    pause = (start + HOUR, start + 2 * HOUR, WAITS["on_hold"])
    again = (start + 2 * HOUR + timedelta(seconds=9), start + 3 * HOUR, WAITS["merged"])
    said = told("2026-11-16 09:00", POLICY.calendars["office"], pause, again)
    assert "0 min" not in said
    assert "Mon 16 Nov 12:00-13:00: merged into another ticket" in said
    assert "1 h + 3 h = 4 h" in said
    assert "Mon 16 ██▒▒▒▒██████ 4:00" in said


def test_nothing_yet_is_no_picture() -> None:
    assert timeline([], office().zone, ()) == ""


@given(
    start=st.integers(0, 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes)),
    target=st.integers(1, 200),
    waited=st.integers(0, 400),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
@settings(max_examples=100, deadline=None)
def test_a_picture_fits_a_phone_whatever_it_shows(
    start: datetime, target: int, waited: int, zone: str
) -> None:
    hours = office(zone, "08:00-12:00", "13:00-17:30")
    pause = (start + HOUR, start + HOUR + waited * HOUR)
    due = sla.due(hours, start, target * HOUR, [pause])
    assert due is not None
    told = sla.explain(hours, start, [(*pause, WAITS["on_hold"])], due)
    rows = timeline(told, hours.zone, WAITS.values()).splitlines()
    assert all(len(row) <= PHONE or "…" in row for row in rows if not row.startswith(LEGEND[0]))
    assert all(row.count("█") <= CELLS for row in rows)
    counted = sum((s.end - s.start for s in told if s.counted), timedelta(0))
    assert counted == target * HOUR
    assert all(before.end == after.start for before, after in pairwise(told))


def test_the_menu_explains_a_deadline_until_it_adds_up(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    claims(desk, desk.john, number)
    does(desk, desk.john, number, "Waiting on requester", Question="Which floor?")
    desk.pass_time(hours=2)
    desk.karen.says("The third.", thread=root(desk.karen, number))
    desk.settle()
    does(desk, desk.john, number, "Why this deadline?")
    told = modal_of(desk.john).text
    assert "Resolution is due Wednesday, November 18th 12:00 PM" in told
    assert "Sev-C promises it within 18 h of Office hours (Europe/Berlin)" in told
    assert "Mon 16 Nov 10:00-12:00: waiting for the requester" in told
    assert "Mon 16 Nov 17:00 - Tue 17 Nov 08:00: night" in told
    assert (
        "5 h + 9 h + 4 h = 18 h, so by the policy it is due Wednesday, November 18th 12:00 PM"
        in told
    )
    assert "Mon 16 ····▒▒▒▒██████████ 5:00" in told
    assert "First answer: met in time" in told
    with desk.store.snapshot() as session:
        for each in explaining.explain(
            session, session.get_one(Ticket, number), at=desk.clock.now()
        ):
            assert each.used == each.target.length


@pytest.mark.parametrize("typed", ["/ticket why 1", "/ticket WHY #1"])
def test_a_requester_may_ask_by_a_command(desk: DeskInTest, typed: str) -> None:
    desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    assert desk.karen.types(typed).acked
    told = modal_of(desk.karen).text
    assert "First answer is due today 2:00 PM" in told
    assert "4 h, so by the policy it is due" in told


def test_nobody_else_may_ask(desk: DeskInTest) -> None:
    desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    desk.chris.types("/ticket why 1")
    assert desk.chris.modal is None


def test_a_summary_that_begins_with_why_is_still_a_summary(desk: DeskInTest) -> None:
    assert desk.karen.types("/ticket why is the printer so slow").acked
    assert modal_of(desk.karen).value("Summary") == "why is the printer so slow"


def test_history_leads_to_the_explanation_and_a_paused_clock_is_explained(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    claims(desk, desk.john, number)
    desk.pass_time(hours=1)
    does(
        desk,
        desk.john,
        number,
        "On hold",
        **{"What does it wait for?": "A spare part", "Whose answer?": "Acme"},
    )
    desk.pass_time(hours=1)
    does(desk, desk.john, number, "History")
    modal_of(desk.john).click("Why this deadline?")
    told = modal_of(desk.john).text
    assert "Resolution: the clock stands still" in told
    assert "17 h remain when the clock goes on" in told
    assert "since Mon 16 Nov 11:00: on hold" in told
    assert "A spare part" not in told
    does(desk, desk.john, number, "Change severity", Severity="Sev-B", Reason="Cannot work")
    assert "is Sev-B now. You hear by when, once work goes on." in heard(desk.karen, number)[-1]
