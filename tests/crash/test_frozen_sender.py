"""A process that stands still in the middle of a send, and goes on as if no time had passed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivery import Deliverer
from bot.slack_client import slack_client
from bot.sweeping import Sweeper
from store.models import Delivery, OutboxMessage
from tests.bot.setting import settings_for
from tests.crash.ending import check_slack, everything, key_of
from tests.crash.operations import OPERATIONS
from tests.crash.play import START, Company
from tests.crash.theatre import Theatre

FROZEN = timedelta(seconds=40)
PLACES = {"before the request": 1, "in the middle of the request": 2, "after the answer": 3}
"""Of the first call; each call has three."""


class Other:
    """Another process's deliverer and sweeper, on the same database."""

    def __init__(self, stage: Theatre) -> None:
        self._clock = stage.slack.clock
        client = slack_client(settings_for(stage.slack), seconds=2)
        self._deliverer = Deliverer(stage.store, self._clock.now, ordinary=client, urgent=client)
        self._sweeper = Sweeper(stage.store, self._clock.now, client)

    def work(self) -> None:
        self._deliverer.run_until_idle(self._clock.skip)

    def sweep(self) -> int:
        self._clock.skip(timedelta(minutes=3))
        return self._sweeper.sweep()


def finished(stage: Theatre) -> list[tuple[object, ...]]:
    """When, where and at which attempt each promise was kept."""
    with stage.store.snapshot() as session:
        found = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert {message.state for message in found} <= {Delivery.SENT, Delivery.DROPPED}
    return [(m.id, m.sent_at, m.slack_ts, m.attempts) for m in found]


def freezes(company: Company, place: int) -> None:
    """One takes a message and freezes for 40 s, another goes on, the first one wakes up."""
    stage = company.theatre
    stage.scenery.put_back(START)
    stage.begin(deadly=place, freezes=True, arm=False)
    assert OPERATIONS["open"].act(stage)
    stage.arm()
    assert stage.work_until_frozen()
    other = Other(stage)
    stage.slack.clock.skip(FROZEN)
    other.work()
    kept = finished(stage)
    stage.thaw()
    assert len(stage.line.expect("done")) >= place
    assert finished(stage) == kept
    posted = [key for message in everything(stage.slack) if (key := key_of(message))]
    assert len(posted) - len(set(posted)) == (1 if place < PLACES["after the answer"] else 0)
    assert other.sweep() == 1
    stage.end()
    assert [attempts for _, _, _, attempts in finished(stage)] == [a for *_, a in kept]
    with stage.store.snapshot() as session:
        check_slack(session, stage.slack)
    stage.store.close()


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_a_sender_that_was_frozen_for_forty_seconds_finishes_nothing_twice(
    on_sqlite: Company, place: int
) -> None:
    freezes(on_sqlite, place)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_not_beside_replicas_on_postgresql_either(on_postgres: Company, place: int) -> None:
    freezes(on_postgres, place)
