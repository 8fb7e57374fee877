"""Slack does not say whether it took a post: the desk looks before it repeats anything."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from slack_sdk import WebClient
from sqlalchemy import URL

from sandbox.faults import FOR_EVER, Faults
from store.kinds import Kind
from store.models import Delivery
from tests.desk import DeskInTest, modal_of, running_desk
from tests.faults.clicks import deliveries, events_of, wait_until
from tests.faults.sending import (
    POST,
    TEAM_IT,
    alarms,
    calls,
    copies,
    impatient,
    live,
    out_of_order,
    promises,
    states,
)
from tests.faults.test_in_gap import said, strays
from tests.stories.acts import heard, thread_of

STORED: dict[str, Callable[[Faults], object]] = {
    "hangs up": lambda faults: faults.hang_up_after(POST, channel=TEAM_IT),
    "answers 500": lambda faults: faults.answer_after(POST, channel=TEAM_IT),
    "fatal_error": lambda faults: faults.refuse_after(POST, channel=TEAM_IT),
    "takes too long": lambda faults: faults.slow(POST, seconds=1.2, channel=TEAM_IT),
}
NOT_STORED: dict[str, Callable[[Faults], object]] = {
    "hangs up": lambda faults: faults.hang_up_before(POST, channel=TEAM_IT),
    "answers 500": lambda faults: faults.answer(POST, status=500, channel=TEAM_IT),
    "fatal_error": lambda faults: faults.refuse(POST, "fatal_error", channel=TEAM_IT),
}


def goes_wrong(desk: DeskInTest) -> None:
    """The card's post is in doubt; everybody else hears at once, and what follows it waits."""
    impatient(desk)
    assert desk.karen.types("/ticket Printer on fire").acked
    modal = desk.karen.modal
    assert modal is not None
    assert modal.submit().ok
    desk.desk.deliver()
    card, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    assert (card.state, card.attempts) == (Delivery.UNSURE, 1)
    assert "we have your request" in heard(desk.karen)
    assert desk.card(desk.john, 1).click("Claim").acked
    desk.clock.skip(timedelta(seconds=19))
    desk.desk.deliver()
    assert len(calls(desk, POST, TEAM_IT)) == 1
    assert promises(desk, Kind.LINE)[0].state == Delivery.READY


def ends_well(desk: DeskInTest) -> None:
    """All is said, once and in order, and there is nothing to tell anybody."""
    desk.settle()
    desk.clock.skip(timedelta(minutes=3))
    desk.desk.sweep()
    everything = promises(desk)
    assert states(everything) == {Delivery.SENT}
    assert out_of_order(everything) == []
    posts = promises(desk, Kind.CARD, Kind.LINE, Kind.NEWS, Kind.TELL)
    assert [copies(desk, message) for message in posts] == [1] * len(posts)
    assert "claimed it" in thread_of(desk, desk.john, 1)
    assert events_of(desk, 1) == ["opened", "claimed"]
    assert heard(desk.ada) == ""
    assert alarms(desk) == {}


@pytest.mark.parametrize("fault", STORED)
def test_a_post_that_slack_keeps_without_saying_so_is_found_and_not_repeated(
    desk: DeskInTest, fault: str
) -> None:
    STORED[fault](desk.sandbox.faults)
    goes_wrong(desk)
    ends_well(desk)
    assert len(calls(desk, POST, TEAM_IT)) == 2  # the card once, the line under it once
    card, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    assert (card.attempts, card.misses) == (2, 0)


@pytest.mark.parametrize("fault", NOT_STORED)
def test_a_post_that_slack_did_not_keep_is_repeated_once_after_two_looks(
    desk: DeskInTest, fault: str
) -> None:
    NOT_STORED[fault](desk.sandbox.faults)
    goes_wrong(desk)
    ends_well(desk)
    first, again, _line = calls(desk, POST, TEAM_IT)
    assert timedelta(seconds=30) <= again.at - first.at < timedelta(seconds=35)
    assert len(calls(desk, "conversations.history", TEAM_IT)) == 3  # the third is the sweep
    card, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    assert (card.attempts, card.misses) == (3, 2)


def test_what_is_said_below_a_message_that_is_found_late_is_read_in_order_and_once(
    database: URL,
) -> None:
    with running_desk(database, seconds_to_answer=1) as desk:
        faults, karen, john = desk.sandbox.faults, desk.karen, desk.john
        faults.hang_up_after(POST, channel=TEAM_IT)
        faults.hang_up_after(POST, channel=karen.user.id)
        hidden = [
            faults.answer(method, channel=TEAM_IT, times=FOR_EVER)
            for method in ("conversations.history", "conversations.replies")
        ]
        karen.types("/ticket Printer on fire")
        assert modal_of(karen).submit().ok
        desk.desk.deliver()
        card = john.find("#team-it", "Printer on fire")
        assert not john.says("It is the fuser", thread=card).was_heard
        assert john.says("Lunch?", "#team-it").was_heard
        assert not karen.says("Since this morning", thread=karen.dm[0]).was_heard
        live(desk, seconds=31)
        assert events_of(desk, 1) == ["opened", "answered"]
        for passed in (30, 300):  # the last two times that Slack tries
            before = len(deliveries(desk, "It is the fuser"))
            desk.clock.skip(timedelta(seconds=passed))
            wait_until(partial(lost_again, desk, "It is the fuser", before))
        assert not john.says("Or the toner", thread=card).was_heard
        for fault in hidden:
            faults.remove(fault)
        live(desk, minutes=6)
        heard_late = [e.payload for e in desk.sandbox.wire.of("message")]
        assert said(desk) == ["Since this morning", "It is the fuser", "Or the toner"]
        assert strays(desk) == []
        for event in heard_late:
            assert desk.sandbox.delivery.send("events_api", "message", "late", event).result(10).ok
        assert events_of(desk, 1) == ["opened", "answered", "noted", "noted"]


def lost_again(desk: DeskInTest, words: str, before: int) -> bool:
    """Whether Slack has tried once more, in vain."""
    tries = deliveries(desk, words)
    return len(tries) > before and set(tries) == {"timeout"}


def test_the_sdk_by_itself_would_have_posted_twice(desk: DeskInTest) -> None:
    """Which is why the desk's clients never repeat anything by themselves."""
    client = WebClient(desk.sandbox.bot_token, base_url=desk.sandbox.api_url)
    desk.sandbox.faults.hang_up_after(POST)
    assert client.chat_postMessage(channel=TEAM_IT, text="Hello")["ok"]
    assert len(desk.john.sees("#team-it")) == 2
