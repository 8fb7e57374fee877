"""A later time promised by hand: told at once, kept through pauses, and missed like any other."""

from datetime import datetime, timedelta

from sqlalchemy import update

from store.audit import Event
from store.database import DeskSession
from store.models import Alarm, AlarmKind
from store.rules import promise
from tests.clock.asking import alarms, claims, does, events, heard, moves, root, target
from tests.desk import DeskInTest, modal_of
from tests.rules.calendars import office, utc

HOUR = timedelta(hours=1)


def claimed(desk: DeskInTest) -> int:
    """A ticket of Karen's, due on Wednesday at ten, with John."""
    number = desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    claims(desk, desk.john, number)
    return number


def promises(desk: DeskInTest, number: int, until: datetime) -> None:
    """John promises a later time."""
    does(
        desk, desk.john, number, "Promise a later time",
        **{"Promise it by": str(int(until.timestamp())), "Reason": "The part comes by ship"},
    )  # fmt: skip


def test_a_later_promise_is_told_once_without_its_reason(desk: DeskInTest) -> None:
    number = claimed(desk)
    said = len(heard(desk.karen, number))
    until = utc("2026-11-20 15:00")
    promises(desk, number, until)
    assert target(desk, number).due_at == until
    (news,) = heard(desk.karen, number)[said:]
    assert "needs more time" in news
    assert "Solution by Friday, November 20th 4:00 PM" in news
    assert "ship" not in news
    ((_, _, now, why),) = moves(desk, number)
    assert (now, why) == (until, "promised")
    (event,) = events(desk, number, Event.PROMISED_LATER)
    assert event.remark == "The part comes by ship"
    does(desk, desk.jane, number, "Why this deadline?")
    told = modal_of(desk.jane).text
    assert "By hand a later time was promised: Friday, November 20th 4:00 PM" in told


def test_a_promise_must_be_later_and_have_a_reason(desk: DeskInTest) -> None:
    number = claimed(desk)
    desk.card(desk.john, number).choose("More…", "Promise a later time")
    form = modal_of(desk.john)
    form.fill("Promise it by", str(int(utc("2026-11-16 12:00").timestamp())))
    form.fill("Reason", "Because")
    outcome = form.submit()
    assert "no later than what is promised already" in outcome.errors["Promise it by"]
    form.fill("Promise it by", str(int(utc("2026-11-16 08:00").timestamp())))
    assert "has passed" in form.submit().errors["Promise it by"]
    assert events(desk, number, Event.PROMISED_LATER) == []


def test_a_pause_moves_the_promise_by_the_working_time_in_it(desk: DeskInTest) -> None:
    number = claimed(desk)
    promises(desk, number, utc("2026-11-20 15:00"))
    does(desk, desk.john, number, "Waiting on requester", Question="Is Monday all right?")
    desk.pass_time(hours=2)
    desk.karen.says("Yes, it is.", thread=root(desk.karen, number))
    desk.settle()
    due = target(desk, number).due_at
    assert due is not None
    assert timedelta(0) <= due - utc("2026-11-23 08:00") <= timedelta(minutes=1)


def test_a_promise_that_is_missed_as_well_is_told_again(desk: DeskInTest) -> None:
    number = claimed(desk)
    desk.pass_time(days=2, hours=1)
    assert len(events(desk, number, Event.TARGET_MISSED)) == 2
    promises(desk, number, utc("2026-11-19 12:00"))
    desk.pass_time(days=1, hours=3)
    assert len(events(desk, number, Event.TARGET_MISSED)) == 3
    assert target(desk, number).missed_at == utc("2026-11-19 12:00")


def test_a_promise_with_no_working_time_before_it_is_not_reminded_of_at_once(
    desk: DeskInTest,
) -> None:
    number = claimed(desk)
    desk.pass_time(days=5)
    promises(desk, number, utc("2026-11-22 12:00"))
    told = len(events(desk, number, Event.REMINDED))
    desk.pass_time(minutes=5)
    assert len(events(desk, number, Event.REMINDED)) == told
    desk.pass_time(days=1, hours=3)
    assert target(desk, number).missed_at == utc("2026-11-22 12:00")


def test_another_severity_takes_the_promise_back(desk: DeskInTest) -> None:
    number = claimed(desk)
    promises(desk, number, utc("2026-11-20 15:00"))
    does(desk, desk.john, number, "Change severity", Severity="Sev-B", Reason="She cannot work")
    due = target(desk, number).due_at
    assert due is not None
    assert due < utc("2026-11-16 14:00")


def test_the_requester_hears_before_the_solution_is_late(desk: DeskInTest) -> None:
    number = claimed(desk)
    desk.pass_time(hours=23)
    assert not [text for text in heard(desk.karen, number) if "gets short" in text]
    desk.pass_time(hours=8)
    (news,) = [text for text in heard(desk.karen, number) if "gets short" in text]
    assert "Solution by" in news
    assert len(events(desk, number, Event.TOLD_AT_RISK)) == 1
    reminder = alarms(desk.john)[-1]
    assert reminder.buttons == ["Promise a later time", "Open ticket"]
    reminder.click("Promise a later time")
    assert "Promised until now: a solution by" in modal_of(desk.john).text


def test_a_promise_in_the_instant_of_the_warning_is_told_beside_it(desk: DeskInTest) -> None:
    number = claimed(desk)
    desk.pass_time(hours=25)
    with desk.store.transaction() as session:
        _advance_warning(session, number, desk.clock.now())
    desk.desk.tick()
    promises(desk, number, utc("2026-11-20 15:00"))
    news = heard(desk.karen, number)[-2:]
    assert "gets short" in news[0]
    assert "needs more time" in news[1]


def _advance_warning(session: DeskSession, number: int, at: datetime) -> None:
    which = (Alarm.ticket_id == number, Alarm.kind == AlarmKind.AT_RISK)
    session.execute(update(Alarm).where(*which).values(due_at=at))


def test_a_promise_moves_with_what_is_paused_after_it_alone() -> None:
    promised, made = utc("2026-01-06 12:00"), utc("2026-01-05 12:00")
    before = (utc("2026-01-05 08:00"), utc("2026-01-05 11:00"))
    inside = (utc("2026-01-06 09:00"), utc("2026-01-06 10:30"))
    across = (utc("2026-01-06 11:00"), utc("2026-01-06 15:00"))
    after = (utc("2026-01-07 09:00"), utc("2026-01-07 10:00"))
    assert promise.due(office(), promised, made, [before]) == promised
    assert promise.due(office(), promised, made, [inside]) == utc("2026-01-06 13:30")
    assert promise.due(office(), promised, made, [across]) == utc("2026-01-06 16:00")
    assert promise.due(office(), promised, made, [after]) == promised
    assert promise.due(office(), promised, made, [(after[0], None)]) == promised
    assert promise.due(office(), promised, made, [(inside[0], None)]) is None
