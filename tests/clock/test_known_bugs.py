"""Bugs that help desks have had in public, as far as a ticket is needed to see them.

Those of the clock alone are in `tests/rules/test_known_bugs.py`, under the same names.
"""

from datetime import timedelta

from sqlalchemy import URL

from store import merging
from store.audit import Event
from store.rules.policy_file import load_policy
from tests.clock.asking import about, alarms, claims, does, events, heard, moves, root, target
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.rules.calendars import utc

HOUR = timedelta(hours=1)


def opened(desk: DeskInTest) -> int:
    """An ordinary ticket of Karen's with John, at ten on a Monday."""
    number = desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    claims(desk, desk.john, number)
    return number


def resolves(desk: DeskInTest, number: int) -> None:
    """John says what was wrong and what he did."""
    fields = {"What was wrong?": "Foil", "What was done?": "Took it out"}
    does(desk, desk.john, number, "Resolve", **fields)


def comes_back(desk: DeskInTest, number: int) -> None:
    """Karen says that it is not over."""
    root(desk.karen, number).thread[-1].click("Not yet")
    modal = modal_of(desk.karen)
    modal.fill("What still goes wrong?", "It eats paper again")
    assert not modal.submit().errors
    desk.settle()


def test_osticket_b_every_answer_has_a_target_and_not_only_the_first(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Reply", Reply="Which floor?")
    desk.karen.says("The third", thread=root(desk.karen, number))
    desk.settle()
    assert target(desk, number, "next_response").due_at is not None


def test_osticket_c_a_warning_comes_before_the_breach_and_a_ladder_after_it(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    desk.pass_time(hours=2)
    assert "is due" in alarms(desk.john)[-1].text
    desk.pass_time(hours=2)
    assert "overdue" in alarms(desk.john)[-1].text
    desk.pass_time(hours=2)
    steps = [about(event, "step") for event in events(desk, number, Event.BREACH_CLIMBED)]
    assert steps == ["lead", "next lead"]


def test_osticket_d_the_outcome_outlives_the_end_of_the_ticket(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.pass_time(days=3)
    due = target(desk, number).due_at
    resolves(desk, number)
    desk.pass_time(days=6)
    owed = target(desk, number)
    assert owed.missed_at == due == owed.due_at
    assert owed.met_at is not None
    assert about(events(desk, number, Event.TARGET_MISSED)[-1], "target") == "resolution"


def test_osticket_e_a_reopened_ticket_is_not_overdue_at_once_nor_fresh(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.pass_time(hours=2)
    resolves(desk, number)
    desk.pass_time(days=2)
    comes_back(desk, number)
    owed = target(desk, number)
    assert owed.due_at is not None
    assert owed.due_at > desk.clock.now() + 15 * HOUR
    assert owed.due_at < desk.clock.now() + 48 * HOUR
    assert not [m for m in alarms(desk.john) if "resolution" in m.text and "overdue" in m.text]


def test_osticket_e_only_the_policy_makes_a_reopened_ticket_fresh(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.restart(load_policy(DEMO_POLICY + '[sla]\non_reopen = "restart"\n'))
    resolves(desk, number)
    desk.pass_time(hours=2)
    comes_back(desk, number)
    owed = target(desk, number)
    assert owed.started_at > utc("2026-11-16 11:00")
    assert owed.due_at == owed.started_at + timedelta(days=2)  # 18 hours of nine a day


def test_osticket_f_an_outage_on_saturday_is_due_on_saturday(database: URL) -> None:
    with running_desk(database, at=utc("2026-11-21 09:00")) as desk:
        number = desk.opens(
            desk.karen, "Banking is down", Topic="Business critical outage",
            **{"What_does_not_work,_and_for_whom?": "All of it"},
        )  # fmt: skip
        due = target(desk, number).due_at
        assert due is not None
        assert due - target(desk, number).started_at == HOUR


def test_osticket_k_another_team_takes_the_deadline_along(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Escalate", Team="Online Banking", Reason="Theirs")
    owed = target(desk, number)
    assert owed.calendar == "office"
    assert moves(desk, number) == []  # the same calendar: nothing moved, and nobody was bothered


def test_osticket_l_a_late_rise_of_severity_is_not_overdue_at_birth(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.pass_time(hours=6)
    missed = target(desk, number, "first_response").missed_at
    assert missed is not None
    does(desk, desk.john, number, "Change severity", Severity="Sev-A", Reason="Everybody now")
    due = target(desk, number).due_at
    assert due is not None
    assert due > desk.clock.now()
    assert target(desk, number).missed_at is None
    does(desk, desk.john, number, "Reply", Reply="We look at it.")
    assert target(desk, number, "first_response").missed_at == missed  # a rise hides no miss
    desk.karen.types(f"/ticket why {number}")
    assert "in time for the last promise" in modal_of(desk.karen).text


def test_osticket_n_whatever_is_owed_says_by_itself_that_it_is_overdue(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.clock.skip(timedelta(days=1))
    desk.desk.tick()
    does(desk, desk.john, number, "Reply", Reply="Which floor?")
    desk.karen.says("The third", thread=root(desk.karen, number))
    desk.settle()
    desk.clock.skip(timedelta(days=3))
    desk.desk.tick()
    missed = {about(event, "target") for event in events(desk, number, Event.TARGET_MISSED)}
    assert missed == {"first_response", "next_response", "resolution"}


def test_40_the_clock_does_not_escalate_once_the_agent_answered(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Reply", Reply="We look at it.")
    desk.pass_time(hours=6)
    assert events(desk, number, Event.TARGET_MISSED) == []
    assert events(desk, number, Event.BREACH_CLIMBED) == []


def test_40_a_question_that_also_waits_counts_as_the_first_answer(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Waiting on requester", Question="Which floor?")
    assert target(desk, number, "first_response").met_at is not None


def test_40_the_next_answer_never_replaces_the_first(desk: DeskInTest) -> None:
    number = opened(desk)
    before = target(desk, number, "first_response").due_at
    desk.karen.says("Hello?", thread=root(desk.karen, number))
    desk.settle()
    assert target(desk, number, "first_response").due_at == before


def test_40_resolved_and_reopened_and_resolved_is_one_resolution(desk: DeskInTest) -> None:
    number = opened(desk)
    resolves(desk, number)
    desk.pass_time(hours=1)
    comes_back(desk, number)
    resolves(desk, number)
    owed = target(desk, number)
    assert owed.cycle == 1
    assert owed.met_at is not None
    assert owed.missed_at is None


def test_40_merged_tickets_and_promises_switched_off_are_never_late_and_teams_have_own_hours(
    desk: DeskInTest,
) -> None:
    kept, duplicate = opened(desk), opened(desk)
    with desk.store.transaction() as session:
        merging.merge(session, duplicate, kept, by=desk.john.user.id, at=desk.clock.now())
    does(desk, desk.john, kept, "Reply", Reply="Which floor?")
    desk.karen.says("The third", thread=root(desk.karen, kept))
    desk.settle()
    own_hours = '[teams.banking]\ncalendar = "around_the_clock"\n'
    toml = DEMO_POLICY.replace("[teams.banking]\n", own_hours)
    desk.restart(load_policy(toml.replace('next_response = "4 h"\n', "")))
    desk.desk.follow_policy()
    desk.clock.skip(timedelta(hours=6))
    desk.desk.tick()
    missed = [events(desk, number, Event.TARGET_MISSED) for number in (kept, duplicate)]
    assert missed == [[], []]
    desk.sandbox.wait_until_connected()
    does(desk, desk.john, kept, "Escalate", Team="Online Banking", Reason="Theirs")
    assert target(desk, kept).calendar == "around_the_clock"
    assert [why for kind, _, _, why in moves(desk, kept) if kind == "resolution"] == ["team"]


def test_42_time_on_hold_off_hours_is_not_counted_and_time_moves_it_by_itself(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    desk.pass_time(hours=1)
    does(
        desk,
        desk.john,
        number,
        "On hold",
        **{"What does it wait for?": "A part", "Whose answer?": "Acme"},
    )
    before = desk.clock.now()
    desk.pass_time(days=7)
    assert events(desk, number, Event.TARGET_MISSED) == []
    does(desk, desk.john, number, "Resume")
    ((was, now),) = [
        (was, now) for kind, was, now, _ in moves(desk, number) if kind == "resolution"
    ]
    assert timedelta(days=7) <= now - was <= timedelta(days=7, minutes=5)
    assert before < now


def test_43_a_ticket_is_never_late_at_birth_wherever_people_are(desk: DeskInTest) -> None:
    for person in (desk.karen, desk.ken):
        number = desk.opens(person, "The printer eats paper", Details="Since this morning.")
        assert "overdue" not in desk.card(desk.john, number).text


def test_44_no_breach_while_waiting_and_priority_keeps_the_pauses(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Waiting on requester", Question="Which floor?")
    desk.pass_time(hours=3)
    desk.karen.says("The third", thread=root(desk.karen, number))
    desk.settle()
    before = target(desk, number)
    does(desk, desk.john, number, "Change severity", Severity="Sev-B", Reason="Cannot work")
    does(desk, desk.john, number, "Change severity", Severity="Sev-C", Reason="After all")
    assert events(desk, number, Event.TARGET_MISSED) == []
    assert target(desk, number).length == before.length


def test_44_levels_after_the_first_fire_even_when_the_desk_was_off(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.clock.skip(timedelta(days=2))
    desk.desk.tick()
    steps = {about(event, "step") for event in events(desk, number, Event.BREACH_CLIMBED)}
    assert steps == {"lead", "next lead", "admins"}


def test_46_being_assigned_does_not_silence_the_first_response(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.pass_time(hours=2)
    assert any(f"first answer of ticket #{number}" in m.text for m in alarms(desk.john))


def test_47_no_notice_of_the_desk_counts_as_an_answer(desk: DeskInTest) -> None:
    number = opened(desk)
    assert "works on your ticket" in heard(desk.karen, number)[-1]
    does(desk, desk.john, number, "Add note", Note="A note")
    does(
        desk,
        desk.john,
        number,
        "On hold",
        **{"What does it wait for?": "A part", "Whose answer?": "Acme"},
    )
    assert target(desk, number, "first_response").met_at is None
