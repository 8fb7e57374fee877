"""Nothing is open any more, and what was closed can be looked through."""

from datetime import timedelta

from store.rules.lifecycle import Status
from tests.desk import DeskInTest, modal_of
from tests.ending.acts import closed
from tests.views import sample


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
        john.types(f"/ticket closed {days}".strip())
        told = modal_of(john).text
        modal_of(john).cancel()
        assert (f"#{first} " in told) is shown
        assert f"#{second} " not in told
    desk.ken.types("/ticket closed")
    assert "Nothing was closed" in modal_of(desk.ken).text


def test_what_was_closed_is_turned_page_by_page_and_opened_from_there(desk: DeskInTest) -> None:
    john = desk.john
    with desk.store.transaction() as session:
        for number in range(1, 43):
            at = desk.clock.now() - timedelta(hours=number)
            session.add(sample.ticket(Status.CLOSED, id=number, closed_at=at))
    john.types("/ticket closed")
    shown = [modal_of(john).text]
    for press in ("Next", "Next", "Back", "Next"):
        modal_of(john).press(press)
        shown.append(modal_of(john).text)
    assert [text.count(" · The printer") for text in shown] == [20, 20, 2, 20, 2]
    assert shown[1] == shown[3]
    assert "last update" in shown[0]
    assert "#42 ·" in shown[2]
    assert modal_of(john).buttons == ["Open", "Open", "Back"]
    modal_of(john).press("Open", near="#41")
    assert modal_of(john).title == "Ticket #41"


def test_inbox_zero_is_said(desk: DeskInTest) -> None:
    closed(desk, "Printer is silent")
    desk.john.home.open()
    desk.settle()
    assert "Inbox zero" in desk.john.home.text
