"""Three replicas on PostgreSQL, killed with SIGKILL again and again while a page climbs."""

import multiprocessing
import time
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import exists, select

from sandbox import Sandbox, sample_company
from store.audit import Event
from store.models import Alarm, AlarmState, Page, Ring
from store.rules.policy_file import load_policy
from tests.crash.clock import SharedClock, shared_moment
from tests.crash.ending import check_slack
from tests.crash.stage import waits
from tests.crash.swarm import stop, swarm
from tests.desk import DEMO_POLICY, MANIFEST, MONDAY_TEN, DeskInTest
from tests.on_call.setting import events, outage, pages
from tests.postgres import PostgresServer

ACK: Final = timedelta(minutes=5)
TICK: Final = timedelta(seconds=1)
PATIENCE: Final = 60
"""Real seconds for one ring and all that it brings about."""


def is_busy(desk: DeskInTest) -> bool:
    """Whether an alarm is due, or a message has still to go out."""
    due = exists().where(Alarm.state == AlarmState.ARMED, Alarm.due_at <= desk.clock.now())
    with desk.store.snapshot() as session:
        if session.scalar(select(due)):
            return True
    return waits(desk.store)


def passes(desk: DeskInTest, length: timedelta) -> None:
    """Time goes by, and the replicas do all there is to do."""
    desk.clock.skip(length)
    began = time.monotonic()
    while is_busy(desk):
        assert time.monotonic() - began < PATIENCE, "the replicas do not come to an end"
        time.sleep(0.02)
        desk.clock.skip(TICK)  # for the pace of channels, and leases of the dead


def climbs(postgres: PostgresServer, *, times: int, seed: int) -> None:
    """Each level rings once a round; acknowledged and forgotten, the page begins a new round."""
    now = shared_moment(multiprocessing.get_context("spawn"), MONDAY_TEN)
    with (
        postgres.database() as url,
        Sandbox(MANIFEST, sample_company(), SharedClock(now)) as slack,
    ):
        desk = DeskInTest(slack, url, load_policy(DEMO_POLICY), slack.clock)
        try:
            slack.wait_until_connected()
            desk.desk.sync_people()
            number = outage(desk)
            with swarm(slack, url, now, count=3, seed=seed) as line:
                for _ in range(times):
                    passes(desk, ACK)
                pages(desk.lena, number)[-1].click("Acknowledge")
                passes(desk, timedelta(minutes=61))
                died = stop(line)
            assert died >= times
            _check(desk, number, times)
        finally:
            desk.stop()


def _check(desk: DeskInTest, number: int, times: int) -> None:
    chain = [
        ("rota:primary", desk.omar.user.id),
        ("lead", desk.lena.user.id),
        ("admins", desk.ada.user.id),
    ]
    with desk.store.snapshot() as session:
        made = session.scalars(
            select(Ring).join(Page).where(Page.ticket_id == number).order_by(Ring.turn)
        ).all()
        climbed = len(made) - 1
        assert climbed > times
        turns = [*range(climbed), (climbed + 2) // 3 * 3]  # and then the next round's first
        wanted = [(turn, *chain[turn % 3]) for turn in turns]
        assert [(ring.turn, ring.level, ring.person) for ring in made] == wanted
        assert all(ring.delivered_at for ring in made)
        check_slack(session, desk.sandbox)
    for who in (desk.omar, desk.lena, desk.ada):
        called = sum(person == who.user.id for _, _, person in wanted)
        assert len(pages(who, number)) == called
    assert len(events(desk, number, Event.PAGE_EXPIRED)) == 1


def test_a_page_rings_each_level_once_a_round_although_replicas_die_all_the_time(
    postgres: PostgresServer,
) -> None:
    climbs(postgres, times=2, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_however_they_die(postgres: PostgresServer, seed: int) -> None:
    climbs(postgres, times=25, seed=seed)
