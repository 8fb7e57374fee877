"""Agents keep what helped; it is offered to whoever asks next, and to whoever resolves next."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import begins, heard, presses, sends


def clicks(desk: DeskInTest) -> int:
    """How often somebody has pressed, chosen or sent something so far, as Slack counts it."""
    pressed = {"block_actions", "view_submission"}
    return sum(entry.kind in pressed for entry in desk.sandbox.wire.entries)


def test_what_helped_is_saved_while_resolving_and_is_two_clicks_away_the_next_time(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    number = desk.opens(karen, "Projector shows nothing")
    presses(desk, john, number, "Resolve")
    form = modal_of(john)
    assert form.buttons == []
    form.tick("Next time", "Save what helped as a solution: I write it next")
    said = {"What_was_wrong?": "Wrong input chosen.", "What_was_done?": "Chose HDMI by remote."}
    assert sends(john, **said, Reply_to_the_requester="Press *Input* until it says HDMI.") == {}
    solution = modal_of(john)
    assert solution.value("Title") == "Projector shows nothing"
    assert solution.value("Answer") == "Press *Input* until it says HDMI."
    assert solution.value("Topic") == "General inquiry"
    solution.fill("Title", "")
    assert sends(john) == {"Title": "Please complete this required field."}
    assert sends(john, Title="The projector shows no picture") == {}
    assert john.modal is None
    desk.settle()
    assert "Press *Input* until it says HDMI." in begins(desk.ken, "/ticket projector").text

    second = desk.opens(desk.ken, "projector stays dark")
    card = desk.card(john, second)
    card.click("Resolve")
    form = modal_of(john)
    form.fill("What was wrong?", "typed before")
    form.press("Start from this", near="The projector shows no picture")
    assert form.value("What was wrong?") == "Wrong input chosen."
    assert form.value("What was done?") == "Chose HDMI by remote."
    assert form.value("Reply to the requester") == "Press *Input* until it says HDMI."
    form.fill("What was done?", "")
    assert "What was done?" in form.submit().errors
    form.fill("What was done?", "The same again.")
    assert form.submit().errors == {}
    desk.settle()
    assert "resolved" in desk.card(john, second).text.lower()

    third = desk.opens(desk.ken, "Again projector without a picture")
    before = clicks(desk)
    desk.card(john, third).click("Resolve")
    modal_of(john).press("Resolve with this")
    assert clicks(desk) - before == 2
    assert f"#{third} is resolved in 10 seconds" in modal_of(john).text
    modal_of(john).press("Undo")
    assert "nothing was sent, and #3 is not resolved" in modal_of(john).text
    desk.settle()
    assert "HDMI" not in heard(desk.ken).partition(f"#{third}")[2]
    assert "In progress" in desk.card(john, third).text
    desk.card(john, third).click("Resolve")
    assert modal_of(john).value("What was wrong?") == "Wrong input chosen."
    modal_of(john).press("Resolve with this")
    desk.settle()
    assert "Resolved by @John" in desk.card(john, third).text
    last = desk.ken.find("", f"#{third}").thread[-1]
    assert "HDMI" in last.text
    assert "Yes, it's fixed" in last.buttons

    john.types(f"/ticket {third}")
    shown = modal_of(john)
    alike = shown.text.partition("Like this one")[2]
    assert "Solution: The projector shows no picture" in alike
    shown.cancel()
    desk.ken.types(f"/ticket {third}")
    assert "Like this one" not in modal_of(desk.ken).text

    fourth = desk.opens(desk.ken, "One more")
    before = clicks(desk)
    desk.card(john, fourth).click("Claim")
    assert clicks(desk) - before == 1


def test_resolving_with_a_solution_asks_for_the_checklist_first_and_so_does_a_reply(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    begins(john, "/ticket solutions").press("New solution")
    assert sends(john, Title="Printer prints blank", Answer="Shake the toner.") == {}
    modal_of(john).cancel()
    number = desk.opens(
        karen,
        "Printer prints blank sheets",
        Topic="Printer",
        **{"Have_you_tried_restarting?": "Yes"},
    )
    presses(desk, john, number, "Reply")
    form = modal_of(john)
    form.fill("Reply", "Here is how.")
    form.choose("And set", "Resolved")
    form = modal_of(john)
    form.press("Resolve with this")
    assert "Almost. Tick what was done" in form.text
    assert form.value("What was done?") == "Shake the toner."
    form.fill("Why the rest of the checklist need not be done", "She did that")
    form.press("Resolve with this")
    desk.settle()
    assert "Resolved" in desk.card(john, number).text
    said = karen.find("", f"#{number}").thread[-1].text
    assert "Here is how.\n\nShake the toner." in said


def test_agents_see_better_and_retire_solutions_and_nobody_else_does(desk: DeskInTest) -> None:
    john, ken = desk.john, desk.ken
    listed = begins(john, "/ticket solutions")
    assert "There is none yet." in listed.text
    listed.press("New solution")
    assert sends(john, Title="VPN keeps disconnecting", Answer="Choose the other gateway.") == {}
    assert "VPN keeps disconnecting\nEdit\nGeneral inquiry" in listed.text
    form = begins(ken, "/ticket vpn disconnects")
    form.press("This solved it")
    assert "helped once" in begins(desk.jane, "/ticket solutions").text
    listed = begins(john, "/ticket solutions vpn")
    listed.press("Edit")
    assert sends(john, Answer="Choose gateway 2.", **{"Who_gets_it?": "Retired"}) == {}
    assert "helped once · retired" in listed.text
    assert "gateway" not in begins(ken, "/ticket vpn").text
    assert "Nothing found." in begins(john, "/ticket solutions projector").text
    stranger = begins(ken, "/ticket solutions folder is gone")
    assert stranger.value("Summary") == "solutions folder is gone"
    john.home.open()
    desk.settle()
    john.home.click("Solutions")
    assert modal_of(john).title == "Solutions"
    ken.home.open()
    desk.settle()
    assert "Solutions" not in ken.home.buttons
