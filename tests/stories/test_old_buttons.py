"""Buttons and forms outlive the state they were drawn for: nothing goes wrong, all is told."""

import json
from concurrent.futures import ThreadPoolExecutor

from sandbox.seen import SeenMessage
from tests.desk import DeskInTest, modal_of
from tests.stories.acts import (
    answers,
    begins,
    heard,
    presses,
    resolves,
    sends,
    thread_of,
    whispered,
)


def of_another_ticket(message: SeenMessage, was: int, number: int) -> SeenMessage:
    """The message with its buttons about a ticket that is not there (any more)."""
    copied = message.stale_copy()
    drawn = json.dumps(copied.message.blocks)
    copied.message.blocks = json.loads(drawn.replace(f'"{was}:', f'"{number}:'))
    return copied


def test_two_agents_claiming_in_the_same_moment_one_wins_and_the_other_is_told_who(
    desk: DeskInTest,
) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    cards = [desk.card(person, number).stale_copy() for person in (john, jane)]
    with ThreadPoolExecutor(2) as hands:
        outcomes = list(hands.map(lambda card: card.click("Claim"), cards))
    desk.settle()
    assert all(outcome.acked for outcome in outcomes)
    winner, loser = (john, jane) if "With @John" in desk.card(john, number).text else (jane, john)
    assert f"{winner.user.real_name} already has ticket #{number}" in whispered(loser, "#help-desk")
    assert whispered(winner, "#help-desk") == ""
    assert thread_of(desk, john, number).count("claimed it") == 1
    assert heard(desk.karen).count("works on your ticket") == 1


def test_buttons_on_a_closed_ticket_change_nothing_and_say_who_closed_it(desk: DeskInTest) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    old = desk.card(john, number).stale_copy()
    answers(desk, jane, number, "Close", **{"Why_can_it_be_closed?": "Solved itself"})
    for button in ("Claim", "Reassign", "Escalate", "Resolve"):
        old.click(button)
        assert john.modal is None
    for option in ("Waiting on requester", "On hold", "Change severity", "Close"):
        old.choose("More…", option)
        assert john.modal is None
    told = whispered(john, "#help-desk")
    assert "*closed* now" in told or "closed now" in told
    assert "Jane Specimen closed it" in told
    assert "Closed" in desk.card(john, number).text


def test_a_form_sent_an_hour_later_is_checked_against_what_happened_since(
    desk: DeskInTest,
) -> None:
    john, jane, karen = desk.john, desk.jane, desk.karen
    request = begins(karen, "/ticket No sound since lunch")
    desk.pass_time(hours=1)
    assert request.submit().ok
    desk.settle()
    number = desk.newest_ticket()
    assert "No sound since lunch" in heard(karen)

    presses(desk, john, number, "Claim")
    presses(desk, john, number, "Resolve")
    form = modal_of(john)
    form.fill("What was wrong?", "Muted")
    form.fill("What was done?", "Unmuted")
    answers(desk, jane, number, "Close", **{"Why_can_it_be_closed?": "A duplicate"})
    desk.pass_time(hours=1)
    form.submit()
    told = modal_of(john).text
    assert "Jane Specimen closed it" in told
    modal_of(john).submit()
    assert "closed" in modal_of(john).text
    assert modal_of(john).value("What was done?") == "Unmuted"
    assert "Closed" in desk.card(john, number).text


def test_a_reply_typed_for_an_hour_is_sent_whatever_happened_meanwhile(desk: DeskInTest) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Reply")
    form = modal_of(john)
    form.fill("Reply", "Please check the volume.")
    presses(desk, jane, number, "Claim")
    desk.pass_time(hours=1)
    assert form.submit().ok
    desk.settle()
    assert "Please check the volume." in heard(desk.karen)
    assert "With @Jane" in desk.card(john, number).text


def test_a_form_sent_twice_counts_once(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    desk.sandbox.faults.duplicate(times=50)
    number = desk.opens(karen, "No sound")
    answers(desk, john, number, "Reply", Reply="Try the other socket.")
    resolves(desk, john, number)
    karen.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert desk.newest_ticket() == number == 1
    told = heard(karen)
    assert told.count("Try the other socket.") == 1
    assert told.count("has resolved your ticket") == 1
    assert told.count("is closed. Thank you") == 1


def test_buttons_of_a_ticket_that_moved_on_act_for_its_new_team_only(desk: DeskInTest) -> None:
    john, jerry = desk.john, desk.jerry
    number = desk.opens(desk.karen, "No sound")
    old = desk.card(john, number, "#team-it").stale_copy()
    answers(desk, john, number, "Escalate", Team="Online Banking", Reason="Theirs")
    old.click("Claim")
    desk.settle()
    told = whispered(john, "#team-it")
    assert "changed after this was drawn" in told
    assert "John Placeholder escalated it to Online Banking" in told
    assert "Unassigned" in desk.card(jerry, number, "#team-banking").text


def test_buttons_of_a_ticket_that_was_reassigned_say_to_whom(desk: DeskInTest) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Claim")
    old = desk.card(john, number).stale_copy()
    answers(desk, john, number, "Reassign", Agent="Jane", **{"Hand-off_note": "Your turn"})
    old.choose("More…", "Release")
    assert "assigned it to @Jane Specimen" in whispered(john, "#help-desk")
    old.click("Resolve")
    assert "assigned it to @Jane Specimen" in modal_of(john).text
    assert "With @Jane" in desk.card(jane, number).text


def test_buttons_of_a_ticket_that_is_gone_say_so(desk: DeskInTest) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    gone = of_another_ticket(desk.card(john, number), number, 4711)
    gone.click("Claim")
    gone.click("Resolve")
    assert whispered(john, "#help-desk").count("There is no ticket #4711 that you can see") == 2
    resolves(desk, john, number)
    asked = of_another_ticket(karen.find("", f"#{number}").thread[-1], number, 4711)
    asked.click("Yes, it's fixed")
    asked.click("Not yet")
    assert "There is no ticket #4711 that you can see" in whispered(karen, "")


def test_somebody_who_is_no_agent_changes_nothing_and_reads_why(desk: DeskInTest) -> None:
    desk.sandbox.admin.add_to_channel("#help-desk", "Ken")
    desk.sandbox.admin.add_to_channel("#help-desk", "Karen")
    number = desk.opens(desk.karen, "No sound")
    for person in (desk.ken, desk.karen):
        card = desk.card(person, number)
        for button in card.buttons:
            card.click(button)
            assert person.modal is None
        looks = {"Open ticket", "Why this deadline?", "Transcript"}  # the requester may have them
        changes = [option for option in card.options("More…") if option not in looks]
        for option in changes:
            card.choose("More…", option)
            assert person.modal is None
        desk.settle()
        lines = whispered(person, "#help-desk").splitlines()
        assert len(lines) == len(card.buttons) + len(changes)
        refusals = ("Only agents can do this", "There is no ticket")
        assert all(any(told in line for told in refusals) for line in lines)
    assert "Unassigned" in desk.card(desk.john, number).text


def test_the_question_is_put_away_once_it_is_answered(desk: DeskInTest) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    resolves(desk, desk.john, number)
    asked = karen.find("", f"#{number}").thread[-1]
    assert asked.buttons == ["Yes, it's fixed", "Not yet"]
    before = asked.stale_copy()
    asked.click("Yes, it's fixed")
    desk.settle()
    assert asked.buttons == []
    assert "has resolved your ticket" in asked.text
    assert f"You said that ticket #{number} is fixed." in asked.text
    before.click("Yes, it's fixed")
    desk.settle()
    assert heard(karen).count("is closed. Thank you") == 1


def test_an_old_question_about_a_ticket_that_is_open_again_is_answered_kindly(
    desk: DeskInTest,
) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    resolves(desk, desk.john, number)
    asked = karen.find("", f"#{number}").thread[-1]
    asked.click("Not yet")
    assert sends(karen, **{"What_still_goes_wrong?": "Still silent"}) == {}
    desk.settle()
    asked.click("Yes, it's fixed")
    assert f"We are working on ticket #{number} again" in whispered(karen, "")
    assert "If all is well by now, say so in its thread" in whispered(karen, "")
    asked.click("Not yet")
    assert f"Ticket #{number} is open already" in whispered(karen, "")
    assert "In progress" in desk.card(desk.john, number).text
