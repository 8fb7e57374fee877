"""An edited calendar while everything else goes on: killed half-way, beside replicas and clicks."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, func, select

from store import policy_edits
from store.audit import Event
from store.database import Store
from store.kinds import Kind
from store.models import Alarm, AlarmKind, AuditEvent, Gathered, OutboxMessage, Target, Ticket
from store.rules.policy_file import load_policy
from tests.bench.crowd import crowd
from tests.bench.population import NOW
from tests.bench.processes import POLICY
from tests.desk import ROOT
from tests.faults.test_replicas_take_over import within

AS_IT_WAS = POLICY.read_text("utf-8")
LATE_START = AS_IT_WAS.replace("08:00-17:00", "09:00-17:00")

FOLLOWS = """
import sys
from pathlib import Path
from store import policy_edits
from store.database import Store
from store.rules.policy_file import load_policy
from tests.bench.population import NOW
policy_edits.BREATH = 5
policy_edits.follow(Store(sys.argv[1], load_policy(Path(sys.argv[2]).read_text())), at=NOW)
"""
"""A process that takes long breaths, so that somebody can kill it between two of them."""


@pytest.fixture(params=[300, pytest.param(20_000, marks=pytest.mark.long)])
def edited(request: pytest.FixtureRequest, database: URL) -> Iterator[Store]:
    """Many open tickets, and a calendar that was edited since."""
    crowd(database, tickets=request.param, clocks=load_policy(AS_IT_WAS).clocks)
    store = Store(database, load_policy(LATE_START))
    yield store
    store.close()


def behind(store: Store) -> int:
    with store.snapshot() as session:
        count = select(func.count()).where(Ticket.clocks != store.policy.clocks)
        return session.scalar(count) or 0


def assert_told_once(store: Store) -> None:
    """Every move is in the audit trail once, every ticket is watched, nobody hears twice."""
    with store.snapshot() as session:
        moved = session.execute(
            select(AuditEvent.ticket_id, Ticket.assignee)
            .join(Ticket, Ticket.id == AuditEvent.ticket_id)
            .where(AuditEvent.kind == Event.DEADLINE_MOVED)
        ).all()
        runs = session.scalars(
            select(Ticket.id).where(Ticket.status.in_(["new", "in_progress"]))
        ).all()
        assert sorted(ticket for ticket, _ in moved) == sorted(runs)
        gaps = select(Ticket.id).where(
            Ticket.last_seq
            != select(func.count()).where(AuditEvent.ticket_id == Ticket.id).scalar_subquery()
        )
        assert session.scalars(gaps).all() == []
        watched = select(func.count()).where(
            Target.ticket_id == Alarm.ticket_id,
            Target.kind == "resolution",
            Target.due_at == Alarm.due_at,
            Alarm.kind == AlarmKind.BREACH,
            Alarm.state == "armed",
        )
        assert session.scalar(watched) == len(runs)
        heard = session.execute(
            select(OutboxMessage.channel, OutboxMessage.about).where(
                OutboxMessage.kind == Kind.CLOCK
            )
        ).all()
        counts = {person: len(about["items"]) + about["more"] for person, about in heard}
        assert len(counts) == len(heard)
        assert counts == Counter(assignee for _, assignee in moved if assignee)
        assert session.scalars(select(Gathered.person)).all() == []


def test_a_kill_half_way_loses_nothing_and_nobody_hears_twice(
    edited: Store, tmp_path: Path
) -> None:
    policy = tmp_path / "deskbell.toml"
    policy.write_text(LATE_START, "utf-8")
    whole = behind(edited)
    address = edited.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", FOLLOWS, address, str(policy)], cwd=ROOT)  # noqa: S603 - ours
    within(30, lambda: behind(edited) < whole)
    process.kill()
    process.wait()
    left = behind(edited)
    assert 0 < left < whole
    assert policy_edits.follow(edited, at=NOW) == left
    assert_told_once(edited)


def test_who_stops_in_the_middle_leaves_the_telling_to_who_finishes(edited: Store) -> None:
    answers = iter([False, False, True, True, True])
    whole = behind(edited)
    first = policy_edits.follow(edited, at=NOW, enough=lambda: next(answers))
    assert 0 < first < whole
    with edited.snapshot() as session:
        told = select(OutboxMessage.id).where(OutboxMessage.kind == Kind.CLOCK)
        assert session.scalars(told).all() == []
    assert policy_edits.follow(edited, at=NOW) == whole - first
    assert_told_once(edited)
