"""Replicas on machines whose clocks differ, or of which one has lost the database."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import URL, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.database_clock import DatabaseClock
from bot.delivery import Deliverer
from bot.slack_client import slack_client
from sandbox import Sandbox, SandboxClock, sample_company
from store import ringing
from store.database import Store
from store.models import Alarm, AlarmKind, Entry
from tests.bot.setting import settings_for
from tests.crash.ending import everything, key_of
from tests.desk import MANIFEST, MONDAY_TEN, DeskInTest, running_desk
from tests.faults.clicks import deliveries, wait_until
from tests.faults.proxy import Line
from tests.faults.races import open_ticket, stores
from tests.faults.sending import POST, gaps
from tests.on_call.setting import second_desk
from tests.postgres import PostgresServer

SKEWS = (-5, 0, 5)
BOUND = timedelta(milliseconds=250)
"""Half a slow round trip: how exactly a replica knows the database's time."""


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[URL]:
    with postgres.database() as url:
        yield url


def skewed(slack: Sandbox, store: Store, seconds: int) -> DatabaseClock:
    """The clock of a replica whose machine is wrong by so much."""
    clock = DatabaseClock(lambda: slack.clock.now() + timedelta(seconds=seconds), store)
    clock.measure()
    return clock


def test_three_replicas_five_seconds_apart_post_once_keep_the_pace_and_ring_nothing_early(
    url: URL,
) -> None:
    with (
        Sandbox(MANIFEST, sample_company(), SandboxClock()) as slack,
        stores(url, len(SKEWS)) as replicas,
    ):
        clocks = [skewed(slack, store, skew) for store, skew in zip(replicas, SKEWS, strict=True)]
        assert all(abs(clock.now() - slack.clock.now()) < BOUND for clock in clocks)
        numbers = [open_ticket(replicas[0], at=clocks[0].now()) for _ in range(3)]
        due = slack.clock.now() + timedelta(seconds=1.5)
        with replicas[0].transaction() as session:
            session.execute(
                update(Alarm)
                .where(Alarm.kind == AlarmKind.REMINDER, Alarm.ticket_id == numbers[0])
                .values(due_at=due)
            )
        rang: list[datetime] = []
        over = threading.Event()

        def work(store: Store, clock: DatabaseClock) -> None:
            client = slack_client(settings_for(slack), seconds=4)
            deliverer = Deliverer(store, clock.now, ordinary=client, urgent=client)
            while not over.is_set():
                if ringing.ring_due(store, at=clock.now()):
                    rang.append(slack.clock.now())
                if not deliverer.deliver_next():
                    over.wait(0.05)

        with ThreadPoolExecutor(len(SKEWS)) as threads:
            working = [
                threads.submit(work, store, clock)
                for store, clock in zip(replicas, clocks, strict=True)
            ]
            try:
                wait_until(lambda: rang and len(slack.wire.of(POST)) >= 9, 20)
            finally:
                over.set()
        assert [each.exception() for each in working] == [None] * len(SKEWS)
        assert min(rang) >= due - BOUND
        keys = [key for message in everything(slack) if (key := key_of(message))]
        assert len(keys) == len(set(keys)) >= 9
        calls = slack.wire.of(POST)
        assert {call.outcome for call in calls} == {"ok"}
        for channel in {call.payload["channel"] for call in calls}:
            times = [call.at for call in calls if call.payload["channel"] == channel]
            assert min(gaps(times), default=BOUND * 4) >= timedelta(seconds=1) - BOUND


def test_a_clock_is_corrected_by_a_quick_answer_only_and_a_large_difference_is_said(
    database: URL, caplog: pytest.LogCaptureFixture
) -> None:
    with stores(database, 1) as (store,):
        theirs = store.server_time()
        now = theirs or MONDAY_TEN
        fast = DatabaseClock(lambda: now + timedelta(seconds=30), store)
        fast.measure()
        if store.is_sqlite:
            assert fast.now() == now + timedelta(seconds=30)
            assert caplog.records == []
            return
        assert abs(fast.now() - now) < timedelta(seconds=5)
        assert "differs from the database's" in caplog.text
        ticks = iter(range(100))
        slow = DatabaseClock(lambda: now + timedelta(seconds=next(ticks)), store)
        slow.measure()
        assert slow.now() == now + timedelta(seconds=2)  # as the machine says: nothing was learned


def test_a_replica_without_its_database_leaves_the_work_to_the_other_and_comes_back(
    url: URL,
) -> None:
    with Line(url) as line, running_desk(url) as desk:
        number = desk.opens(desk.karen, "Printer on fire", Details="It burns.")
        store = Store(line.url, desk.store.policy)
        other = second_desk(desk, store)
        other.start(by_itself=False)
        try:
            wait_until(lambda: desk.sandbox.socket_mode.connections == 4)
            other.condition.probe()
            assert other.condition.ready().well
            line.cut()
            with pytest.raises(SQLAlchemyError):
                other.condition.probe()
            assert not other.condition.ready().well
            _words_come(desk)
            desk.settle()
            card = desk.card(desk.john, number, "#team-it")
            assert sum("Smoke, too" in said.text for said in card.thread) == 1
            line.mend()
            other.condition.probe()
            assert other.condition.ready().well
            assert desk.card(desk.john, number).click("Claim").acked
            assert other.deliver(desk.clock.skip) > 0
        finally:
            other.stop()
            store.close()


def _words_come(desk: DeskInTest) -> None:
    """Whichever replica Slack tries first, they are kept once; in the end they are read."""
    desk.karen.says("Smoke, too", thread=desk.karen.dm[0])
    for seconds in (0, 61, 301):
        desk.clock.skip(timedelta(seconds=seconds))
        with suppress(AssertionError):  # it went to the one that cannot keep it
            wait_until(lambda: "acked" in deliveries(desk, "Smoke, too"), 4)
            break
    else:
        desk.desk.catch_up(desk.clock.skip)
    with desk.store.snapshot() as session:
        kept = select(func.count()).select_from(Entry).where(Entry.text == "Smoke, too")
        assert session.scalar(kept) == 1
