"""What was written in threads while nobody listened: also where the desk did not begin them."""

from datetime import timedelta

import pytest
from sqlalchemy import URL

from bot.catch_up import CatchUp
from bot.slack_client import slack_client
from tests.bot.setting import settings_for
from tests.desk import DeskInTest
from tests.faults.sending import POST, impatient
from tests.faults.test_in_gap import TWENTY_MINUTES, started_again, strays
from tests.stories.acts import begins, sends


def missed(desk: DeskInTest, database: URL) -> int:
    """The desk is down for as long as what was just written needs to be old; how much it read."""
    desk.clock.skip(TWENTY_MINUTES)
    with started_again(desk, database) as fresh:
        found = fresh.catch_up(desk.clock.skip)
        assert fresh.catch_up(desk.clock.skip) == 0
    return found


def goes_down(desk: DeskInTest, *, later: timedelta = TWENTY_MINUTES) -> None:
    """All that was said so far was heard."""
    desk.clock.skip(later)
    desk.desk.catch_up(desk.clock.skip)
    desk.desk.stop()


def test_in_private_what_is_written_below_anything_is_for_the_desk(
    desk: DeskInTest, database: URL
) -> None:
    own = desk.gus.says("My badge is broken")
    desk.settle()
    asked = own.thread[0]
    goes_down(desk, later=timedelta(days=2))
    desk.gus.says("It is the blue one", thread=own)
    desk.gus.says("And it smells", thread=asked)
    assert missed(desk, database) == 2
    assert strays(desk) == ["My badge is broken", "It is the blue one", "And it smells"]


def test_a_mention_in_somebodys_thread_of_a_watched_channel_is_answered_and_the_rest_is_theirs(
    desk: DeskInTest, database: URL
) -> None:
    root = desk.karen.says("The lift hums", channel="#general")
    goes_down(desk)
    desk.gus.says("Since Tuesday", channel="#general", thread=root)
    desk.ken.says("@deskbell the lift is dead", channel="#general", thread=root)
    pointed = desk.ken.says("And it smells", channel="#general", thread=root)
    desk.ken.reacts(pointed, "ticket")
    assert missed(desk, database) == 2
    assert strays(desk) == ["the lift is dead"]
    desk.settle()
    assert desk.newest_ticket() == 1


@pytest.mark.parametrize("broadcast", [False, True])
def test_what_may_stand_below_a_message_that_is_still_looked_for_is_not_passed_over(
    desk: DeskInTest, database: URL, *, broadcast: bool
) -> None:
    """Also sent to the channel or not, it is read while a post to the same person is in doubt."""
    impatient(desk)
    own = desk.karen.says("My badge is broken")
    desk.settle()
    goes_down(desk)
    desk.karen.says("It is the blue one", thread=own, broadcast=broadcast)
    desk.clock.skip(TWENTY_MINUTES)
    with started_again(desk, database) as fresh:
        desk.sandbox.faults.hang_up_after(POST, channel=desk.karen.user.id)
        begins(desk.karen, "/ticket Printer on fire")
        assert sends(desk.karen) == {}
        fresh.deliver()
        before = desk.clock.now()
        assert fresh.catch_up(desk.clock.skip) == 1
        assert desk.clock.now() - before <= timedelta(minutes=5)
    assert strays(desk)[-1] == "It is the blue one"


def test_a_message_that_cannot_be_kept_keeps_no_other_from_being_read(
    desk: DeskInTest, database: URL
) -> None:
    goes_down(desk)
    desk.gus.says("No database likes this \0")
    desk.gus.says("Hello?")
    missed(desk, database)
    assert strays(desk)[-1] == "Hello?"


def test_what_met_a_closed_door_before_us_is_read_from_the_last_request_on(
    desk: DeskInTest,
) -> None:
    """Over HTTP nobody knows of a gap, so what Slack's silence covers does not count as heard."""
    client = slack_client(settings_for(desk.sandbox), seconds=5)
    reader = CatchUp(desk.store, client, desk.clock.now, desk.clock.skip)
    reader.keep_up(0)
    desk.desk.stop()
    desk.gus.says("Hello?")
    for seconds in range(0, 1800, 30):
        desk.clock.skip(timedelta(seconds=30))
        reader.keep_up(0, quiet=seconds + 30)
    assert strays(desk) == []
    reader.keep_up(0, missed=True)
    assert strays(desk) == ["Hello?"]
