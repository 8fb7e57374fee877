"""The desk is told to stop in the worst moment: it goes in time, and whoever comes next goes on."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Final

import psycopg
import pytest
from apscheduler.jobstores.base import ConflictingIdError
from sqlalchemy import URL

from bot.desk import open_desk
from sandbox import Sandbox, SandboxClock, sample_company
from store.database import Store
from store.rules.policy_file import load_policy
from tests.bot.setting import local_slack, policy, settings_for
from tests.crash.ending import check_slack
from tests.desk import DEMO_POLICY, MANIFEST
from tests.faults.clicks import wait_until
from tests.faults.leaving import (
    STARTING,
    Crowd,
    busy_desk,
    deliver_all,
    hear_the_rest,
    kept,
    next_desk,
    states,
)
from tests.postgres import PostgresServer
from tests.soak.replicas import replicas

IN_TIME: Final = 15.0
MANY: Final = 10_000


@pytest.mark.parametrize(
    ("waiting", "a_second"), [(40, 50), pytest.param(400, 200, marks=pytest.mark.long)]
)
def test_told_to_stop_under_load_it_answers_everything_and_leaves_nothing_unsure(
    database: URL, tmp_path: Path, waiting: int, a_second: int
) -> None:
    store = Store(database, load_policy(DEMO_POLICY))
    with busy_desk(database, tmp_path, waiting=waiting) as (slack, replica):
        slack.faults.slow("chat.postMessage", seconds=0.5, times=MANY)  # so that some must wait
        crowd = Crowd(slack, a_second=a_second)
        crowd.start()
        wait_until(lambda: len(crowd.sent) > a_second / 2)
        before = set(crowd.sent)
        replica.ask_to_stop()
        began = time.monotonic()
        assert replica.wait(20) == 0
        assert time.monotonic() - began <= IN_TIME
        acks = crowd.stop()
        slack.faults.clear()
        assert states(store) == {"ready", "sent"}  # nothing is unsure
        assert {words for words in before if not acks[words].ok} == set()
        assert {words for words in acks if acks[words].ok} <= set(kept(store))
        with next_desk(slack, database) as desk:
            hear_the_rest(slack, store, acks)
            assert set(kept(store).values()) == {1}
            deliver_all(slack, desk)
        with store.snapshot() as session:
            check_slack(session, slack)
    store.close()


def test_told_to_stop_twice_it_goes_at_once_and_every_message_comes_exactly_once(
    database: URL, tmp_path: Path
) -> None:
    store = Store(database, load_policy(DEMO_POLICY))
    with busy_desk(database, tmp_path, waiting=8) as (slack, replica):
        crowd = Crowd(slack, a_second=50)
        crowd.start()
        held = slack.faults.slow("chat.postMessage", seconds=3)
        wait_until(lambda: held.times == 0)
        replica.ask_to_stop()
        threading.Event().wait(0.1)
        began = time.monotonic()
        replica.ask_to_stop()
        assert replica.wait(5) == 1
        assert time.monotonic() - began < 1
        acks = crowd.stop()
        assert {words for words in acks if acks[words].ok} <= set(kept(store))
        with next_desk(slack, database) as desk:
            hear_the_rest(slack, store, acks)
            assert set(kept(store).values()) == {1}
            deliver_all(slack, desk)
        with store.snapshot() as session:
            check_slack(session, slack)
    store.close()


@pytest.mark.long
def test_a_database_that_hangs_does_not_keep_it_from_stopping_in_time(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with (
        postgres.database() as url,
        Sandbox(MANIFEST, sample_company(), SandboxClock()) as slack,
    ):
        (replica,) = replicas(1, tmp_path, slack, url, DEMO_POLICY)
        replica.start()
        try:
            wait_until(lambda: slack.socket_mode.connections == 2, STARTING)
            assert slack.person("Karen").types("/ticket list").ok
            backends = _backends(url)
            assert backends
            for backend in backends:
                os.kill(backend, signal.SIGSTOP)
            try:
                threading.Event().wait(1.5)  # every loop has asked something by now
                replica.ask_to_stop()
                began = time.monotonic()
                replica.wait(20)
                assert time.monotonic() - began <= IN_TIME
            finally:
                for backend in backends:
                    os.kill(backend, signal.SIGCONT)
        finally:
            replica.kill()


def _backends(database: URL) -> list[int]:
    """The server's processes that work for somebody else than us. Its sockets stay open when they
    are stopped, and the operating system goes on taking what is sent to them.
    """
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in found]


def test_a_start_that_fails_half_way_leaves_nothing_running(database: URL) -> None:
    with local_slack() as slack:
        desk = open_desk(settings_for(slack, database), policy(), slack.clock.now)
        desk.schedule.once(desk.tick, "policy")  # there is one of that name already
        with pytest.raises(ConflictingIdError):
            desk.start()
        assert not {"postman", "socket 1", "socket 2"} & {t.name for t in threading.enumerate()}
        wait_until(lambda: slack.socket_mode.connections == 0)
        desk.store.close()
