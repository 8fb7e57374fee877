"""Whoever gets a ticket knows where it stands, and says whether they have it."""

from handlers.views.triage_forms import ReassignForm
from sandbox.people import Person
from sandbox.seen import SeenMessage
from store.audit import Event
from store.rules.policy_file import load_policy
from tests.clock.asking import events
from tests.desk import DEMO_POLICY, DeskInTest, modal_of
from tests.stories.acts import answers, heard, presses, resolves, sends, thread_of, whispered
from tests.views.sample import opened, texts, ticket


def handed(person: Person, number: int, place: str = "") -> SeenMessage:
    """The newest message there that asks whether they accept the ticket."""
    seen = [m for root in person.sees(place) for m in (root, *root.thread)]
    found = [m for m in seen if "Accept" in m.buttons and f"#{number}" in m.text]
    assert found, [m.text for m in seen]
    return found[-1]


def test_a_reassigned_ticket_comes_with_its_story_and_can_be_handed_back_to_who_had_it(
    desk: DeskInTest,
) -> None:
    john, jane, karen = desk.john, desk.jane, desk.karen
    number = desk.opens(karen, "No sound", Details="Since the move to the third floor.")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Add note", Note="The cable is fine")
    answers(desk, john, number, "Waiting on requester", Question="Which headset is it?")
    answers(desk, john, number, "Reassign", Agent="Jane", **{"Hand-off_note": "Yours: audio"})
    card = handed(jane, number)
    for words in (
        f"You have ticket #{number}", "Yours: audio", "Since the move to the third floor.",
        "The cable is fine", "The requester: Which headset is it?", "opened the ticket",
        "@John Placeholder claimed it", "Clock paused",
    ):  # fmt: skip
        assert words in card.text, (words, card.text)

    old = card.stale_copy()
    card.click("Hand back")
    assert sends(jane, **{"Why_do_you_hand_it_back?": " "}) == {
        "Why do you hand it back?": "Say why: whoever gets it back reads it first."
    }
    assert sends(jane, **{"Why_do_you_hand_it_back?": "I am on leave from noon"}) == {}
    desk.settle()
    assert "With @John" in desk.card(john, number).text
    assert "Waiting on requester" in desk.card(john, number).text
    assert f"Handed back: ticket #{number}" in heard(john)
    assert "I am on leave from noon" in heard(john)
    assert "handed it back to John Placeholder" in thread_of(desk, john, number)
    assert "on leave" not in heard(karen)

    assert card.buttons == ["Open ticket"]
    assert "Yours: audio" in card.text
    old.click("Accept")
    assert "is settled: the ticket has moved on since" in whispered(jane, "")
    assert "With @John" in desk.card(john, number).text


def test_an_escalation_reaches_the_team_as_a_card_and_its_end_reaches_who_escalated(
    desk: DeskInTest,
) -> None:
    john, jerry = desk.john, desk.jerry
    number = desk.opens(desk.karen, "Card payments fail")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Escalate", Team="Online Banking", Reason="The gateway says no")
    card = handed(jerry, number, "#team-banking")
    assert f"Handed to Online Banking: ticket #{number}" in card.text
    assert "Solution due" in card.text or "First answer due" in card.text
    card.click("Accept")
    desk.settle()
    assert "With @Jerry" in desk.card(jerry, number).text
    assert f"Accepted: ticket #{number}" in heard(john)
    assert len(events(desk, number, Event.ACCEPTED)) == 1
    resolves(desk, jerry, number)
    assert f"Resolved: ticket #{number}" in heard(john)


def test_a_team_hands_back_what_is_not_theirs_and_it_lies_with_who_had_it(
    desk: DeskInTest,
) -> None:
    john, jerry = desk.john, desk.jerry
    number = desk.opens(desk.karen, "Card payments fail")
    presses(desk, john, number, "Claim")
    presses(desk, john, number, "Reassign")
    form = modal_of(john)
    form.choose("Or a team", "Online Banking")
    form.fill("Hand-off note", "Yours, I think")
    assert form.submit().ok
    desk.settle()
    handed(jerry, number, "#team-banking").click("Hand back")
    assert sends(jerry, **{"Why_do_you_hand_it_back?": "It is the card printer"}) == {}
    desk.settle()
    assert "With @John" in desk.card(john, number, "#team-it").text
    assert "Now with IT Support" in desk.card(jerry, number, "#team-banking").text
    assert "It is the card printer" in heard(john)


def test_the_file_may_let_people_hand_over_without_a_word() -> None:
    optional = load_policy(f'{DEMO_POLICY}\n[talking]\nhandoff_note = "optional"\n')
    assert optional.talking.handoff_note == "optional"
    form = opened(ReassignForm.draw(ticket(), optional))
    note = next(block for block in form["blocks"] if block.get("block_id") == "note")
    assert note["optional"] is True
    assert "Hand-off note" in texts(note)
