"""Thousands of alarms in one second, three desks on PostgreSQL, and kills all the while."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import URL, delete, func, select, update

from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.company import Company
from sandbox.records import User
from store import intake
from store.audit import Event
from store.database import Store
from store.models import Alarm, AlarmKind, AlarmState, AuditEvent, OutboxMessage, Ticket
from store.outbox import Kind, News
from store.rules.policy_file import load_policy
from tests.crash.ending import everything, key_of
from tests.desk import DEMO_POLICY, MANIFEST
from tests.faults.test_replicas_take_over import STARTING, within
from tests.postgres import PostgresServer
from tests.soak.looking import is_at_rest
from tests.soak.replicas import Replica, replicas

ALARMS = 2000
PAUSES = (0.3,) * 6 + (3.0,) * 6
"""Seconds from each kill to the next: first while alarms ring, then while messages go out."""

PATIENCE = 400
"""Seconds until everything is said, after the last kill, on a busy machine."""


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[URL]:
    with postgres.database() as url:
        yield url


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def crowd() -> Company:
    """Everybody has a ticket: Slack takes a message a second in each of their conversations."""
    company = sample_company()
    names = [f"U0ASK{number:06d}" for number in range(ALARMS)]
    company.people += [User(name, name.lower(), f"{name} Example", tz="UTC") for name in names]
    return company


def opens_for_everybody(store: Store) -> None:
    """Tickets whose requesters have heard that they are received, and of which no card is told:
    thousands in one channel would take an hour.
    """
    for number in range(ALARMS):
        with store.transaction() as session:
            user = f"U0ASK{number:06d}"
            intake.open_ticket(
                session, requester=user, topic="hardware", summary=f"Printer {number}",
                details="It burns.", by=user, at=now(),
            )  # fmt: skip
    with store.transaction() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.kind == Kind.CARD))


def rung(store: Store) -> int:
    """How many of the alarms have rung."""
    with store.snapshot() as session:
        count = select(func.count()).where(
            Alarm.kind == AlarmKind.AT_RISK, Alarm.state == AlarmState.RUNG
        )
        return session.scalar(count) or 0


def dies_again_and_again(desks: list[Replica], store: Store) -> list[int]:
    """One after the other, from the first alarm on; each starts anew when the next one dies.
    Return how many alarms had rung at each kill.
    """
    within(60, lambda: rung(store))
    seen = []
    for pause, desk in zip(PAUSES, cycle(desks), strict=False):
        seen.append(rung(store))
        desk.kill()
        time.sleep(pause)
        for other in desks:
            other.start()
    return seen


@pytest.mark.long
def test_two_thousand_alarms_of_one_second_are_each_told_once_though_desks_die(
    url: URL, tmp_path: Path
) -> None:
    store = Store(url, load_policy(DEMO_POLICY))
    opens_for_everybody(store)
    with Sandbox(MANIFEST, crowd(), SandboxClock(), rate_limits=False) as slack:
        desks = replicas(3, tmp_path, slack, url, DEMO_POLICY)
        try:
            for desk in desks:
                desk.start()
            within(STARTING, lambda: slack.socket_mode.connections == 2 * len(desks))
            due = now() + timedelta(seconds=1)
            with store.transaction() as session:
                ahead = update(Alarm).where(Alarm.kind == AlarmKind.AT_RISK)
                session.execute(ahead.values(due_at=due))
            seen = dies_again_and_again(desks, store)
            within(60, lambda: rung(store) == ALARMS)
            within(PATIENCE, lambda: is_at_rest(store))
        finally:
            for desk in desks:
                desk.stop()
        assert seen[0] < ALARMS  # somebody died in the middle of it
        assert_each_once(store, slack)
    store.close()


def assert_each_once(store: Store, slack: Sandbox) -> None:
    """In the audit trail, in the outbox and in Slack; and nobody was skipped."""
    with store.snapshot() as session:
        tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        told = session.scalars(
            select(AuditEvent.ticket_id).where(AuditEvent.kind == Event.TOLD_AT_RISK)
        ).all()
        promised = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == Kind.NEWS)
        ).all()
    numbers = [ticket.id for ticket in tickets]
    assert sorted(told) == numbers
    at_risk = [each for each in promised if each.about["news"] == News.AT_RISK]
    assert sorted(each.ticket_id or 0 for each in at_risk) == numbers
    said = Counter(filter(None, map(key_of, everything(slack))))
    assert set(said.values()) == {1}
    assert {each.key for each in promised} <= set(said)
