"""What people write to the desk without naming a ticket finds its place, or becomes one."""

from tests.desk import DeskInTest, modal_of
from tests.stories.acts import thread_of, whispered


def test_a_stray_message_is_put_where_its_author_says_once(desk: DeskInTest) -> None:
    karen = desk.karen
    first = desk.opens(karen, "No sound")
    second = desk.opens(karen, "No picture")
    message = karen.says("It works again on Tuesdays")
    desk.settle()
    asked = message.thread[-1]
    assert "Which ticket is this about?" in asked.text
    before = asked.stale_copy()
    asked.click(f"#{first} · No sound")
    desk.settle()
    assert "on Tuesdays" in thread_of(desk, desk.john, first)
    assert "on Tuesdays" not in thread_of(desk, desk.john, second)
    before.click(f"#{second} · No picture")
    desk.settle()
    assert "You have said already" in whispered(karen, "")
    assert "on Tuesdays" not in thread_of(desk, desk.john, second)


def test_a_stray_message_of_somebody_without_tickets_becomes_one(desk: DeskInTest) -> None:
    ken = desk.ken
    message = ken.says("my keyboard types by itself")
    desk.settle()
    asked = message.thread[-1]
    assert "Shall I open a ticket for this?" in asked.text
    asked.click("Say more first")
    form = modal_of(ken)
    assert form.value("Summary") == "my keyboard types by itself"
    assert form.submit().ok
    desk.settle()
    assert "my keyboard" in desk.card(desk.john, desk.newest_ticket()).text


def test_a_file_sent_by_the_requester_is_named_to_the_agents(desk: DeskInTest) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    karen.uploads("noise.png", thread=karen.find("", f"#{number}"), text="Listen")
    desk.settle()
    told = thread_of(desk, desk.john, number)
    assert "noise.png" in told
    assert "Listen" in told
