"""What people type arrives as they typed it; what does not fit is told at its field."""

import pytest

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, begins, heard, presses, sends, thread_of, whispered

ODD = (
    "<!channel> <@U0LENA00006> <https://example.com|click me> & *bold* _thin_ ~gone~ `code` "
    "```block``` > quoted :tada: 🦄 مرحبا بالعالم \u202eback to front\u202c"
)


def test_an_empty_summary_is_told_at_the_field(desk: DeskInTest) -> None:
    form = begins(desk.karen)
    assert "Summary" in form.submit().errors  # Slack's own check
    form.fill("Summary", " \t ")
    assert form.submit().errors == {"Summary": "Say in a few words what is wrong."}
    form.fill("Summary", "No sound")
    assert form.submit().ok
    desk.settle()
    assert "No sound" in heard(desk.karen)


def test_ten_thousand_characters_behind_the_command_become_the_details_and_none_is_lost(
    desk: DeskInTest,
) -> None:
    story = " ".join(f"word{number}" for number in range(1250))
    assert len(story) > 10_000
    form = begins(desk.karen, f"/ticket {story}")
    assert len(form.value("Summary")) <= 150
    assert form.submit().ok
    desk.settle()
    assert desk.john.types(f"/ticket {desk.newest_ticket()}").ok
    shown = modal_of(desk.john).text
    assert all(word in shown for word in (" word2 ", " word700 ", " word1249"))


def test_a_summary_too_long_for_the_field_never_leaves_the_form(desk: DeskInTest) -> None:
    form = begins(desk.karen)
    form.fill("Summary", "x" * 10_000)
    assert "Summary" in form.submit().errors
    assert modal_of(desk.karen).value("Summary") == "x" * 10_000


@pytest.mark.parametrize("details", [ODD, "z" * 2999 + "é", ODD * 16])
def test_details_reach_the_agents_to_the_letter_and_ping_nobody(
    desk: DeskInTest, details: str
) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Odd words", Details=details)
    john.types(f"/ticket {number}")
    assert details in modal_of(john).text.replace("\n", "")


def test_an_odd_summary_is_the_same_everywhere_and_pings_nobody(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    odd = "<!channel> & *not bold* `x` 🦄 مرحبا"
    form = begins(karen)
    form.fill("Summary", odd)
    form.submit()
    desk.settle()
    number = desk.newest_ticket()
    for shown in (
        desk.card(john, number).text,
        karen.find("", f"#{number}").text,
        karen.types("/ticket list").text,
        john.types("/ticket find bold").text,
    ):
        assert odd in shown


def test_3500_characters_in_a_thread_and_in_a_message_shortcut_are_complete(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    long = "a" * 1750 + " middle " + "b" * 1742
    number = desk.opens(karen, "Long story")
    karen.says(long, thread=karen.find("", f"#{number}"))
    desk.settle()
    assert long in thread_of(desk, john, number).replace("\n", "")

    message = karen.says(long, channel="#general")
    john.uses_message_shortcut("Open a ticket", message)
    assert sends(john, Summary="For Karen") == {}
    desk.settle()
    john.types(f"/ticket {desk.newest_ticket()}")
    assert long in modal_of(john).text.replace("\n", "")


def test_odd_words_of_an_agent_reach_the_requester_to_the_letter(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "No sound")
    answers(desk, john, number, "Reply", Reply=ODD)
    assert ODD in heard(karen)
    answers(desk, john, number, "Add note", Note=ODD)
    assert ODD in thread_of(desk, john, number)


def test_words_of_blanks_alone_are_refused_at_their_field(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "No sound")
    forms = {"Reply": "Reply", "Add note": "Note", "Close": "Why can it be closed?"}
    for action, label in forms.items():
        presses(desk, john, number, action)
        form = modal_of(john)
        form.fill(label, "  ")
        assert list(form.submit().errors) == [label]
        form.cancel()
    desk.card(john, number).click("Resolve")
    form = modal_of(john)
    form.fill("What was wrong?", " ")
    form.fill("What was done?", " ")
    assert list(form.submit().errors) == ["What was wrong?", "What was done?"]
    assert whispered(john, "#help-desk") == ""


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("99999", "There is no ticket #99999 that you can see."),
        ("#99999", "There is no ticket #99999 that you can see."),
        ("0", "There is no ticket #0 that you can see."),
        ("999999999999", "There is no ticket #999999999999 that you can see."),
    ],
)
def test_a_number_that_is_no_ticket_is_answered_privately(
    desk: DeskInTest, typed: str, told: str
) -> None:
    assert told in desk.karen.types(f"/ticket {typed}").text


@pytest.mark.parametrize(
    "typed", ["abc", "12 monkeys", "-1", "findings", "9" * 30, "LIST of wishes"]
)
def test_whatever_is_no_command_is_taken_as_a_summary(desk: DeskInTest, typed: str) -> None:
    assert begins(desk.karen, f"/ticket {typed}").value("Summary") == typed
