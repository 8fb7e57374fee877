"""People…: agents add and remove whom they like, the requester adds who is affected too."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, heard, presses, thread_of


def test_agents_add_and_remove_people_and_the_card_counts_them(desk: DeskInTest) -> None:
    karen, ken, john, chris = desk.karen, desk.ken, desk.john, desk.chris
    number = desk.opens(karen, "Excel crashes for all of accounting")
    presses(desk, john, number, "People…")
    form = modal_of(john)
    assert form.submit().errors == {"Who is affected too?": "Choose at least one person."}
    form.pick_person("Who is affected too?", "Ken")
    form.pick_person("Who is affected too?", "Karen")
    form.pick_person("Who wants to hear how it goes?", "Chris")
    assert form.submit().errors == {}
    desk.settle()
    assert "1 more affected · 1 watching" in desk.card(john, number).text
    assert "added you to ticket" in heard(ken)
    assert "added you to ticket" in heard(chris)
    presses(desk, john, number, "People…")
    form = modal_of(john)
    form.press("Remove", near="Ken")
    assert "Ken" not in modal_of(john).text
    desk.settle()
    assert "took you off ticket" in heard(ken)
    assert "1 watching" in desk.card(john, number).text
    assert "affected" not in desk.card(john, number).text


def test_the_requester_adds_who_is_affected_too_and_sees_who_is_told(desk: DeskInTest) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    number = desk.opens(karen, "Excel crashes")
    karen.types(f"/ticket {number}")
    assert "Told:" not in modal_of(karen).text
    modal_of(karen).press("Somebody else has this too")
    form = modal_of(karen)
    assert form.labels == ["Who is affected too?"]
    form.pick_person("Who is affected too?", "Ken")
    assert form.submit().errors == {}
    desk.settle()
    for person in (karen, ken):
        person.types(f"/ticket {number}")
        assert "Told: @Karen Example, @Ken Sample" in modal_of(person).text
    assert f"#{number}" in ken.types("/ticket list").text
    assert "Karen Example added Ken Sample as affected" in thread_of(desk, john, number)


def test_a_watcher_sees_the_ticket_but_none_of_the_requesters_buttons(desk: DeskInTest) -> None:
    karen, chris, john = desk.karen, desk.chris, desk.john
    number = desk.opens(karen, "Excel crashes")
    presses(desk, john, number, "Claim")
    presses(desk, john, number, "People…")
    form = modal_of(john)
    form.pick_person("Who wants to hear how it goes?", "Chris")
    form.submit()
    desk.settle()
    chris.dm[-1].click("Open ticket")
    assert modal_of(chris).buttons == ["Add information", "Stop watching", "Send me a transcript"]
    modal_of(chris).press("Stop watching")
    assert "You no longer hear of this ticket" in modal_of(chris).text
    answers(desk, john, number, "Reply", Reply="Fixed soon")
    assert "Fixed soon" not in heard(chris)
