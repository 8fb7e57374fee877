"""Alarms ring once, whoever dies while ringing them and whatever happens in the same second."""

import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import URL, select

from store import conversation, resolution, ringing, triage
from store.audit import Event
from store.database import DeskSession, Store
from store.kinds import Kind
from store.models import Alarm, AlarmState, AuditEvent, OutboxMessage, Target
from tests.desk import DEMO_POLICY, ROOT
from tests.faults.races import open_ticket, stores
from tests.faults.test_replicas_take_over import within
from tests.views.sample import JOHN, NOW

RINGS = """
import sys
from datetime import datetime
from store import ringing
from store.database import Store
from store.rules.policy_file import load_policy
store = Store(sys.argv[1], load_policy(open(sys.argv[2]).read()))
while True:
    ringing.ring_due(store, at=datetime.fromisoformat(sys.argv[3]))
"""
LATER = NOW + timedelta(days=9)


def misses(store: Store) -> list[AuditEvent]:
    """Every missed solution, by the tickets' histories."""
    with store.snapshot() as session:
        found = session.scalars(
            select(AuditEvent).where(AuditEvent.kind == Event.TARGET_MISSED)
        ).all()
    return [event for event in found if event.changes["target"][1] == "resolution"]


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.long)])
def test_every_alarm_rings_once_though_one_of_three_replicas_dies_while_ringing(
    database: URL, tmp_path_factory: pytest.TempPathFactory, count: int
) -> None:
    policy = tmp_path_factory.mktemp("policy") / "deskbell.toml"
    policy.write_text(DEMO_POLICY, "utf-8")
    address = database.render_as_string(hide_password=False)
    with stores(database, 2) as replicas:
        numbers = [open_ticket(replicas[0]) for _ in range(count)]
        doomed = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-c", RINGS, address, str(policy), LATER.isoformat()], cwd=ROOT
        )
        try:
            within(30, lambda: misses(replicas[0]))
            if replicas[0].is_sqlite:  # one writing process at a time
                doomed.kill()
            with ThreadPoolExecutor(2) as threads:
                ring = partial(ringing.ring_due, at=LATER)
                rings = [threads.submit(ring, replica) for replica in replicas]
                doomed.kill()
        finally:
            doomed.kill()
            doomed.wait()
        assert all(each.exception() is None for each in rings)
        ringing.ring_due(replicas[0], at=LATER)  # what the dead one held has no lock any more
        assert sorted(event.ticket_id for event in misses(replicas[0])) == numbers
        with replicas[0].snapshot() as session:
            due = select(Alarm).where(Alarm.state == AlarmState.ARMED, Alarm.due_at <= LATER)
            assert session.scalars(due).all() == []
            notices = session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == Kind.QUEUE_NOTICE)
            ).all()
        about = Counter((notice.ticket_id, notice.about["target"]) for notice in notices)
        assert {number for number, _ in about} == set(numbers)
        assert set(about.values()) == {1}


def solution(session: DeskSession, number: int) -> Target:
    """The ticket's promise."""
    owed = select(Target).where(Target.ticket_id == number, Target.kind == "resolution")
    return session.scalars(owed).one()


class Life:
    """A ticket around its deadline, and what a watch in somebody's hand says of it."""

    def __init__(self, store: Store, number: int) -> None:
        self.store = store
        self.number = number
        with store.snapshot() as session:
            target = solution(session, number)
        assert target.due_at is not None
        self.due_at: datetime = target.due_at
        self.running = True
        self.over = False
        self.rang_at: datetime | None = None
        self.held_at = target.due_at

    def rings(self, at: datetime) -> None:
        ringing.ring_due(self.store, at=at)
        if self.running and not self.over and self.rang_at is None and at >= self.due_at:
            self.rang_at = at

    def holds(self, at: datetime) -> None:
        if self.running and not self.over:
            with self.store.transaction() as session:
                conversation.hold(
                    session, self.number, reason="A part", waits_for="Acme", by=JOHN, at=at
                )
            self.running, self.held_at = False, at

    def resumes(self, at: datetime) -> None:
        if not self.running and not self.over:
            with self.store.transaction() as session:
                conversation.resume(session, self.number, by=JOHN, at=at)
            self.running = True
            if self.held_at < self.due_at:
                self.due_at += at - self.held_at

    def resolves(self, at: datetime) -> None:
        if not self.over:
            with self.store.transaction() as session:
                resolution.resolve(
                    session, self.number, cause="Foil", fix="Foil out", reply="It prints again.",
                    by=JOHN, at=at,
                )  # fmt: skip
            passed = at >= self.due_at and (self.running or self.held_at >= self.due_at)
            if passed and self.rang_at is None:
                self.rang_at = at  # a late end is a missed deadline, alarm or not
            self.over = True


@pytest.mark.parametrize("seeds", [25, pytest.param(1000, marks=pytest.mark.long)])
def test_what_happens_in_the_second_of_the_deadline_fires_it_before_or_never(
    database: URL, seeds: int
) -> None:
    with stores(database, 1) as (store,):
        for seed in range(seeds):
            chance = random.Random(seed)  # noqa: S311 - for repeatable lives
            start = NOW + timedelta(days=7 * seed)
            life = Life(store, open_ticket(store, at=start, severity="sev_b"))
            with store.transaction() as session:
                triage.claim(session, life.number, by=JOHN, at=start)
            moment = life.due_at - timedelta(seconds=1)
            for _ in range(6):
                moment += timedelta(milliseconds=chance.randrange(1, 600))
                chance.choice([life.rings, life.holds, life.resumes, life.resolves])(moment)
            with store.snapshot() as session:
                target = solution(session, life.number)
            fired = [event.at for event in misses(store) if event.ticket_id == life.number]
            assert fired == ([] if life.rang_at is None else [life.rang_at]), seed
            if life.running and not life.over:
                assert target.due_at == life.due_at, seed  # every second on hold was left out
            if not life.over and not life.running and life.held_at < life.due_at:
                assert target.due_at is None, seed
