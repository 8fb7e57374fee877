"""Nobody listened for a while: what people wrote meanwhile is read, in order, each once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import URL, delete, select

from bot.catch_up import CatchUp
from bot.desk import Desk
from bot.slack_client import slack_client
from sandbox import SeenMessage
from store import catch_up
from store.database import Store
from store.models import Entry, InboxEntry, Stray
from store.rules.policy_file import load_policy
from tests.bot.setting import settings_for
from tests.desk import DEMO_POLICY, MONDAY_TEN, DeskInTest
from tests.faults.clicks import Json, wait_until
from tests.faults.races import held_up
from tests.postgres import PostgresServer

TWENTY_MINUTES: Final = timedelta(minutes=20)
"""More than the margin that is read again."""


@contextmanager
def started_again(desk: DeskInTest, database: URL) -> Iterator[Desk]:
    """A fresh process on the same database."""
    store = Store(database, desk.store.policy)
    fresh = Desk(settings_for(desk.sandbox), store, desk.clock.now)
    fresh.start(by_itself=False)
    desk.sandbox.wait_until_connected()
    try:
        yield fresh
    finally:
        fresh.stop()
        store.close()


def said(desk: DeskInTest) -> list[str]:
    """What is kept of the conversations, oldest first."""
    with desk.store.snapshot() as session:
        return list(session.scalars(select(Entry.text).order_by(Entry.id)))


def strays(desk: DeskInTest) -> list[str]:
    """Messages that belong to no ticket yet."""
    with desk.store.snapshot() as session:
        return list(session.scalars(select(Stray.text).order_by(Stray.id)))


def test_forty_messages_of_a_gap_are_read_in_order_and_late_redeliveries_add_nothing(
    desk: DeskInTest, database: URL
) -> None:
    number = desk.opens(desk.karen, "Printer on fire")
    root = desk.karen.dm[0]
    card = desk.card(desk.john, number, "#team-it")
    desk.karen.says("Before the gap", thread=root)
    desk.desk.catch_up(desk.clock.skip)
    desk.clock.skip(TWENTY_MINUTES)
    desk.desk.stop()
    answers = [f"Smoke {n}" for n in range(20)]
    notes = [f"Water {n}" for n in range(10)]
    new = [f"And the other printer {n}" for n in range(10)]
    write_all(desk, root, answers)
    for words in notes:
        desk.john.says(words, thread=card)
    for words in new:
        desk.karen.says(words)
    desk.clock.skip(TWENTY_MINUTES)
    with started_again(desk, database) as fresh:
        lost = lost_events(desk, [*answers, *new])
        assert len(lost) >= 30
        fresh.catch_up(desk.clock.skip)
        assert fresh.catch_up(desk.clock.skip) == 0
        for event in lost:
            assert desk.sandbox.delivery.send("events_api", "message", "late", event).result(10).ok
    assert [text for text in said(desk) if text.startswith("Smoke")] == answers
    assert [text for text in said(desk) if text.startswith("Water")] == notes
    assert strays(desk) == new
    assert said(desk).count("Before the gap") == 1


def write_all(desk: DeskInTest, thread: SeenMessage, words: list[str]) -> None:
    """Karen writes these into a thread."""
    for each in words:
        desk.karen.says(each, thread=thread)


def lost_events(desk: DeskInTest, words: list[str]) -> list[Json]:
    """The deliveries that did not arrive, as Slack repeats them at last."""
    heard = desk.sandbox.wire.of("message")
    return [e.payload for e in heard if e.payload["event"].get("text") in words]


def test_a_gap_before_the_first_day_is_none(desk: DeskInTest) -> None:
    desk.karen.says("Hello?")
    with desk.store.transaction() as session:
        session.execute(delete(InboxEntry))
    assert desk.desk.catch_up(desk.clock.skip) == 0
    assert strays(desk) == ["Hello?"]


def test_a_channel_that_was_left_meanwhile_does_not_keep_the_others_from_being_read(
    desk: DeskInTest, database: URL
) -> None:
    desk.opens(desk.karen, "Printer on fire")
    desk.desk.catch_up(desk.clock.skip)
    root = desk.karen.dm[0]
    desk.desk.stop()
    write_all(desk, root, ["Smoke"])
    desk.sandbox.admin.kick_bot("#team-it")
    with started_again(desk, database) as fresh:
        fresh.catch_up(desk.clock.skip)
    assert "Smoke" in said(desk)


def test_a_busy_slack_is_waited_for_and_nothing_is_skipped(desk: DeskInTest, database: URL) -> None:
    desk.opens(desk.karen, "Printer on fire")
    desk.desk.catch_up(desk.clock.skip)
    root = desk.karen.dm[0]
    desk.desk.stop()
    write_all(desk, root, ["Smoke"])
    desk.sandbox.faults.rate_limit("conversations.history", seconds=30)
    desk.sandbox.faults.hang_up_before("conversations.replies")
    with started_again(desk, database) as fresh:
        before = desk.clock.now()
        assert fresh.catch_up(desk.clock.skip) == 1
        assert desk.clock.now() - before >= timedelta(seconds=30)


def test_the_mark_follows_while_slack_reaches_us_and_takes_our_token_and_stays_otherwise(
    desk: DeskInTest,
) -> None:
    client = slack_client(settings_for(desk.sandbox), seconds=5)
    reader = CatchUp(desk.store, client, desk.clock.now, desk.clock.skip)

    def heard() -> datetime | None:
        with desk.store.snapshot() as session:
            return catch_up.heard_until(session)

    reader.keep_up(0)
    desk.clock.skip(timedelta(seconds=30))
    reader.keep_up(0)
    until = desk.clock.now()
    assert heard() == until
    desk.clock.skip(timedelta(minutes=5))
    reader.keep_up(300)
    assert heard() == until
    reader.keep_up(0)
    assert heard() == desk.clock.now()
    until = desk.clock.now()
    desk.sandbox.admin.revoke_token()
    desk.ken.says("Hello?")
    desk.clock.skip(timedelta(seconds=30))
    reader.keep_up(0)
    assert (heard(), strays(desk)) == (until, [])
    desk.sandbox.admin.restore_token()
    reader.keep_up(0)
    assert (heard(), strays(desk)) == (desk.clock.now(), ["Hello?"])
    desk.sandbox.admin.revoke_token()  # for a moment; whoever sends something notices
    desk.ken.says("Still there?")
    with pytest.raises(SlackApiError, match="token_revoked"):
        client.chat_postMessage(channel="C0TEAMIT003", text="Yes")
    desk.sandbox.admin.restore_token()
    desk.clock.skip(timedelta(seconds=20))
    began = desk.clock.now()
    reader.keep_up(0)
    assert (heard(), strays(desk)) == (began, ["Hello?", "Still there?"])


def test_what_was_turned_away_each_time_is_read_although_slack_always_reached_us(
    desk: DeskInTest,
) -> None:
    client = slack_client(settings_for(desk.sandbox), seconds=5)
    reader = CatchUp(desk.store, client, desk.clock.now, desk.clock.skip)
    desk.opens(desk.karen, "Printer on fire")
    reader.keep_up(0)
    desk.desk.stop()
    write_all(desk, desk.karen.dm[0], ["Smoke"])
    desk.ken.says("Hello?")
    reader.keep_up(0)
    reader.keep_up(300, missed=True)
    assert (said(desk), strays(desk)) == ([], [])
    reader.keep_up(0)
    assert (said(desk), strays(desk)) == (["Smoke"], ["Hello?"])


@pytest.mark.long
def test_a_thousand_missed_messages_are_read_within_a_minute_of_slacks_pace(
    desk: DeskInTest, database: URL
) -> None:
    for person in (desk.karen, desk.ken):
        for number in range(5):
            desk.opens(person, f"Printer {number} burns", Topic="General inquiry")
    desk.desk.catch_up(desk.clock.skip)
    desk.desk.stop()
    for person in (desk.karen, desk.ken):
        for root in person.dm:
            for number in range(100):
                person.says(f"Smoke {number}", thread=root)
    desk.clock.skip(TWENTY_MINUTES)
    with started_again(desk, database) as fresh:
        before = desk.clock.now()
        assert fresh.catch_up(desk.clock.skip) == 1000
        assert desk.clock.now() - before <= timedelta(seconds=60)
    assert len(said(desk)) == 1000
    refused = [e for e in desk.sandbox.wire.of("conversations.replies") if e.outcome != "ok"]
    assert refused == []


def test_replicas_that_start_together_note_at_once_how_far_they_have_heard(
    postgres: PostgresServer,
) -> None:
    with postgres.database() as url, ThreadPoolExecutor(1) as other:
        store = Store(url, load_policy(DEMO_POLICY))

        def mark(at: datetime) -> None:
            with store.transaction() as session:
                catch_up.mark(session, at=at)

        with store.transaction() as session:
            catch_up.mark(session, at=MONDAY_TEN)
            later = other.submit(mark, MONDAY_TEN + TWENTY_MINUTES)
            wait_until(lambda: held_up(store))
        later.result(10)
        with store.snapshot() as session:
            assert catch_up.heard_until(session) == MONDAY_TEN + TWENTY_MINUTES
        store.close()
