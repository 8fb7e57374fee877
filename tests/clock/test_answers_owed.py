"""The next answer: owed when the requester writes again, met only by a person's reply."""

from datetime import timedelta

from sqlalchemy import URL

from store.audit import Event
from store.rules.policy_file import load_policy
from tests.clock.asking import claims, does, events, heard, root, target, targets
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.rules.calendars import utc

HOUR = timedelta(hours=1)


def answered_once(desk: DeskInTest) -> int:
    """A ticket of Karen's with John, who has written to her once."""
    number = desk.opens(desk.karen, "No access to the drive", Details="Since this morning.")
    claims(desk, desk.john, number)
    does(desk, desk.john, number, "Reply", Reply="Which drive is it?")
    return number


def comes_back(desk: DeskInTest, number: int) -> None:
    """Karen says that it is not over."""
    root(desk.karen, number).thread[-1].click("Not yet")
    form = modal_of(desk.karen)
    form.fill("What still goes wrong?", "The same again")
    assert not form.submit().errors
    desk.settle()


def writes(desk: DeskInTest, number: int, text: str) -> None:
    """Karen answers in her thread."""
    desk.karen.says(text, thread=root(desk.karen, number))
    desk.settle()


def test_the_first_answer_is_met_by_a_reply_and_by_nothing_else(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No access to the drive", Details="Since this morning.")
    claims(desk, desk.john, number)
    does(desk, desk.john, number, "Add note", Note="I will look at the groups.")
    assert target(desk, number, "first_response").met_at is None
    does(desk, desk.john, number, "Reply", Reply="Which drive is it?")
    assert target(desk, number, "first_response").met_at is not None


def test_the_next_answer_is_owed_once_the_requester_writes(desk: DeskInTest) -> None:
    number = answered_once(desk)
    assert targets(desk, number, "next_response") == []
    writes(desk, number, "The one of the finance team")
    owed = target(desk, number, "next_response")
    assert owed.due_at == owed.started_at + 4 * HOUR
    assert "Next answer due" in desk.card(desk.john, number).text
    writes(desk, number, "And I need it today")
    assert [t.id for t in targets(desk, number, "next_response")] == [owed.id]


def test_only_a_reply_meets_it_and_the_next_question_begins_another(desk: DeskInTest) -> None:
    number = answered_once(desk)
    writes(desk, number, "The one of the finance team")
    does(desk, desk.john, number, "Add note", Note="Finance, then.")
    assert target(desk, number, "next_response").met_at is None
    does(desk, desk.john, number, "Reply", Reply="You have it now.")
    assert target(desk, number, "next_response").met_at is not None
    writes(desk, number, "It does not open yet")
    first, second = targets(desk, number, "next_response")
    assert (first.cycle, second.cycle) == (1, 2)
    assert second.met_at is None
    assert len(events(desk, number, Event.ANSWER_OWED)) == 2


def test_no_next_answer_is_owed_before_the_first(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No access to the drive", Details="Since this morning.")
    writes(desk, number, "It is urgent")
    assert targets(desk, number, "next_response") == []


def test_thanks_ask_for_no_answer(desk: DeskInTest) -> None:
    number = answered_once(desk)
    writes(desk, number, "Thank you!")
    assert targets(desk, number, "next_response") == []


def test_a_question_meets_it_as_a_reply_does(desk: DeskInTest) -> None:
    number = answered_once(desk)
    writes(desk, number, "The one of the finance team")
    does(desk, desk.john, number, "Waiting on requester", Question="Q: or S:?")
    assert target(desk, number, "next_response").met_at is not None


ENDED = {"What was wrong?": "A group", "What was done?": "Added her"}


def test_an_end_without_a_word_to_the_requester_is_no_answer(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No access to the drive", Details="Since this morning.")
    claims(desk, desk.john, number)
    does(desk, desk.john, number, "Resolve", **ENDED)
    assert target(desk, number, "first_response").met_at is None
    desk.pass_time(hours=5)
    assert target(desk, number, "first_response").missed_at is None
    comes_back(desk, number)
    due = target(desk, number, "first_response").due_at
    assert due is not None
    assert (
        timedelta() <= due - utc("2026-11-17 09:00") <= timedelta(minutes=1)
    )  # four open hours on
    assert targets(desk, number, "next_response") == []
    does(desk, desk.john, number, "Reply", Reply="You have it now.")
    assert target(desk, number, "first_response").met_at is not None


def test_an_end_without_an_answer_keeps_a_miss_and_is_told_as_it_is(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No access to the drive", Details="Since this morning.")
    claims(desk, desk.john, number)
    due = target(desk, number, "first_response").due_at
    assert due is not None
    desk.clock.set(due + timedelta(seconds=1))
    does(desk, desk.john, number, "Close", **{"Why can it be closed?": "A duplicate"})
    owed = target(desk, number, "first_response")
    assert (owed.missed_at, owed.met_at) == (due, None)
    assert len(events(desk, number, Event.TARGET_MISSED)) == 1
    desk.john.types(f"/ticket why {number}")
    assert "First answer: never given, and it was due" in modal_of(desk.john).text


def test_a_reply_that_comes_with_the_resolution_is_an_answer(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No access to the drive", Details="Since this morning.")
    claims(desk, desk.john, number)
    said = {"Reply to the requester": "You have it now."}
    does(desk, desk.john, number, "Resolve", **ENDED, **said)
    assert target(desk, number, "first_response").met_at is not None
    does(desk, desk.john, number, "History")
    assert "You have it now." in modal_of(desk.john).text


def test_a_missed_answer_is_told_and_stays_missed_when_it_comes_late(desk: DeskInTest) -> None:
    number = answered_once(desk)
    writes(desk, number, "The one of the finance team")
    desk.pass_time(hours=5)
    assert "The next answer of ticket" in desk.john.find("", "overdue").text
    assert not [text for text in heard(desk.karen, number) if "late" in text]
    does(desk, desk.john, number, "Reply", Reply="Sorry: you have it now.")
    owed = target(desk, number, "next_response")
    assert owed.missed_at == owed.due_at
    assert owed.met_at is not None


def test_a_severity_without_the_promise_withdraws_it(database: URL) -> None:
    quiet = DEMO_POLICY.replace('next_response = "2 h"\n', "")
    with running_desk(database, policy=load_policy(quiet)) as desk:
        number = answered_once(desk)
        writes(desk, number, "The one of the finance team")
        does(desk, desk.john, number, "Change severity", Severity="Sev-B", Reason="Cannot work")
        assert target(desk, number, "next_response").withdrawn_at is not None
        assert len(events(desk, number, Event.TARGET_WITHDRAWN)) == 1
        writes(desk, number, "Hello?")
        assert len(targets(desk, number, "next_response")) == 1
