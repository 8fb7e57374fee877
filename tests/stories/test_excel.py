"""Excel fails for accounting: a Sev-B that waits for the requester while its clock stands still."""

from tests.desk import DeskInTest, modal_of


def test_waiting_for_the_requester_pauses_the_clock_until_they_answer(desk: DeskInTest) -> None:
    ken, jane = desk.ken, desk.jane
    number = desk.opens(
        ken, "Excel fails for all of accounting", Topic="Software",
        **{"Have_you_tried_restarting?": "No", "How_urgent_is_it?": "I can't do my work at all"},
    )  # fmt: skip
    received = ken.find("", f"#{number}")
    assert "Solution by today 8:00 AM" in received.text  # New York
    card = desk.card(jane, number)
    assert "Sev-B" in card.text
    card.click("Claim")
    desk.settle()

    card.choose("More…", "Waiting on requester")
    form = modal_of(jane)
    form.fill("Question", "Which file, and what does the error say?")
    form.submit()
    desk.settle()
    assert "Waiting on requester" in card.text
    assert "Which file" in received.thread[-1].text

    desk.pass_time(hours=2)
    ken.says("budget.xlsx: 'not enough memory'", thread=received)
    desk.settle()
    assert "In progress" in card.text
    told = received.thread[-1].text
    assert "Solution by today 10:00 AM" in told  # moved by exactly the two hours of waiting
    assert "Next answer due today 2:00 PM" in card.text
    team_card = desk.card(jane, number, "#team-it")
    assert "not enough memory" in "\n".join(line.text for line in team_card.thread)

    card.click("Resolve")
    form = modal_of(jane)
    form.fill("What was wrong?", "Excel held too much memory.")
    form.fill("What was done?", "Rebooted the terminal server.")
    form.submit()
    desk.settle()
    received.thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "closed" in received.thread[-1].text
    assert "Closed" in card.text


def test_the_team_thread_never_reaches_the_requester(desk: DeskInTest) -> None:
    ken, jane = desk.ken, desk.jane
    number = desk.opens(ken, "Monitor flickers", Topic="General inquiry")
    team_card = desk.card(jane, number, "#team-it")
    jane.says("Ken breaks one of these every month", thread=team_card)
    desk.settle()
    everything = [m.text for root in ken.dm for m in (root, *root.thread)]
    assert not any("every month" in text for text in everything)
    team_card.choose("More…", "History")
    assert "every month" in modal_of(jane).text
