"""Another team or person is asked; the ticket stays, and what they say is a note."""

from sandbox.seen import SeenMessage
from store.audit import Event
from tests.clock.asking import events
from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, heard, presses, sends, thread_of, whispered


def test_another_team_answers_in_its_channel_and_the_ticket_stays_where_it_is(
    desk: DeskInTest,
) -> None:
    john, jerry, karen = desk.john, desk.jerry, desk.karen
    number = desk.opens(karen, "Card payments fail")
    presses(desk, john, number, "Claim")
    presses(desk, john, number, "Ask for help")
    form = modal_of(john)
    form.fill("Question", "Is the gateway up?")
    assert form.submit().errors == {"Person": "Choose a person or a team, one of the two."}
    form = modal_of(john)
    form.choose("Or a team", "Online Banking")
    assert form.submit().ok
    desk.settle()
    asked = jerry.find("#team-banking", "Is the gateway up?")
    assert f"@John Placeholder asks for your help with ticket #{number}" in asked.text
    assert "Asked Online Banking: no answer yet" in desk.card(john, number).text
    jerry.says("It is down since ten", thread=asked)
    desk.settle()
    told = thread_of(desk, john, number)
    assert "John Placeholder asked Online Banking for help" in told
    assert "Jerry Sample noted:\nIt is down since ten" in told or "It is down since ten" in told
    assert f"An answer to the question for help on ticket #{number}" in heard(john)
    assert "@Jerry Mockup writes:\nIt is down since ten" in heard(john)
    card = desk.card(john, number).text
    assert "With @John" in card
    assert "IT Support" in card
    assert "Asked Online Banking: answered by @Jerry" in card
    assert "gateway" not in heard(karen)
    assert "down since ten" not in heard(karen)

    asked.click("Answer")
    assert sends(jerry, Answer="Up again at eleven") == {}
    desk.settle()
    assert "Up again at eleven" in thread_of(desk, john, number)
    assert len(events(desk, number, Event.HELP_ANSWERED)) == 2


def test_a_person_is_asked_in_private_and_reads_nothing_internal_but_the_question(
    desk: DeskInTest,
) -> None:
    john, ken = desk.john, desk.ken
    number = desk.opens(desk.karen, "Payslip shows somebody else")
    answers(desk, john, number, "Add note", Note="She is furious")
    answers(desk, john, number, "Ask for help", Person="Ken", Question="Who prints these?")
    asked = ken.find("", "Who prints these?")
    ken.says("Gus does", thread=asked)
    desk.settle()
    assert "Gus does" in thread_of(desk, john, number)
    ken.types(f"/ticket {number}")
    assert "furious" not in heard(ken) + (ken.modal.text if ken.modal else "")


def _style(asked: SeenMessage) -> object:
    """Of the only button."""
    buttons = [each for block in asked.message.blocks for each in block.get("elements", ())]
    return next(each.get("style") for each in buttons if each["type"] == "button")


def test_a_question_shows_who_has_answered_it_and_takes_more(desk: DeskInTest) -> None:
    john, jerry, lena = desk.john, desk.jerry, desk.lena
    number = desk.opens(desk.karen, "Card payments fail")
    answers(desk, john, number, "Ask for help", Or_a_team="Online Banking", Question="Is it up?")
    where = "#team-banking"
    asked = jerry.find(where, "Is it up?")
    assert _style(asked) == "primary"
    asked.click("Answer")
    assert sends(jerry, Answer="Down since ten") == {}
    desk.settle()
    told = lena.find(where, "Is it up?")
    assert "Answered by @Jerry" in told.text
    assert _style(told) is None

    lena.says("Up again at eleven", thread=told)
    desk.settle()
    assert "Up again at eleven" in thread_of(desk, john, number)
    assert "Answered by @Jerry" in lena.find(where, "Is it up?").text


def test_whom_one_cannot_ask_is_told_at_the_field(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Ask for help")
    assert sends(john, Person="Karen", Question="?") == {
        "Person": "It is their ticket: use Reply, or Waiting on requester."
    }
    assert whispered(john, "#help-desk") == ""
