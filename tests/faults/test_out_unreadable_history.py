"""Nobody can tell whether Slack has a message: most of them wait, a page does not."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from store.kinds import Kind
from store.models import Delivery
from tests.desk import DeskInTest
from tests.faults.clicks import events_of
from tests.faults.sending import (
    POST,
    alarms,
    calls,
    copies,
    live,
    out_of_order,
    promises,
    states,
)
from tests.on_call.setting import OUTAGE, pages
from tests.stories.acts import begins, heard, sends

LOOK = "conversations.history"


@pytest.mark.parametrize("status", [HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR])
def test_ordinary_messages_wait_and_a_page_goes_out_within_two_minutes(
    desk: DeskInTest, status: HTTPStatus
) -> None:
    faults, omar = desk.sandbox.faults, desk.omar.user.id
    faults.hang_up_after(POST, channel=omar)
    faults.hang_up_after(POST, channel="#team-it")
    hidden = faults.hide_history(status=status, seconds=45)
    begins(desk.karen, "/ticket Core banking stands still")
    assert sends(desk.karen, **OUTAGE) == {}
    live(desk, minutes=10, seconds=5)

    page = promises(desk, Kind.PAGE, channel=omar)[0]
    assert page.state == Delivery.SENT
    assert page.sent_at is not None
    assert timedelta(seconds=100) < page.sent_at - page.created_at <= timedelta(minutes=2)
    assert copies(desk, page) == 2
    cards = promises(desk, Kind.CARD)
    doubted = [card for card in cards if card.state != Delivery.SENT]
    assert states(doubted) == {Delivery.UNSURE}
    assert [copies(desk, card) for card in doubted] == [1]
    assert alarms(desk) == {"stuck_sends": 1}
    assert "we have your request" in heard(desk.karen)

    for fault in hidden:
        faults.remove(fault)
    live(desk, minutes=3)
    assert states(promises(desk)) == {Delivery.SENT}
    assert {copies(desk, m) for m in promises(desk, Kind.CARD, Kind.PAGE, Kind.LINE)} == {1}
    assert events_of(desk, 1).count("copy_removed") == 1
    assert out_of_order(promises(desk)) == []
    assert alarms(desk) == {}
    assert pages(desk.omar, 1)[0].click("Acknowledge").acked


def test_after_an_outage_one_look_that_fails_calls_nobody_twice(desk: DeskInTest) -> None:
    """The page's patience ran out while nobody could look."""
    faults, omar = desk.sandbox.faults, desk.omar.user.id
    faults.hang_up_after(POST, channel=omar)
    begins(desk.karen, "/ticket Core banking stands still")
    assert sends(desk.karen, **OUTAGE) == {}
    while desk.desk.deliverer.deliver_next():
        pass
    faults.answer(LOOK)
    desk.clock.skip(timedelta(hours=3))
    live(desk, seconds=30)

    page = promises(desk, Kind.PAGE, channel=omar)[0]
    assert (page.state, copies(desk, page)) == (Delivery.SENT, 1)
    dm = page.slack_channel or ""
    assert [call.outcome for call in calls(desk, LOOK, dm)] == ["fault: status", "ok"]
