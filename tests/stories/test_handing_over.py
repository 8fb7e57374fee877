"""A ticket goes from hand to hand; everybody concerned hears of it, and it is written down."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import (
    answers,
    heard,
    presses,
    resolves,
    sends,
    thread_of,
)


def test_reassigning_to_an_agent_tells_them_and_the_requester_with_the_hand_off_note_inside(
    desk: DeskInTest,
) -> None:
    john, jane, karen = desk.john, desk.jane, desk.karen
    number = desk.opens(karen, "No sound")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Reassign", Agent="Jane", **{"Hand-off_note": "Tried the cable"})
    assert "With @Jane" in desk.card(john, number).text
    assert f"You have ticket #{number}" in heard(jane)
    assert "Tried the cable" in heard(jane)
    assert "Tried the cable" in thread_of(desk, john, number)
    assert "@Jane Specimen looks after your ticket" in heard(karen)
    assert "Tried the cable" not in heard(karen)


def test_reassigning_to_a_team_moves_the_card_and_leaves_word_where_it_went(
    desk: DeskInTest,
) -> None:
    john, jerry, karen = desk.john, desk.jerry, desk.karen
    number = desk.opens(karen, "Card payments fail")
    presses(desk, john, number, "Reassign")
    form = modal_of(john)
    form.choose("Or a team", "Online Banking")
    form.fill("Hand-off note", "Looks like your gateway")
    assert form.submit().ok
    desk.settle()
    assert "Now with Online Banking" in desk.card(john, number, "#team-it").text
    card = desk.card(jerry, number, "#team-banking")
    assert "Unassigned · Online Banking" in card.text
    assert "Looks like your gateway" in thread_of(desk, jerry, number, "#team-banking")
    assert "The Online Banking team has your ticket" in heard(karen)


def test_escalating_the_severity_alone_pages_and_keeps_the_assignee(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "Doors stay shut")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Escalate", Severity="Sev-A", Reason="Nobody gets in")
    text = desk.card(john, number).text
    assert "Sev-A" in text
    assert "With @John" in text
    assert f"#{number}" in heard(desk.omar)
    assert "We have escalated your ticket" in heard(desk.karen)
    assert f"Escalated: ticket #{number}" in heard(desk.lena)


def test_escalating_to_a_team_alone_keeps_the_severity_and_pages_nobody(desk: DeskInTest) -> None:
    john, jerry = desk.john, desk.jerry
    number = desk.opens(desk.karen, "Card payments fail")
    answers(desk, john, number, "Escalate", Team="Online Banking", Reason="Theirs")
    text = desk.card(jerry, number, "#team-banking").text
    assert "Sev-C" in text
    assert "Unassigned" in text
    assert desk.omar.dm == []

    desk.card(jerry, number, "#team-banking").click("Claim")
    desk.settle()
    assert "Jerry" in john.dm[-1].text, "whoever escalated keeps watching"
    watched = john.dm[-1]
    presses(desk, jerry, number, "People…")
    assert "John" in modal_of(jerry).text
    modal_of(jerry).cancel()
    resolves(desk, jerry, number)
    assert f"Resolved: ticket #{number}" in john.dm[-1].text
    assert len([m for m in john.dm if "esolved" in m.text]) == 1, "once"
    watched.click("Stop watching")
    desk.settle()
    desk.karen.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "It is confirmed" not in heard(john), "who left hears nothing more"
    assert "It is confirmed" in heard(jerry)


def test_an_escalation_of_nothing_is_told_at_the_field(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Escalate")
    assert sends(john, Reason="Because") == {
        "Severity": "Choose a higher severity, another team, or both."
    }


def test_lowering_the_severity_stops_the_page_and_tells_the_new_promise(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(
        desk.karen, "All down", Topic="Business critical outage",
        **{"What_does_not_work,_and_for_whom?": "The coffee machine"},
    )  # fmt: skip
    answers(desk, john, number, "Change severity", Severity="Sev-C", Reason="It is only coffee")
    page = desk.omar.find("", f"#{number}")
    assert "Acknowledge" not in page.buttons
    assert "nobody is needed any more" in page.text
    assert "Sev-C now" in heard(desk.karen)
    assert "only coffee" not in heard(desk.karen)
    desk.pass_time(minutes=30)
    assert "Calling" not in heard(desk.lena)


def test_a_released_ticket_waits_in_the_queue_again(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Claim")
    presses(desk, john, number, "Release")
    text = desk.card(john, number).text
    assert "New" in text
    assert "Unassigned" in text
    assert "John Placeholder put it back into the queue" in thread_of(desk, john, number)


def test_the_history_tells_everything_in_order_with_who_and_what(desk: DeskInTest) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Reply", Reply="Is it muted?")
    karen.says("No", thread=karen.find("", f"#{number}"))
    answers(desk, john, number, "Add note", Note="It is muted")
    answers(desk, john, number, "Change severity", Severity="Sev-B", Reason="She has a call")
    answers(desk, john, number, "Waiting on requester", Question="Sure?")
    karen.says("Quite", thread=karen.find("", f"#{number}"))
    desk.settle()
    answers(
        desk,
        john,
        number,
        "On hold",
        **{"What_does_it_wait_for?": "A headset", "Whose_answer?": "Acme"},
    )
    presses(desk, john, number, "Resume")
    answers(desk, john, number, "Reassign", Agent="Jane", **{"Hand-off_note": "Bye"})
    resolves(desk, desk.jane, number)
    karen.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
    desk.settle()
    presses(desk, desk.jane, number, "Reopen")
    assert sends(desk.jane, **{"Why_is_it_opened_again?": "Wrong headset"}) == {}
    desk.settle()
    answers(desk, desk.jane, number, "Close", **{"Why_can_it_be_closed?": "Right one came"})

    presses(desk, john, number, "History")
    told = modal_of(john).text
    place = 0
    for line in (
        "@Karen Example opened the ticket", "@John Placeholder claimed it",
        "@John Placeholder replied to the requester", "Is it muted?", "@Karen Example answered",
        "@John Placeholder added a note", "It is muted",
        "@John Placeholder raised the severity Sev-C → Sev-B", "She has a call",
        "asked the requester and waits", "Sure?", "Quite", "work goes on", "put it on hold",
        "A headset", "took it off hold", "assigned it to @Jane Specimen", "Bye",
        "@Jane Specimen resolved it", "What was done: Plugged it in.",
        "@Karen Example confirmed that it is fixed", "@Jane Specimen reopened it",
        "Wrong headset", "@Jane Specimen closed it", "Right one came",
    ):  # fmt: skip
        place = told.index(line, place)
