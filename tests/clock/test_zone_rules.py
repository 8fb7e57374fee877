"""A new edition of the time zone database counts like an edited deskbell.toml: deadlines follow."""

import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from store.audit import Event
from store.models import Alarm, AlarmKind, AlarmState
from store.rules.policy_file import load_policy
from store.rules.wall_clock import rules_of
from tests.clock.asking import claims, does, events, heard, moves, target
from tests.clock.test_policy_edits import follows
from tests.desk import DEMO_POLICY, ROOT, DeskInTest
from tests.on_call.setting import OUTAGE

STARTS = """
import sys
from datetime import datetime
from pathlib import Path
from store import policy_edits
from store.database import Store
from store.rules.policy_file import load_policy
store, at = Store(sys.argv[1], load_policy(sys.argv[2])), datetime.fromisoformat(sys.argv[3])
print(policy_edits.follow(store, at=at))
while policy_edits.tell_requesters(store, at=at):
    pass
"""


def starts_with_summer_for_ever(desk: DeskInTest, folder: Path) -> int:
    """A desk starts on a machine whose database says that Berlin stays at UTC+2. Return how many
    tickets had to follow.
    """
    (folder / "Europe").mkdir()
    (folder / "Europe" / "Berlin").write_bytes(rules_of("Etc/GMT-2"))
    address = desk.store.url.render_as_string(hide_password=False)
    now = desk.clock.now().isoformat()
    said = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", STARTS, address, DEMO_POLICY, now],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONTZPATH": os.pathsep.join([str(folder), *zoneinfo.TZPATH])},
    )  # fmt: skip
    desk.settle()
    return int(said.stdout)


def watched_until(desk: DeskInTest, number: int) -> datetime | None:
    """When the breach of the ticket's solution would ring."""
    with desk.store.snapshot() as session:
        return session.scalar(
            select(Alarm.due_at).where(
                Alarm.ticket_id == number,
                Alarm.kind == AlarmKind.BREACH,
                Alarm.subject == "resolution",
                Alarm.state == AlarmState.ARMED,
            )
        )


def test_open_deadlines_follow_the_new_rules_of_a_zone_and_everything_else_stays(
    desk: DeskInTest, tmp_path: Path
) -> None:
    desk.pass_time(hours=8)  # it is six in the evening, and nobody works
    number, held, closed = (
        desk.opens(desk.karen, f"Printer {n}", Details="Foil") for n in range(3)
    )
    urgent = desk.opens(desk.karen, "Nobody can work", **OUTAGE)
    claims(desk, desk.john, number)
    does(
        desk, desk.john, held, "On hold",
        **{"What does it wait for?": "A part", "Whose answer?": "The maker"},
    )  # fmt: skip
    does(desk, desk.john, closed, "Close", **{"Why can it be closed?": "A duplicate"})
    around_the_clock = target(desk, urgent).due_at
    assert target(desk, number).due_at == datetime(2026, 11, 18, 16, tzinfo=UTC)
    said = len(heard(desk.karen, number))
    assert starts_with_summer_for_ever(desk, tmp_path) == 3
    earlier = datetime(2026, 11, 18, 15, tzinfo=UTC)
    assert target(desk, number).due_at == watched_until(desk, number) == earlier
    assert ("resolution", earlier + timedelta(hours=1), earlier, "policy") in moves(desk, number)
    assert len(heard(desk.karen, number)) == said + 1
    (told,) = [told.text for told in desk.john.dm if "It was" in told.text]
    assert f"#{number}" in told
    assert "the desk's hours or promises changed" in told  # nobody has edited anything
    assert target(desk, held).due_at is None
    assert target(desk, urgent).due_at == around_the_clock
    for other in (held, closed, urgent):
        assert events(desk, other, Event.DEADLINE_MOVED) == []
    assert follows(desk, DEMO_POLICY) == 3  # here the old rules still hold
    assert target(desk, number).due_at == earlier + timedelta(hours=1)


def test_the_rules_of_zones_that_no_calendar_uses_move_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Asia").mkdir()
    (tmp_path / "Asia" / "Tokyo").write_bytes(rules_of("Etc/GMT-8"))
    before = load_policy(DEMO_POLICY).clocks
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path), *zoneinfo.TZPATH))
    assert load_policy(DEMO_POLICY).clocks == before
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes(rules_of("Etc/GMT-2"))
    assert load_policy(DEMO_POLICY).clocks != before
    monkeypatch.setattr(zoneinfo, "TZPATH", ())  # a machine without one of its own
    assert len(rules_of("America/Argentina/Buenos_Aires")) > 100
