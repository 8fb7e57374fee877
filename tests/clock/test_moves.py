"""A deadline that moves leaves a trace and is told once, to whom it concerns."""

from datetime import timedelta

from tests.clock.asking import claims, does, heard, moves, root, target
from tests.desk import DeskInTest, modal_of
from tests.on_call.setting import pages


def opened(desk: DeskInTest) -> int:
    """An ordinary ticket of Karen's with John, at ten on a Monday."""
    number = desk.opens(desk.karen, "The printer eats paper", Details="Since this morning.")
    claims(desk, desk.john, number)
    return number


def test_an_answer_moves_the_deadline_by_the_working_time_that_was_waited(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    before = target(desk, number).due_at
    assert before is not None
    does(desk, desk.john, number, "Waiting on requester", Question="Which floor?")
    assert target(desk, number).due_at is None
    desk.pass_time(hours=2)
    desk.karen.says("The third.", thread=root(desk.karen, number))
    desk.settle()
    ((kind, was, now, why),) = moves(desk, number)
    assert (kind, why, was) == ("resolution", "resumed", before)
    assert timedelta(hours=2) <= now - was <= timedelta(hours=2, minutes=1)
    assert target(desk, number).due_at == now
    assert "the time we promise has moved" in heard(desk.karen, number)[-1]
    assert "Solution by" in heard(desk.karen, number)[-1]
    told = desk.john.find("", "An answer on")
    assert "Deadline of the resolution moved" in told.text
    assert not [m for m in desk.john.dm if "Another deadline" in m.text]


def test_a_pause_outside_of_working_hours_moves_nothing(desk: DeskInTest) -> None:
    number = opened(desk)
    desk.pass_time(hours=7, minutes=5)
    before = target(desk, number).due_at
    does(desk, desk.john, number, "Waiting on requester", Question="Which floor?")
    desk.pass_time(hours=10)
    desk.karen.says("The third.", thread=root(desk.karen, number))
    desk.settle()
    assert moves(desk, number) == []
    assert target(desk, number).due_at == before
    assert "needs an answer" in heard(desk.karen, number)[-1]


def test_another_severity_is_told_once_to_the_requester_and_to_the_assignee(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    said = len(heard(desk.karen, number))
    does(
        desk, desk.jane, number, "Change severity", Severity="Sev-B", Reason="She cannot work",
    )  # fmt: skip
    assert {(kind, why) for kind, _, _, why in moves(desk, number)} == {
        ("first_response", "severity"), ("resolution", "severity"),
    }  # fmt: skip
    news = heard(desk.karen, number)[said:]
    assert len(news) == 1
    assert "Sev-B" in news[0]
    assert "Solution by today 2:00 PM" in news[0]
    (told,) = [m for m in desk.john.dm if "Another deadline" in m.text]
    assert "Deadline of the resolution moved" in told.text
    assert "the severity changed" in told.text
    assert not [m for m in desk.jane.dm if "Another deadline" in m.text]


def test_who_moves_a_deadline_need_not_be_told(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Change severity", Severity="Sev-B", Reason="She cannot work")
    assert not [m for m in desk.john.dm if "deadline" in m.text.lower()]


def test_resuming_from_hold_says_the_new_promise_in_the_same_message(desk: DeskInTest) -> None:
    number = opened(desk)
    does(
        desk,
        desk.john,
        number,
        "On hold",
        **{"What does it wait for?": "A spare part", "Whose answer?": "Acme"},
    )
    said = len(heard(desk.karen, number))
    desk.pass_time(hours=3)
    does(desk, desk.john, number, "Resume")
    (news,) = heard(desk.karen, number)[said:]
    assert "goes on" in news
    assert "Solution by" in news
    assert len(moves(desk, number)) == 2  # the first answer is owed still


def test_reopening_keeps_what_was_used_and_moves_the_deadline(desk: DeskInTest) -> None:
    number = opened(desk)
    before = target(desk, number).due_at
    assert before is not None
    does(desk, desk.john, number, "Resolve", **{"What was wrong?": "Foil", "What was done?": "Out"})
    desk.pass_time(hours=2)
    asked = root(desk.karen, number).thread[-1]
    asked.click("Not yet")
    modal = desk.karen.modal
    assert modal is not None
    modal.fill("What still goes wrong?", "It eats paper again")
    assert not modal.submit().errors
    desk.settle()
    kinds = {(kind, why) for kind, _, _, why in moves(desk, number)}
    assert ("resolution", "reopened") in kinds
    due = target(desk, number).due_at
    assert due is not None
    assert timedelta(hours=2) <= due - before <= timedelta(hours=2, minutes=1)
    assert len([text for text in heard(desk.karen, number) if "open again" in text]) == 1


def test_another_topic_raises_the_severity_to_its_own_and_moves_the_deadline(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    before = target(desk, number).due_at
    fields = {"Topic": "Business critical outage", "Reason": "It is the network"}
    does(desk, desk.jane, number, "Change topic", **fields)
    after = target(desk, number).due_at
    assert ("resolution", before, after, "severity") in moves(desk, number)
    assert "is Sev-A now. That changes what we promise." in heard(desk.karen, number)[-1]
    assert f"Another deadline for ticket #{number}" in desk.john.dm[-1].text
    assert len(pages(desk.omar, number)) == 1
    lines = [m.text for m in desk.card(desk.john, number, "#team-it").thread]
    assert any(
        "changed the topic General inquiry → Business critical outage" in line
        and "It is the network" in line
        for line in lines
    )

    does(desk, desk.john, number, "Change topic", Topic="Printer")  # a milder one lowers nothing
    assert "Sev-A · Printer" in desk.card(desk.john, number).text
    assert target(desk, number).due_at == after
    does(desk, desk.john, number, "Checklist")
    assert "Is there paper, is there toner?" in modal_of(desk.john).options("Done")
