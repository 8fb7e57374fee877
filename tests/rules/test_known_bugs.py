"""Bugs that help desks have had in public, each as it was met there: none of them here.

Those that concern what the desk does with a clock, rather than the clock, are tested with it.
"""

from datetime import timedelta

from store.rules import hours, sla
from store.rules.policy import Policy, calendar_for
from tests.rules.calendars import WORKDAYS, calendar, closed_because, local, office, utc
from tests.rules.policies import policy

HOUR = timedelta(hours=1)


def test_osticket_a_waiting_on_the_requester_stops_the_clock() -> None:
    start = utc("2026-01-05 08:00")
    pause = (start + HOUR, start + 3 * HOUR)
    assert sla.due(office(), start, 4 * HOUR, [pause]) == utc("2026-01-05 14:00")


def test_osticket_b_first_response_and_resolution_are_separate_targets() -> None:
    severity = policy().severity("sev_c")
    assert (severity.first_response, severity.resolution) == (4 * HOUR, 18 * HOUR)


def test_osticket_c_there_is_a_warning_before_the_breach() -> None:
    start = utc("2026-01-05 08:00")
    times = [sla.due(office(), start, 10 * HOUR * fraction) for fraction in policy().sla.reminders]
    assert times == [utc("2026-01-05 13:00"), utc("2026-01-05 16:00")]


def test_osticket_d_whether_it_was_met_can_still_be_worked_out_after_closing() -> None:
    start, closed = utc("2026-01-05 08:00"), utc("2026-01-20 12:00")
    assert sla.used(office(), start, [], closed) > 18 * HOUR
    assert sla.due(office(), start, 18 * HOUR, []) == utc("2026-01-06 17:00")


def test_osticket_e_reopening_keeps_what_was_used_and_is_not_overdue_at_once() -> None:
    start, resolved, reopened = (utc(f"2026-01-05 {hour}:00") for hour in ("08", "10", "16"))
    resolved_meanwhile = [(resolved, reopened)]
    assert sla.used(office(), start, resolved_meanwhile, reopened) == 2 * HOUR
    assert sla.due(office(), start, 4 * HOUR, resolved_meanwhile) == utc("2026-01-06 09:00")


def test_osticket_f_a_sev_a_on_saturday_is_due_on_saturday_whatever_the_team_keeps() -> None:
    desk = policy()
    around_the_clock = calendar_for(desk, "sev_a", "it")
    saturday = utc("2026-01-10 10:00")
    assert sla.due(around_the_clock, saturday, HOUR) == utc("2026-01-10 11:00")
    assert calendar_for(desk, "sev_c", "it").key == "office"


def test_osticket_g_a_gap_longer_than_three_days_is_walked_through() -> None:
    tuesdays = calendar({"tuesday": ["08:00-17:00"]})
    assert hours.add(tuesdays, utc("2026-01-07 10:00"), 4 * HOUR) == utc("2026-01-13 12:00")


def test_osticket_h_a_lunch_break_is_left_out_once() -> None:
    lunch = office("UTC", "09:00-13:00", "14:00-18:00")
    assert hours.add(lunch, utc("2026-01-05 09:00"), 2 * HOUR) == utc("2026-01-05 11:00")
    assert hours.add(lunch, utc("2026-01-05 16:00"), 2 * HOUR) == utc("2026-01-05 18:00")
    assert hours.add(lunch, utc("2026-01-05 12:00"), 2 * HOUR) == utc("2026-01-05 15:00")


def test_osticket_i_eighteen_hours_on_nine_hour_days_end_on_the_second_day() -> None:
    assert hours.add(office(), utc("2026-01-05 08:00"), 18 * HOUR) == utc("2026-01-06 17:00")


def test_osticket_j_around_the_clock_loses_no_second_in_a_year_with_clock_changes() -> None:
    every_day = {day: ["00:00-24:00"] for day in (*WORKDAYS, "saturday", "sunday")}
    start = local("Europe/Berlin", "2026-01-01 00:00")
    year = timedelta(days=365)
    assert hours.add(calendar(every_day, "Europe/Berlin"), start, year) == start + year


def test_osticket_k_another_team_counts_on_its_own_calendar() -> None:
    desk = policy(teams={"night": {"name": "Night", "channel": "C0NIGHT", "calendar": "nights"}})
    assert calendar_for(desk, "sev_c", "night").key == "nights"
    assert calendar_for(desk, "sev_a", "night").key == "around_the_clock"


def test_osticket_l_a_late_rise_of_severity_may_begin_a_fresh_clock() -> None:
    assert policy().sla.on_raise == "restart"
    raised = utc("2026-01-06 10:00")
    assert sla.due(calendar_for(policy(), "sev_a", "it"), raised, HOUR) == utc("2026-01-06 11:00")


def test_osticket_m_urgency_and_targets_are_one_knob() -> None:
    assert policy().severity_at_intake("general", "sev_a").resolution == HOUR


def test_osticket_o_an_edited_calendar_gives_a_new_deadline_at_once() -> None:
    start = utc("2026-01-05 16:00")
    before, after = office(), office("UTC", "08:00-16:30")
    assert hours.add(before, start, HOUR) == utc("2026-01-05 17:00")
    assert hours.add(after, start, HOUR) == utc("2026-01-06 08:30")


def test_40_every_target_is_worked_out_alone() -> None:
    start, team = utc("2026-01-05 08:00"), office()
    first, resolution = sla.due(team, start, 4 * HOUR), sla.due(team, start, 18 * HOUR)
    assert (first, resolution) == (utc("2026-01-05 12:00"), utc("2026-01-06 17:00"))


def test_41_an_obscure_day_is_no_holiday_and_a_real_one_says_its_name() -> None:
    us = office("America/New_York", country="US")
    groundhog_day = local("America/New_York", "2026-02-02 10:00")
    assert hours.is_open(us, groundhog_day)
    labor_day = local("America/New_York", "2026-09-07 10:00")
    assert closed_because(us, labor_day) == "Labor Day"


def test_42_six_months_on_hold_are_no_work_at_all() -> None:
    start = utc("2026-01-05 09:00")
    hold = (start + HOUR, start + timedelta(days=182))
    assert sla.used(office(), start, [hold], hold[1]) == HOUR


def test_42_off_hours_on_hold_do_not_move_the_deadline() -> None:
    start = utc("2026-01-05 16:00")
    night = (utc("2026-01-05 17:00"), utc("2026-01-06 08:00"))
    assert sla.due(office(), start, 2 * HOUR, [night]) == sla.due(office(), start, 2 * HOUR)


def test_43_a_ticket_is_never_overdue_at_birth_in_any_zone() -> None:
    start = local("Asia/Kolkata", "2026-01-05 09:00")
    for zone in ("Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati"):
        due = sla.due(office(zone), start, HOUR)
        assert due is not None
        assert due >= start + HOUR


def test_44_nothing_is_due_while_the_ticket_waits() -> None:
    start = utc("2026-01-05 09:00")
    waits = [(start + HOUR, None)]
    assert sla.due(office(), start, 4 * HOUR, waits) is None
    later = start + timedelta(days=30)
    assert sla.used(office(), start, waits, later) == HOUR
    assert sla.due(office(), start, 4 * HOUR * 0.2, waits) == start + timedelta(minutes=48)
    assert sla.due(office(), start, 4 * HOUR * 0.8, waits) is None


def test_44_another_severity_remembers_the_pauses() -> None:
    start = utc("2026-01-05 08:00")
    pauses = [(start + HOUR, start + 3 * HOUR)]
    for target in (2 * HOUR, 4 * HOUR):
        assert sla.due(office(), start, target, pauses) == start + target + 2 * HOUR


def test_44_reminders_know_business_hours() -> None:
    friday = utc("2026-01-09 15:00")
    assert sla.due(office(), friday, 4 * HOUR * 0.5) == utc("2026-01-09 17:00")
    assert sla.due(office(), friday, 4 * HOUR * 0.75) == utc("2026-01-12 09:00")


def test_45_hours_can_differ_by_team() -> None:
    desk: Policy = policy(
        teams={"night": {"name": "Night", "channel": "C0NIGHT", "calendar": "nights"}}
    )
    keys = {team: calendar_for(desk, "sev_c", team).key for team in desk.teams}
    assert keys == {"it": "office", "banking": "office", "night": "nights"}


def test_46_resolution_leaves_on_hold_out_and_the_hours_add_up() -> None:
    start = utc("2026-01-09 14:00")
    hold = (utc("2026-01-09 15:00"), utc("2026-01-12 10:00"), "on hold")
    due = sla.due(office(), start, 5 * HOUR, [hold[:2]])
    assert due == utc("2026-01-12 14:00")
    told = sla.explain(office(), start, [hold], due)
    assert [(s.reason, s.counted, s.end - s.start) for s in told] == [
        ("working hours", True, HOUR),
        ("on hold", False, 67 * HOUR),
        ("working hours", True, 4 * HOUR),
    ]


def test_48_the_clock_needs_no_switching_on() -> None:
    assert all(severity.resolution for severity in policy().severities.values())
    assert policy().sla.reminders == (0.5, 0.8)
