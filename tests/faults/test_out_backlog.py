"""However much waits, a Sev-A is told at once, and nobody is flooded or overtaken."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import URL, select

from bot.delivery import Deliverer
from store import gates, outbox, sending, taking
from store.database import Store
from store.kinds import Audience, Kind, Priority
from store.models import Delivery, OutboxMessage
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, MONDAY_TEN, DeskInTest
from tests.faults.clicks import open_tickets, wait_until
from tests.faults.races import held_up, stores
from tests.faults.sending import POST, SECOND, calls, gaps, live, out_of_order, promises
from tests.on_call.setting import OUTAGE
from tests.postgres import PostgresServer
from tests.stories.acts import begins, sends

FIFTH = timedelta(seconds=0.2)
PLACES = ("C0ONCALL005", "U0OMAR00008", "C0TEAMIT003", "C0HELPDESK2")
"""Where pages go, and where everybody else is told."""


def promise_notices(desk: DeskInTest, each: int) -> None:
    """So many for every place: a quarter where the page will go."""
    with desk.store.transaction() as session:
        for number in range(each):
            for place in PLACES:
                outbox.add(
                    session, Kind.ADMIN, audience=Audience.ADMIN, channel=place,
                    lane=f"notice:{place}:{number % 5}", at=desk.clock.now(),
                    priority=Priority.NOTICE, problem=f"notice_{number}",
                )  # fmt: skip


@pytest.mark.parametrize("each", [40, pytest.param(250, marks=pytest.mark.long)])
def test_a_sev_a_is_posted_within_seconds_whatever_waits_in_front_of_it(
    desk: DeskInTest, each: int
) -> None:
    promise_notices(desk, each)
    open_tickets(desk, 5)
    live(desk, seconds=3)
    for number in range(5):
        begins(desk.karen, f"/ticket Outage {number}")
        assert sends(desk.karen, **OUTAGE) == {}
        live(desk, seconds=4)
    pages = promises(desk, Kind.PAGE)
    assert {page.channel for page in pages} == {"C0ONCALL005", "U0OMAR00008"}
    assert len(pages) == 10
    waits = [page.sent_at - page.created_at for page in pages if page.sent_at]
    assert len(waits) == len(pages)
    assert max(waits) <= timedelta(seconds=2.5)
    for place in PLACES:
        times = [call.at for call in calls(desk, POST, place)]
        assert min(gaps(times)) >= SECOND
        assert len(times) >= (max(times) - min(times)) / SECOND  # and not a second was wasted
    assert {call.outcome for call in calls(desk, POST)} == {"ok"}
    assert out_of_order(promises(desk)) == []
    assert any(message.sent_at is None for message in promises(desk, Kind.ADMIN))


def test_many_places_at_once_keep_the_pace_of_the_workspace_and_a_page_does_not_wait(
    database: URL,
) -> None:
    store, at = Store(database, load_policy(DEMO_POLICY)), MONDAY_TEN
    for number in range(150):
        _promise(store, f"C0PLACE{number}", Priority.NOTICE)
    at_once = 0
    while _take(store, at):
        at_once += 1
    assert 95 <= at_once <= 105
    _promise(store, "C0PAGES", Priority.PAGE)
    page = _take(store, at)
    assert page is not None
    assert page.channel == "C0PAGES"
    for _ in range(150 - at_once):
        with store.snapshot() as session:
            soonest = taking.next_at(session, at=at)
        assert soonest is not None
        assert at < soonest <= at + 2 * FIFTH
        at = soonest
        assert _take(store, at) is not None
        assert _take(store, at) is None
    store.close()
    assert at - MONDAY_TEN >= (150 - at_once) * FIFTH


def test_whom_slack_takes_more_from_may_send_that_many_times_as_often() -> None:
    ordinary = gates.opens_next("C0PLACE1", MONDAY_TEN, MONDAY_TEN)
    raised = gates.opens_next("C0PLACE1", MONDAY_TEN, MONDAY_TEN, times=4)
    assert (ordinary - MONDAY_TEN, raised - MONDAY_TEN) == (SECOND, SECOND / 4)


def test_replicas_that_take_at_the_same_instant_take_each_message_once(database: URL) -> None:
    slack = WebClient()  # nobody calls it
    with stores(database, 3) as replicas, ThreadPoolExecutor(3) as threads:
        for number in range(9):
            _promise(replicas[0], f"C0PLACE{number}", Priority.NOTICE)
        takers = [
            Deliverer(store, lambda: MONDAY_TEN, ordinary=slack, urgent=slack) for store in replicas
        ]
        taken: list[int] = []
        while round_of := [each for each in threads.map(Deliverer.take, takers) if each]:
            taken += [message.id for message in round_of]
            assert all((each.attempts, each.state) == (1, Delivery.SENDING) for each in round_of)
        with replicas[0].snapshot() as session:
            kept = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert sorted(taken) == [message.id for message in kept]
    assert {(message.attempts, message.deaths) for message in kept} == {(1, 0)}


def test_what_one_process_is_just_taking_another_leaves_to_it_and_takes_the_next(
    postgres: PostgresServer,
) -> None:
    with (
        postgres.database() as url,
        stores(url, 2) as (one, other),
        ThreadPoolExecutor(1) as thread,
    ):
        for number in range(3):
            _promise(one, f"C0PLACE{number}", Priority.NOTICE)
        _take(one, MONDAY_TEN)  # from now on there is a gate for the whole workspace
        with one.transaction() as session:
            first = taking.take(session, at=MONDAY_TEN)
            taken = thread.submit(_take, other, MONDAY_TEN)
            wait_until(lambda: held_up(one))  # at that gate
        second = taken.result()
    assert first is not None
    assert second is not None
    assert [first.channel, second.channel] == ["C0PLACE1", "C0PLACE2"]


def _promise(store: Store, channel: str, priority: Priority) -> None:
    with store.transaction() as session:
        outbox.add(
            session, Kind.ADMIN, audience=Audience.ADMIN, channel=channel, lane=channel,
            at=MONDAY_TEN, priority=priority, problem=channel,
        )  # fmt: skip


def _take(store: Store, at: datetime) -> OutboxMessage | None:
    """Take one and have it sent at once."""
    with store.transaction() as session:
        message = taking.take(session, at=at)
    if message is not None:
        with store.transaction() as session:
            sending.settle(session, message.id, attempt=message.attempts, at=at)
    return message
