"""Slack delivers events more than once, minutes apart, to any replica: nothing happens twice."""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import URL, func, insert, select

from bot import jobs
from bot.desk import Desk
from store import conversation, inbox
from store.database import DeskSession, Store
from store.models import Entry, InboxEntry, OutboxMessage
from tests.bot.setting import settings_for
from tests.desk import MONDAY_TEN, DeskInTest, demo_policy
from tests.faults.clicks import Json, deliveries, wait_until

WORDS = "It burns again"


def an_answer(desk: DeskInTest) -> Json:
    """What Slack sent when Karen answered in the thread of her ticket."""
    desk.opens(desk.karen, "Printer on fire")
    desk.karen.says(WORDS, thread=desk.karen.dm[0])
    return desk.sandbox.wire.of("message")[-1].payload


def deliver_again(desk: DeskInTest, event: Json) -> bool:
    """Whether the desk took it."""
    return desk.sandbox.delivery.send("events_api", "message", "again", event).result(10).ok


def kept(desk: DeskInTest) -> tuple[int, int]:
    """How often Karen's words were kept, and how many messages were ever promised."""
    with desk.store.snapshot() as session:
        said = select(func.count()).select_from(Entry).where(Entry.text == WORDS)
        promised = select(func.count()).select_from(OutboxMessage)
        return session.scalar(said) or 0, session.scalar(promised) or 0


def test_five_deliveries_of_one_event_are_all_acked_and_acted_on_once(desk: DeskInTest) -> None:
    event = an_answer(desk)
    before = kept(desk)
    assert before[0] == 1
    assert all(deliver_again(desk, event) for _ in range(4))
    assert kept(desk) == before


def test_an_event_whose_ack_was_lost_comes_again_and_changes_nothing(desk: DeskInTest) -> None:
    desk.opens(desk.karen, "Printer on fire")
    wait_until(lambda: desk.sandbox.delivery.is_quiet)  # none of the desk's own is to be lost
    desk.sandbox.faults.drop("message")
    desk.karen.says(WORDS, thread=desk.karen.dm[0])
    wait_until(lambda: deliveries(desk, WORDS) == ["timeout", "acked"])
    assert kept(desk)[0] == 1


def test_a_redelivery_to_another_replica_waits_for_the_first_and_adds_nothing(
    desk: DeskInTest, database: URL
) -> None:
    event = copy.deepcopy(an_answer(desk))
    event["event"] |= {"ts": "1794819700.000100", "text": "Smoke, too"}
    other = Store(database, desk.store.policy)
    with other.transaction() as session:
        _keep(session, event["event"], number=desk.newest_ticket(), at=desk.clock.now())
        again = desk.sandbox.delivery.send("events_api", "message", "again", event)
        threading.Event().wait(0.5)
        assert not again.done()
    assert again.result(10).ok
    other.close()
    with desk.store.snapshot() as session:
        said = select(func.count()).select_from(Entry).where(Entry.text == "Smoke, too")
        assert session.scalar(said) == 1


def _keep(session: DeskSession, event: Json, *, number: int, at: datetime) -> None:
    """What the other replica does with the event."""
    channel, ts = event["channel"], event["ts"]
    assert inbox.first_time(session, f"message:{channel}:{ts}", at=at)
    conversation.answer(
        session, number, text=event["text"], by=event["user"], at=at, channel=channel, ts=ts
    )


def test_a_redelivery_six_minutes_later_after_a_restart_changes_nothing(
    desk: DeskInTest, database: URL
) -> None:
    event = an_answer(desk)
    before = kept(desk)
    desk.desk.stop()
    desk.clock.skip(timedelta(minutes=6))
    with another_desk(desk, database):
        assert deliver_again(desk, event)
    assert kept(desk) == before


@contextmanager
def another_desk(desk: DeskInTest, database: URL) -> Iterator[Desk]:
    """A fresh process, as far as the database and Slack can tell."""
    store = Store(database, desk.store.policy)
    fresh = Desk(settings_for(desk.sandbox), store, desk.clock.now)
    fresh.start(by_itself=False)
    desk.sandbox.wait_until_connected()
    try:
        yield fresh
    finally:
        fresh.stop()
        store.close()


def test_what_cannot_come_again_is_forgotten_however_much_it_is(database: URL) -> None:
    store, later = Store(database, demo_policy()), MONDAY_TEN + timedelta(days=4)
    with store.transaction() as session:
        old = [{"key": f"message:{n}", "at": MONDAY_TEN} for n in range(1201)]
        session.execute(insert(InboxEntry), old)
        inbox.first_time(session, "message:young", at=later)
    jobs.tidy(store, at=later, enough=lambda: True)
    assert _keys(store) == 1202
    jobs.tidy(store, at=later)
    assert _keys(store) == 1
    store.close()


def _keys(store: Store) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(InboxEntry)) or 0
