"""The clock: who hears before a deadline and at it, once; and when it stands still."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, heard, presses, resolves, sends, thread_of

SEV_B = {"How_urgent_is_it?": "I can't do my work at all"}


def count(desk: DeskInTest, name: str, words: str) -> int:
    """How often the person was told this."""
    return heard(getattr(desk, name)).count(words)


def test_an_unclaimed_ticket_reminds_the_queue_and_at_the_deadline_its_team_and_the_lead(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "No sound")  # first answer by 14:00
    desk.pass_time(hours=2, minutes=5)
    reminded = thread_of(desk, desk.john, number, "#help-desk")
    assert f"The first answer of ticket #{number}" in reminded
    assert "is due" in reminded
    assert "reminder, with" not in reminded
    desk.pass_time(hours=1, minutes=10)
    again = thread_of(desk, desk.john, number, "#help-desk")
    assert again.count("Last reminder, with 45 min of working time left.") == 1
    assert heard(desk.lena) == ""
    desk.pass_time(minutes=50)
    assert "is overdue since" in thread_of(desk, desk.john, number)
    assert count(desk, "lena", "is overdue since") == 1
    assert "First answer overdue since" in desk.card(desk.john, number).text
    desk.desk.tick()
    desk.settle()
    assert count(desk, "lena", "is overdue since") == 1


def test_the_assignee_is_reminded_and_at_the_deadline_the_lead_hears_too(
    desk: DeskInTest,
) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(
        desk.karen, "No sound", **{"How_urgent_is_it?": "I can't do my work at all"}
    )
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Reply", Reply="I am looking.")
    desk.pass_time(hours=2, minutes=5)  # half of Sev-B's four hours
    assert count(desk, "john", f"The resolution of ticket #{number}") == 1
    assert "is due" in heard(john)
    assert "reminder, with" not in heard(john)
    desk.pass_time(hours=1, minutes=10)
    assert count(desk, "john", "Last reminder, with 45 min of working time left.") == 1
    assert heard(jane) == ""
    desk.pass_time(minutes=50)
    assert "is overdue since" in heard(john)
    assert count(desk, "lena", "is overdue since") == 1
    assert "We are late with your ticket" in heard(desk.karen)
    before = (heard(john), heard(desk.lena), heard(desk.karen))
    desk.desk.tick()
    desk.settle()
    assert (heard(john), heard(desk.lena), heard(desk.karen)) == before
    presses(desk, john, number, "History")
    told = modal_of(john).text
    assert "Target met: first answer" in told
    assert "Deadline missed: resolution" in told


def test_nobody_is_reminded_while_the_ticket_waits_or_is_on_hold(desk: DeskInTest) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound", **SEV_B)
    presses(desk, john, number, "Claim")
    answers(
        desk,
        john,
        number,
        "On hold",
        **{"What_does_it_wait_for?": "A part", "Whose_answer?": "Acme"},
    )
    assert "On hold" in desk.card(john, number).text
    assert "Clock paused" in desk.card(john, number).text
    assert "We wait for somebody else, and need nothing from you" in heard(karen)
    assert "supplier" not in heard(karen)
    desk.pass_time(days=2)
    assert "overdue" not in heard(john) + heard(desk.lena)
    presses(desk, john, number, "Resume")
    assert "Work on your ticket" in heard(karen)
    answers(desk, john, number, "Waiting on requester", Question="Still?")
    desk.pass_time(days=1)
    assert "overdue" not in heard(john) + heard(desk.lena)


def test_on_hold_until_a_day_comes_back_by_itself_in_the_morning(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "On hold")
    assert sends(john, **{"What_does_it_wait_for?": "Parts", "Until": "2026-11-18"}) == {}
    desk.settle()
    assert "Wednesday, November 18th" in desk.card(john, number).text
    desk.pass_time(hours=46)  # Wednesday, 8:00
    assert "On hold" in desk.card(john, number).text
    desk.pass_time(hours=2)
    assert "In progress" in desk.card(john, number).text
    assert f"The date has come: work on ticket #{number}" in heard(john)


def test_a_day_that_has_passed_is_told_at_the_field(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "On hold")
    errors = sends(john, **{"What_does_it_wait_for?": "Parts", "Until": "2026-11-15"})
    assert errors == {"Until": "That moment has passed. Choose a later one, or none."}
    errors = sends(john, Until="")
    assert errors == {
        "Whose answer?": "Say whose answer it waits for, or choose a date: one of the two."
    }


def test_a_requester_who_owes_an_answer_is_asked_again(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "No sound")
    answers(desk, desk.john, number, "Waiting on requester", Question="Which room?")
    desk.pass_time(days=2, minutes=5)
    assert count(desk, "karen", "We still need your answer") == 1
    assert "Waiting on requester" in desk.card(desk.john, number).text


def test_no_clock_runs_outside_business_hours_but_around_the_clock_for_sev_a(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "No sound")
    desk.pass_time(hours=3)  # 13:00: an hour is left
    assert "overdue" not in desk.card(desk.john, number).text
    presses(desk, desk.john, number, "Claim")
    answers(desk, desk.john, number, "Reply", Reply="Looking")
    desk.pass_time(hours=14)  # through the night
    assert "overdue" not in desk.card(desk.john, number).text
    answers(desk, desk.john, number, "Change severity", Severity="Sev-A", Reason="Everybody")
    desk.pass_time(hours=1, minutes=1)
    assert "Resolution overdue since" in desk.card(desk.john, number).text


def test_the_end_of_a_ticket_meets_its_resolution_and_no_answer_that_nobody_gave(
    desk: DeskInTest,
) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    resolves(desk, john, number)
    desk.pass_time(hours=20)
    assert "overdue" not in heard(desk.lena) + thread_of(desk, john, number)
    presses(desk, john, number, "History")
    told = modal_of(john).text
    assert "first answer" not in told
    assert "Target met: resolution" in told
