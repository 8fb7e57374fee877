"""An alarm that is due but has not rung when somebody changes its ticket is not forgotten."""

from datetime import timedelta

from store.audit import Event
from tests.clock.asking import about, alarms, claims, does, events, heard, target
from tests.desk import DeskInTest

SECOND = timedelta(seconds=1)


def answered(desk: DeskInTest) -> int:
    """A ticket of Karen's with John, who has answered her: only the solution is owed."""
    number = desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    claims(desk, desk.john, number)
    does(desk, desk.john, number, "Reply", Reply="We look at it.")
    return number


def risky_moment(desk: DeskInTest, number: int) -> None:
    """Move the clock to where nine tenths of the time are used up, without a tick."""
    owed = target(desk, number)
    assert owed.due_at is not None
    desk.clock.set(owed.due_at - owed.length * 0.1)


def reminded(desk: DeskInTest, number: int) -> list[str]:
    """What the assignee was reminded of."""
    return [about(event, "target") for event in events(desk, number, Event.REMINDED)]


def test_a_change_between_the_moment_and_the_tick_loses_neither_reminder_nor_notice(
    desk: DeskInTest,
) -> None:
    number = answered(desk)
    risky_moment(desk, number)
    does(desk, desk.john, number, "Reply", Reply="Still looking.")
    desk.desk.tick()
    desk.settle()
    assert len(events(desk, number, Event.TOLD_AT_RISK)) == 1
    assert reminded(desk, number)
    assert len([m for m in alarms(desk.john) if "is due" in m.text]) == 1
    desk.pass_time(minutes=5)
    assert len(events(desk, number, Event.TOLD_AT_RISK)) == 1


def test_a_pause_between_the_moment_and_the_tick_only_puts_them_off(desk: DeskInTest) -> None:
    number = answered(desk)
    risky_moment(desk, number)
    does(
        desk,
        desk.john,
        number,
        "On hold",
        **{"What does it wait for?": "A part", "Whose answer?": "Acme"},
    )
    desk.pass_time(minutes=30)
    assert events(desk, number, Event.TOLD_AT_RISK) == []
    assert reminded(desk, number) == []
    does(desk, desk.john, number, "Resume")
    desk.pass_time(seconds=1)
    assert len(events(desk, number, Event.TOLD_AT_RISK)) == 1
    assert reminded(desk, number)


def test_what_was_due_and_is_not_true_any_more_is_not_said(desk: DeskInTest) -> None:
    number = answered(desk)
    risky_moment(desk, number)
    does(desk, desk.john, number, "Resolve", **{"What was wrong?": "Foil", "What was done?": "Out"})
    desk.pass_time(minutes=5)
    assert events(desk, number, Event.TOLD_AT_RISK) == []
    assert reminded(desk, number) == []


def test_when_the_deadline_has_passed_as_well_only_the_breach_speaks(desk: DeskInTest) -> None:
    number = answered(desk)
    owed = target(desk, number)
    assert owed.due_at is not None
    desk.clock.set(owed.due_at + SECOND)
    does(desk, desk.john, number, "Reply", Reply="Still looking.")
    desk.desk.tick()
    desk.settle()
    assert events(desk, number, Event.TOLD_AT_RISK) == []
    assert reminded(desk, number) == []
    assert about(events(desk, number, Event.TARGET_MISSED)[-1], "target") == "resolution"
    assert "We are late" in heard(desk.karen, number)[-2]
