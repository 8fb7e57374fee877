"""Ten thousand alarms in one second, three desks on PostgreSQL that are killed while they ring."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import URL, bindparam, func, select, text, update

from bot.socket_mode import CONNECTIONS
from sandbox import Sandbox, SandboxClock
from store.audit import Event
from store.database import Store
from store.kinds import Kind, News
from store.models import Alarm, AlarmKind, AlarmState, AuditEvent, Instant, OutboxMessage
from tests.bench.crowd import crowd, everybody
from tests.bench.databases import store_on
from tests.bench.processes import POLICY
from tests.crash.ending import check_slack
from tests.desk import MANIFEST
from tests.faults.test_replicas_take_over import STARTING, within
from tests.postgres import PostgresServer, clear_away
from tests.soak.looking import is_at_rest
from tests.soak.replicas import Replica, replicas

REMINDERS = 10_000
TICKETS = REMINDERS * 10 // 8
"""Of ten tickets two are waiting or on hold: nobody is reminded of those."""

STRIDE = 500
"""So many alarms ring from one kill to the next."""

PATIENCE = 300
"""Seconds until everything is said, on a busy machine."""

AHEAD = """
DELETE FROM posting;
DELETE FROM outbox_message;
DELETE FROM alarm WHERE NOT (subject = 'resolution@0.5' AND kind = 'reminder')
    AND NOT (kind = 'at_risk' AND ticket_id % 41 = 0);
UPDATE alarm SET due_at = :due;
UPDATE target SET due_at = :due, last_due_at = :due WHERE due_at IS NOT NULL AND met_at IS NULL;
UPDATE ticket SET next_due_at = :due WHERE next_due_at IS NOT NULL
"""
"""All is due tomorrow; of the alarms, a reminder of each is left, and of some the notice to its
requester, a message of its own. What was said before is unknown to this local Slack.
"""


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[URL]:
    with postgres.database() as url:
        yield url


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def puts_tomorrow(store: Store) -> None:
    tomorrow = bindparam("due", now() + timedelta(days=1), type_=Instant)
    with store.engine.begin() as connection:
        for statement in AHEAD.split(";"):
            ready = text(statement)
            connection.execute(ready.bindparams(tomorrow) if ":due" in statement else ready)
    clear_away(store.url)


def waiting(store: Store) -> int:
    with store.snapshot() as session:
        count = select(func.count()).where(Alarm.state == AlarmState.ARMED)
        return session.scalar(count) or 0


def die_in_turn(desks: list[Replica], store: Store) -> list[int]:
    """Whenever some hundred alarms more have rung, the next one dies, and starts anew. Return how
    many still waited at each kill.
    """
    seen = [waiting(store)]
    for desk in cycle(desks):
        within(STARTING, lambda: waiting(store) <= max(seen[-1] - STRIDE, 0))
        left = waiting(store)
        if left == 0:
            return seen[1:]
        seen.append(left)
        desk.kill()
        desk.start()
    raise AssertionError


def die_while_they_send(desks: list[Replica]) -> None:
    """They are at work again after a few seconds."""
    for desk in desks:
        time.sleep(4)
        desk.kill()
        desk.start()


@pytest.mark.long
def test_ten_thousand_alarms_of_one_second_ring_once_each_while_desks_are_killed(
    url: URL, tmp_path: Path
) -> None:
    store = store_on(url)
    crowd(url, tickets=TICKETS, clocks=store.policy.clocks)
    puts_tomorrow(store)
    policy = POLICY.read_text("utf-8")
    with Sandbox(MANIFEST, everybody(), SandboxClock(), rate_limits=False) as slack:
        desks = replicas(3, tmp_path, slack, url, policy)
        try:
            for desk in desks:
                desk.start()
            connections = CONNECTIONS * len(desks)
            within(STARTING, lambda: slack.socket_mode.connections == connections)
            with store.transaction() as session:
                session.execute(update(Alarm).values(due_at=now() + timedelta(seconds=1)))
            seen = die_in_turn(desks, store)
            die_while_they_send(desks)
            within(PATIENCE, lambda: is_at_rest(store))
        finally:
            for desk in desks:
                desk.stop()
        assert len(seen) >= 10, seen  # in the middle of the ringing
        check_rung_once(store)
        with store.snapshot() as session:
            assert check_slack(session, slack)
    store.close()


def check_rung_once(store: Store) -> None:
    """Every alarm has left one event, and one promise to whoever has to hear."""
    with store.snapshot() as session:
        alarms = session.scalars(select(Alarm)).all()
        events = session.execute(select(AuditEvent.ticket_id, AuditEvent.kind)).all()
        promises = session.scalars(select(OutboxMessage)).all()
    assert {alarm.state for alarm in alarms} == {AlarmState.RUNG}
    reminded = sorted(alarm.ticket_id for alarm in alarms if alarm.kind == AlarmKind.REMINDER)
    at_risk = sorted(alarm.ticket_id for alarm in alarms if alarm.kind == AlarmKind.AT_RISK)
    assert len(reminded) == REMINDERS
    assert len(at_risk) > 200
    assert sorted(ticket for ticket, kind in events if kind == Event.REMINDED) == reminded
    assert sorted(ticket for ticket, kind in events if kind == Event.TOLD_AT_RISK) == at_risk
    told = Counter(promise.kind for promise in promises)
    in_bundles = sum(
        len(promise.about["items"]) + promise.about["more"]
        for promise in promises
        if promise.kind == Kind.CLOCK
    )
    assert told[Kind.QUEUE_NOTICE] + in_bundles == REMINDERS
    news = [promise for promise in promises if promise.kind == Kind.NEWS]
    assert {promise.about["news"] for promise in news} == {News.AT_RISK}
    assert sorted(promise.ticket_id or 0 for promise in news) == at_risk
