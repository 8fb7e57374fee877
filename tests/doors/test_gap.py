"""What was written, mentioned or marked while the desk was down becomes a ticket all the same."""

from datetime import timedelta

from sqlalchemy import URL

from tests.desk import DeskInTest
from tests.faults.test_in_gap import TWENTY_MINUTES, started_again


def test_after_a_gap_first_messages_mentions_and_emoji_are_found_in_order_each_once(
    desk: DeskInTest, database: URL
) -> None:
    karen, ken, gus = desk.karen, desk.ken, desk.gus
    old = karen.says("The lift hums", channel="#general")
    desk.desk.catch_up(desk.clock.skip)
    desk.clock.skip(timedelta(hours=2))
    desk.desk.catch_up(desk.clock.skip)
    desk.desk.stop()
    first, second = gus.says("My badge is broken"), gus.says("And my chair")
    mention = ken.says("@deskbell the beamer is dead", channel="#general")
    ken.reacts(old, "ticket")
    desk.john.reacts(old, "ticket")
    desk.clock.skip(TWENTY_MINUTES)
    with started_again(desk, database) as fresh:
        assert fresh.catch_up(desk.clock.skip) == 4
        assert fresh.catch_up(desk.clock.skip) == 0
        fresh.deliver(desk.clock.skip)
        assert desk.newest_ticket() == 1
        assert "This is ticket #1 now" in old.thread[0].text
        assert len(old.thread) == 1
        assert "Shall I open a ticket for this?" in mention.thread[0].text
        assert [len(first.thread), len(second.thread)] == [1, 1]
