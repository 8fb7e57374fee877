"""Nothing is open any more, and what was closed can be looked through."""

from tests.desk import DeskInTest
from tests.ending.acts import closed


def test_home_says_when_nothing_is_open_and_closed_tickets_are_listed_by_period(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    first = closed(desk, "Printer is silent")
    desk.pass_time(days=3)
    second = desk.opens(karen, "No sound")
    john.home.open()
    desk.settle()
    assert "1 ticket is open in your teams." in john.home.text
    card = desk.card(john, second)
    card.click("Claim")
    desk.settle()
    for days, shown in (("2", False), ("30 days", True), ("", True)):
        told = john.types(f"/ticket closed {days}".strip()).text
        assert (f"#{first} " in told) is shown
        assert f"#{second} " not in told
    assert "Nothing was closed" in desk.ken.types("/ticket closed").text


def test_inbox_zero_is_said(desk: DeskInTest) -> None:
    closed(desk, "Printer is silent")
    desk.john.home.open()
    desk.settle()
    assert "Inbox zero" in desk.john.home.text
