"""People come, leave, visit, or are called in; the desk copes with all of them."""

from tests.desk import DeskInTest, enter, modal_of
from tests.stories.acts import (
    answers,
    begins,
    heard,
    presses,
    resolves,
    sends,
    thread_of,
)


def test_a_guest_is_helped_like_anybody_else(desk: DeskInTest) -> None:
    gus, john = desk.gus, desk.john
    number = desk.opens(gus, "Guest network is down")
    presses(desk, john, number, "Claim")
    resolves(desk, john, number)
    gus.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "closed" in heard(gus)


def test_somebody_deactivated_while_the_form_was_open_is_told_at_the_field(
    desk: DeskInTest,
) -> None:
    form = begins(desk.karen, "/ticket Laptop for Chris")
    enter(form, "On behalf of someone else", "Chris")
    desk.sandbox.admin.deactivate("Chris")
    errors = form.submit().errors
    assert "account is deactivated" in errors["On behalf of someone else"]
    form.pick_person("On behalf of someone else", "")
    assert form.submit().ok


def test_a_ticket_cannot_be_given_to_an_app_or_to_somebody_who_left(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Reassign")
    form = modal_of(john)
    form.fill("Hand-off note", "Yours")
    form.pick_person("Agent", "Jane")
    desk.sandbox.admin.deactivate("Jane")
    assert "Jane Specimen's account is deactivated" in form.submit().errors["Agent"]
    assert "Unassigned" in desk.card(john, number).text


def test_what_cannot_reach_a_requester_who_left_is_told_to_the_admins_once(
    desk: DeskInTest,
) -> None:
    john, ada = desk.john, desk.ada
    number = desk.opens(desk.karen, "No sound")
    desk.sandbox.admin.deactivate("Karen")
    answers(desk, john, number, "Reply", Reply="Could you restart it?")
    answers(desk, john, number, "Reply", Reply="Hello?")
    resolves(desk, john, number)
    assert heard(ada).count("has a deactivated account") == 1
    assert "Resolved" in desk.card(john, number).text
    presses(desk, john, number, "History")
    assert "Slack refused a message to @Karen Example" in modal_of(john).text


def test_an_agent_who_left_loses_a_reopened_ticket_to_the_queue(desk: DeskInTest) -> None:
    karen, john, jane = desk.karen, desk.john, desk.jane
    number = desk.opens(karen, "No sound")
    presses(desk, jane, number, "Claim")
    resolves(desk, jane, number)
    desk.sandbox.admin.deactivate("Jane")
    karen.says("still silent", thread=karen.find("", f"#{number}"))
    desk.settle()
    karen.find("", f"#{number}").thread[-1].click("Reopen")
    desk.settle()
    assert "Unassigned" in desk.card(john, number).text
    assert f"Open again: ticket #{number}" in heard(desk.lena)


def test_somebody_new_may_ask_at_once(desk: DeskInTest) -> None:
    desk.sandbox.admin.reactivate("Dana")
    number = desk.opens(desk.dana, "I need a badge", Topic="Access")
    assert f"#{number}" in heard(desk.dana)


def test_whoever_a_page_called_may_work_the_ticket_agent_or_not(desk: DeskInTest) -> None:
    omar, karen = desk.omar, desk.karen
    number = desk.opens(
        karen, "Core banking stands still", Topic="Business critical outage",
        **{"What_does_not_work,_and_for_whom?": "Everything"},
    )  # fmt: skip
    omar.find("", f"#{number}").click("Open ticket")
    shown = modal_of(omar)
    assert shown.title == f"Ticket #{number}"
    shown.press("Claim")
    desk.settle()
    assert "With @Omar" in modal_of(omar).text
    modal_of(omar).press("Reply")
    assert sends(omar, Reply="I am on it.") == {}
    desk.settle()
    assert "I am on it." in heard(karen)
    omar.home.open()
    desk.settle()
    assert f"#{number}" in omar.home.text.split("Assigned to me")[1]
    assert f"#{number}" in omar.types("/ticket list").text
    assert f"#{number}" in omar.types("/ticket find banking").text
    page = omar.find("#on-call", f"#{number}")
    omar.says("restarting node 3", channel="#on-call", thread=page)
    desk.settle()
    assert "restarting node 3" in thread_of(desk, desk.john, number)
    assert "restarting node 3" not in heard(karen)


def test_an_agent_whose_own_ticket_it_is_says_in_it_whether_it_is_fixed(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(john, "My own chair squeaks")
    resolves(desk, desk.jane, number)
    john.types(f"/ticket {number}")
    assert "Yes, it's fixed" in modal_of(john).buttons
    modal_of(john).press("Yes, it's fixed")
    desk.settle()
    assert "Closed" in modal_of(john).text
    assert "Yes, it's fixed" not in modal_of(john).buttons


def test_on_behalf_of_someone_both_hear_and_either_may_answer_and_confirm(
    desk: DeskInTest,
) -> None:
    karen, chris, john = desk.karen, desk.chris, desk.john
    number = desk.opens(karen, "Laptop does not charge", On_behalf_of_someone_else="Chris")
    assert "your request for @Chris" in karen.find("", f"#{number}").text
    assert "asked for help on your behalf" in chris.find("", f"#{number}").text
    answers(desk, john, number, "Waiting on requester", Question="Which model?")
    assert "Which model?" in heard(karen)
    assert "Which model?" in heard(chris)
    chris.says("The silver one", thread=chris.find("", f"#{number}"))
    desk.settle()
    assert "In progress" in desk.card(john, number).text
    assert "The silver one" in thread_of(desk, john, number)
    resolves(desk, john, number)
    chris.find("", f"#{number}").thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "closed" in karen.find("", f"#{number}").thread[-1].text
    assert "Chris Figment confirmed that it is fixed" in thread_of(desk, john, number)
    assert f"#{number}" in chris.types("/ticket find charge").text
