"""What silence leads to: the requester is asked again by working days, warned, and the ticket
closed; whoever waits for a third party is reminded to ask.
"""

from datetime import UTC, datetime

import pytest

from sandbox.people import Person
from sandbox.seen import SeenMessage
from store.rules import hours
from tests.desk import DeskInTest, modal_of
from tests.rules.calendars import ALWAYS, local, office
from tests.stories.acts import answers, heard, presses, sends

BERLIN = "Europe/Berlin"
QUESTION = "Which floor is it on?"


def root(person: Person, number: int) -> SeenMessage:
    """The message under which the requester hears of the ticket."""
    return next(m for m in person.dm if f"#{number}" in m.text)


def told(person: Person, number: int) -> list[str]:
    """What the desk has said in the ticket's thread."""
    return [m.text for m in root(person, number).thread if m.author != person.user.real_name]


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-16 10:00", 1, "2026-11-17 10:00"),
        ("2026-11-20 16:30", 1, "2026-11-23 16:30"),  # Friday to Monday
        ("2026-11-20 18:00", 1, "2026-11-24 08:00"),  # after hours: from Monday on
        ("2026-11-21 12:00", 3, "2026-11-26 08:00"),
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),  # summer time begins between them
        ("2026-11-17 10:00", 0, "2026-11-17 10:00"),
    ],
)
def test_working_days_keep_the_time_of_day(start: str, days: int, end: str) -> None:
    assert hours.days_later(office(BERLIN), local(BERLIN, start), days) == local(BERLIN, end)


def test_a_day_that_closes_earlier_leads_to_the_next_morning_and_24_7_counts_every_day() -> None:
    short = {"date": "2026-11-18", "name": "Party", "hours": ["08:00-12:00"]}
    calendar = office("UTC", days=(short,))
    start = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
    assert hours.days_later(calendar, start, 1) == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    assert hours.days_later(ALWAYS, start, 5) == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def test_an_unanswered_question_is_repeated_then_warned_of_then_closed_and_an_answer_reopens(
    desk_on_either: DeskInTest,
) -> None:
    desk = desk_on_either
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Printer eats paper", Topic="General inquiry")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Waiting on requester", Question=QUESTION)
    before = len(told(karen, number))

    desk.pass_time(hours=23)
    assert len(told(karen, number)) == before
    desk.pass_time(hours=1)  # Tuesday
    [nudge] = told(karen, number)[before:]
    assert "still need your answer" in nudge
    assert QUESTION in nudge
    desk.pass_time(days=2)  # Thursday
    assert len(told(karen, number)) == before + 2
    desk.pass_time(days=1)  # Friday: four working days
    warning = told(karen, number)[-1]
    assert "closes Monday, November 23rd 10:00 AM" in warning
    desk.pass_time(days=2, hours=23)
    assert "Waiting on requester" in desk.card(john, number).text
    desk.pass_time(hours=1)  # Monday
    assert "Closed" in desk.card(john, number).text
    assert "not heard from you" in told(karen, number)[-1]
    assert f"did not answer: ticket #{number}" in heard(john)

    karen.says("Sorry, I was away. The third.", thread=root(karen, number))
    desk.settle()
    assert "In progress" in desk.card(john, number).text
    assert "Open again" in heard(john)


def test_an_answer_ends_the_reminders_and_a_second_word_of_the_agent_moves_them(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "No sound", Topic="General inquiry")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Waiting on requester", Question=QUESTION)
    desk.pass_time(hours=20)
    answers(desk, john, number, "Reply", Reply="I mean the big one.")
    before = len(told(karen, number))
    desk.pass_time(hours=5)
    assert len(told(karen, number)) == before
    desk.pass_time(hours=20)  # a working day after John's second message
    assert "I mean the big one." in told(karen, number)[-1]
    karen.says("The second", thread=root(karen, number))
    desk.settle()
    assert "In progress" in desk.card(john, number).text
    assert "The second" in heard(john)
    desk.pass_time(days=7)
    assert "We still need your answer" not in "".join(told(karen, number)[before + 1 :])


def test_on_hold_names_the_third_party_to_agents_and_reminds_them_to_ask(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Broken headset", Topic="General inquiry")
    held = {"What_does_it_wait_for?": "A new one", "Whose_answer?": "Acme <Audio>"}
    answers(desk, john, number, "On hold", **held)
    assert "Waits for Acme <Audio>" in desk.card(john, number).text
    assert "for Acme <Audio>" in desk.card(john, number, "#team-it").thread[-1].text
    desk.pass_time(days=2, hours=23)
    assert "Still on hold" not in heard(john)
    desk.pass_time(hours=1)
    reminder = john.dm[-1]
    assert f"Still on hold: ticket #{number}" in reminder.text
    assert "waiting for Acme <Audio>. How far are they?" in reminder.text
    desk.pass_time(days=5)  # three working days more
    assert sum("Still on hold" in message.text for message in john.dm) == 2
    assert "Acme" not in heard(karen)
    reminder.click("Resume")
    desk.settle()
    assert "In progress" in desk.card(john, number).text
    desk.pass_time(days=7)
    assert sum("Still on hold" in message.text for message in john.dm) == 2


def test_a_reminder_never_repeats_what_was_taken_back(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Printer eats paper", Topic="General inquiry")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Waiting on requester", Question=QUESTION)
    presses(desk, john, number, "Reply")
    assert sends(john, Reply="You broke it") == {}
    modal_of(john).press("Undo")
    before = len(told(karen, number))
    desk.pass_time(days=1, hours=1)
    [nudge] = told(karen, number)[before:]
    assert QUESTION in nudge
    assert "You broke it" not in nudge
