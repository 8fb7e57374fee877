"""After a missed deadline: who hears, step by step, each once, in working hours; and quietly."""

from datetime import timedelta

import pytest
from sqlalchemy import URL, text

from sandbox.people import Person
from store import ringing
from store.audit import Event
from store.rules.policy_file import PolicyErrors, load_policy
from tests.clock.asking import about, alarms, claims, does, events, heard, target
from tests.desk import DEMO_POLICY, DeskInTest, running_desk
from tests.rules.calendars import utc

HOUR = timedelta(hours=1)
OMAR_LEADS_BANKING = DEMO_POLICY.replace(
    'channel = "C0BANKING04"\nlead = "U0LENA00006"', 'channel = "C0BANKING04"\nlead = "U0OMAR00008"'
)


def climbs(desk: DeskInTest, number: int) -> list[tuple[str, str]]:
    """Every step that was taken, and for which target."""
    found = events(desk, number, Event.BREACH_CLIMBED)
    return [(about(event, "target"), about(event, "step")) for event in found]


def overdue(person: Person) -> list[str]:
    """What the person was told about missed deadlines."""
    return [message.text for message in alarms(person) if "overdue" in message.text]


def test_a_breach_climbs_to_lead_next_lead_and_admins_each_once(database: URL) -> None:
    with running_desk(database, policy=load_policy(OMAR_LEADS_BANKING)) as desk:
        number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
        claims(desk, desk.john, number)
        does(desk, desk.john, number, "Change severity", Severity="Sev-B", Reason="Cannot work")
        does(desk, desk.john, number, "Reply", Reply="We look at it.")
        desk.pass_time(hours=4)
        assert len(overdue(desk.john)) == 1
        assert len(overdue(desk.lena)) == 1
        assert (overdue(desk.omar), overdue(desk.ada)) == ([], [])
        desk.pass_time(hours=2)
        assert len(overdue(desk.omar)) == 1
        assert "It has climbed to you" in overdue(desk.omar)[0]
        assert overdue(desk.ada) == []
        desk.pass_time(hours=15)  # 16:00 to 07:00: one working hour, then night
        assert overdue(desk.ada) == []
        desk.pass_time(hours=2)
        assert len(overdue(desk.ada)) == 1
        desk.pass_time(days=3)
        assert [len(overdue(one)) for one in (desk.john, desk.lena, desk.omar, desk.ada)] == [1] * 4
        assert climbs(desk, number) == [
            ("resolution", "lead"), ("resolution", "next lead"), ("resolution", "admins"),
        ]  # fmt: skip


def test_an_unclaimed_ticket_reminds_the_queue_and_breaches_in_its_teams_thread(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
    desk.pass_time(hours=2, minutes=1)
    (told,) = [
        m for m in desk.john.sees("#help-desk") if "is due" in m.text and m.message.broadcast
    ]
    assert told in desk.card(desk.john, number).thread
    assert not [m for m in desk.john.sees("#team-it") if m.message.broadcast]
    desk.pass_time(hours=2)
    (told,) = [m for m in desk.john.sees("#team-it") if m.message.broadcast]
    assert f"The first answer of ticket #{number}" in told.text
    assert "overdue" in told.text


def test_an_answered_ticket_climbs_no_further_and_a_pause_holds_the_ladder(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
    claims(desk, desk.john, number)
    desk.pass_time(hours=4)
    assert climbs(desk, number) == [("first_response", "lead")]
    does(
        desk,
        desk.john,
        number,
        "On hold",
        **{"What does it wait for?": "The vendor", "Whose answer?": "Acme"},
    )
    desk.pass_time(days=2)
    assert climbs(desk, number) == [("first_response", "lead")]
    does(desk, desk.john, number, "Resume")
    desk.pass_time(hours=2, minutes=5)
    assert climbs(desk, number) == [("first_response", "lead"), ("first_response", "next lead")]
    does(desk, desk.john, number, "Reply", Reply="Sorry that it took so long.")
    desk.pass_time(hours=8)
    assert len([step for step in climbs(desk, number) if step[0] == "first_response"]) == 2


def test_a_severity_around_the_clock_climbs_at_night(database: URL) -> None:
    with running_desk(database, at=utc("2026-11-21 01:00")) as desk:
        number = desk.opens(
            desk.karen, "Banking is down", Topic="Business critical outage",
            **{"What_does_not_work,_and_for_whom?": "All of it"},
        )  # fmt: skip
        desk.omar.find("", f"#{number}").click("Acknowledge")
        desk.settle()
        desk.pass_time(hours=2, minutes=5)
        steps = [step for kind, step in climbs(desk, number) if kind == "resolution"]
        assert steps == ["lead", "next lead", "admins"]


def test_where_nobody_leads_the_admins_stand_in(database: URL) -> None:
    toml = DEMO_POLICY.replace('lead = "U0LENA00006"\nagents = ["U0JERRY0007"]',
                               'agents = ["U0JERRY0007"]')  # fmt: skip
    with running_desk(database, policy=load_policy(toml)) as desk:
        number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
        claims(desk, desk.john, number)
        desk.pass_time(hours=6)
        assert len(overdue(desk.ada)) == 1
        people = [
            event.changes["people"][1] for event in events(desk, number, Event.BREACH_CLIMBED)
        ]
        assert people == [["U0LENA00006"], ["U0ADA000009"]]


def test_a_private_ticket_climbs_to_nobody_outside_its_team(database: URL) -> None:
    toml = DEMO_POLICY.replace('name = "Access"\n', 'name = "Access"\nprivate = true\n')
    toml = toml.replace('channel = "C0BANKING04"\nlead = "U0LENA00006"',
                        'channel = "C0BANKING04"\nlead = "U0OMAR00008"')  # fmt: skip
    with running_desk(database, policy=load_policy(toml)) as desk:
        number = desk.opens(desk.karen, "Salary folder", Topic="Access")
        desk.pass_time(days=1)
        assert len(climbs(desk, number)) == 3
        assert (overdue(desk.omar), overdue(desk.ada)) == ([], [])
        assert overdue(desk.lena)


def test_the_ladder_is_what_the_policy_says(database: URL) -> None:
    toml = f'{DEMO_POLICY}\n[sla]\nladder = [{{ after = 0.25, tell = "admins" }}]\nat_risk = 0\n'
    with running_desk(database, policy=load_policy(toml)) as desk:
        number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
        claims(desk, desk.john, number)
        desk.pass_time(hours=4, minutes=30)
        assert climbs(desk, number) == []
        desk.pass_time(hours=1)
        assert climbs(desk, number) == [("first_response", "admins")]
        desk.pass_time(days=3)
        assert overdue(desk.lena) == []
        assert events(desk, number, Event.TOLD_AT_RISK) == []


@pytest.mark.parametrize(
    ("ladder", "said"),
    [
        ('{ after = -1, tell = "lead" }', "sla.ladder[1].after = -1"),
        ('{ after = 1, tell = "boss" }', 'sla.ladder[1].tell = "boss"'),
        ('{ tell = "lead" }', "sla.ladder[1].after is missing"),
        ('{ after = 1, tell = "lead" }, { after = 1, tell = "lead" }', "sla.ladder[2]"),
    ],
)
def test_a_ladder_that_cannot_be_meant_is_refused(ladder: str, said: str) -> None:
    with pytest.raises(PolicyErrors) as refused:
        load_policy(f"{DEMO_POLICY}\n[sla]\nladder = [{ladder}]\n")
    assert said in str(refused.value)


def test_one_person_hears_of_many_tickets_in_one_message(desk: DeskInTest) -> None:
    numbers = [desk.opens(desk.karen, f"Printer {n}", Details="Paper.") for n in range(4)]
    for number in numbers:
        claims(desk, desk.john, number)
    desk.clock.skip(2 * HOUR + timedelta(minutes=5))
    desk.desk.tick()
    desk.settle()
    (told,) = alarms(desk.john)
    assert "4 deadlines need you" in told.text
    assert all(f"#{number}" in told.text for number in numbers)
    assert told.buttons == ["Open ticket"] * 4


def test_a_breach_takes_the_place_of_a_reminder_that_was_not_sent_yet(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
    claims(desk, desk.john, number)
    desk.clock.skip(2 * HOUR)
    desk.desk.tick()
    desk.clock.skip(2 * HOUR)
    desk.desk.tick()
    desk.settle()
    (told,) = alarms(desk.john)
    assert "overdue" in told.text


def test_a_reminder_that_nobody_needs_any_more_is_not_sent(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
    claims(desk, desk.john, number)
    desk.clock.skip(2 * HOUR)
    desk.desk.tick()
    desk.card(desk.john, number).click("Reply")
    modal = desk.john.modal
    assert modal is not None
    modal.fill("Reply", "Which system?")
    modal.submit()
    desk.clock.skip(desk.store.policy.talking.undo)
    desk.desk.tick()
    desk.settle()
    assert alarms(desk.john) == []


def test_after_a_long_stop_everything_is_said_once_and_the_oldest_is_not_repeated(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "I cannot log in", Details="Since this morning.")
    claims(desk, desk.john, number)
    desk.clock.skip(timedelta(days=3))
    desk.desk.tick()
    desk.settle()
    (told,) = alarms(desk.john)
    assert "2 deadlines need you" in told.text
    assert events(desk, number, Event.REMINDED) == []
    assert len([text for text in heard(desk.karen, number) if "We are late" in text]) == 1
    assert ringing.ring_due(desk.store, at=desk.clock.now()) == 0
    assert target(desk, number).missed_at is not None


def test_an_alarm_that_fails_holds_up_no_other(desk: DeskInTest) -> None:
    one = desk.opens(desk.karen, "Printer", Details="Paper.")
    two = desk.opens(desk.karen, "Scanner", Details="Sleeps.")
    with desk.store.transaction() as session:
        session.execute(text("UPDATE ticket SET team = 'gone' WHERE id = :one"), {"one": one})
    desk.clock.skip(5 * HOUR)
    desk.desk.tick()
    assert events(desk, one, Event.TARGET_MISSED) == []
    assert len(events(desk, two, Event.TARGET_MISSED)) == 1
