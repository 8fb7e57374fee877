"""Agents keep what helped; it is offered to whoever asks next, and to whoever resolves next."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import begins, presses, sends


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
    card.click("Resolve")  # one
    form = modal_of(john)
    form.fill("What was wrong?", "typed before")
    form.press("Start from this", near="The projector shows no picture")  # two
    assert form.value("What was wrong?") == "Wrong input chosen."
    assert form.value("What was done?") == "Chose HDMI by remote."
    assert form.value("Reply to the requester") == "Press *Input* until it says HDMI."
    form.fill("What was done?", "")
    assert "What was done?" in form.submit().errors
    form.fill("What was done?", "The same again.")
    assert form.submit().errors == {}
    desk.settle()
    assert "resolved" in desk.card(john, second).text.lower()


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
