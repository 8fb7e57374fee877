"""A CFO's laptop, reported by somebody else: silence closes it, and it may come back."""

from tests.desk import DeskInTest, modal_of


def test_silence_after_resolving_warns_then_closes_and_it_may_come_back(desk: DeskInTest) -> None:
    karen, chris, john = desk.karen, desk.chris, desk.john
    number = desk.opens(
        karen, "Laptop does not charge", Topic="Hardware",
        On_behalf_of_someone_else="Chris", **{"Have_you_tried_restarting?": "Yes"},
    )  # fmt: skip
    assert "on your behalf" in chris.find("", f"#{number}").text
    card = desk.card(john, number)
    assert "Chris" in card.text
    assert "Karen" in card.text
    card.click("Claim")
    desk.settle()
    card.click("Resolve")
    form = modal_of(john)
    form.fill("What was wrong?", "The charger was broken.")
    form.fill("What was done?", "Replaced it.")
    form.submit()
    desk.settle()
    received = karen.find("", f"#{number}")
    assert "Is it fixed?" in received.thread[-1].text

    desk.pass_time(days=3)
    assert "closes" in received.thread[-1].text
    assert "Resolved" in card.text
    desk.pass_time(days=2)
    assert "closed" in received.thread[-1].text
    assert "Closed" in card.text
    count = len(received.thread)
    desk.pass_time(days=2)
    assert len(received.thread) == count

    chris.says("it came back", thread=chris.find("", f"#{number}"))
    desk.settle()
    assert "Closed" in card.text
    asked = chris.find("", f"#{number}").thread[-1]
    assert "shall we open it again?" in asked.text
    asked.click("Reopen")
    desk.settle()
    assert "open again" in received.thread[-1].text
    assert "In progress" in card.text
    assert "With @John" in card.text
    assert f"#{number}" in john.dm[-1].text


def test_thanks_does_not_reopen_a_closed_ticket(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Badge does not open the door", Topic="Access")
    card = desk.card(john, number)
    card.choose("More…", "Close")
    form = modal_of(john)
    form.fill("Why can it be closed?", "Sorted out in the corridor")
    form.submit()
    desk.settle()
    karen.says("Great, thank you so much! :tada:", thread=karen.find("", f"#{number}"))
    desk.settle()
    assert "Closed" in card.text
