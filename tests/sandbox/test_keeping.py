"""What survives a restart of the local Slack, and time itself."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import SandboxClock
from sandbox.snapshot import SnapshotError
from tests.sandbox.kit import home, section
from tests.sandbox.setting import MONDAY, client_of, new_sandbox


def test_a_restart_goes_on_with_the_same_workspace(tmp_path: Path) -> None:
    with new_sandbox(data=tmp_path, clock=SandboxClock()) as sandbox:
        client = client_of(sandbox)
        ts = client.chat_postMessage(channel="C0HELPDESK2", text="card", blocks=[section()])["ts"]
        client.views_publish(user_id="U0KAREN0001", view=home())
        sandbox.person("John").reacts(sandbox.person("John").find("#help-desk", "text"), "eyes")
        sandbox.person("John").says("reply", thread=sandbox.person("John").sees("#help-desk")[0])
        sandbox.person("Karen").types("/nonsense")
        sandbox.admin.deactivate("Ken")
        sandbox.clock.skip(timedelta(hours=5))

    with new_sandbox(data=tmp_path, clock=SandboxClock()) as again:
        card = again.person("John").sees("#help-desk")[0]
        assert (card.ts, card.text, card.reactions) == (ts, "text", {"eyes": ["John Placeholder"]})
        assert [reply.text for reply in card.thread] == ["reply"]
        assert again.person("Karen").home.text == "Welcome"
        assert again.person("Karen").notices == ["/nonsense is not a valid command."]
        assert again.workspace.users["U0KEN000002"].deleted
        assert again.clock.ahead == timedelta(hours=5)
        newer = client_of(again).chat_postMessage(channel="C0HELPDESK2", text="new")["ts"]
        assert newer > ts


def test_changes_are_on_disk_shortly_after(tmp_path: Path) -> None:
    with new_sandbox(data=tmp_path) as sandbox:
        sandbox.person("John").says("remember me", "#help-desk")
        ends = time.monotonic() + 3
        while "remember me" not in (tmp_path / "workspace.json").read_text("utf-8"):
            assert time.monotonic() < ends, "it was not saved"
            time.sleep(0.01)


@pytest.mark.parametrize("text", ["{broken", "[]", json.dumps({"format": 99})])
def test_an_unusable_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "workspace.json").write_text(text, "utf-8")

    with pytest.raises(SnapshotError, match="delete it to start afresh"):
        new_sandbox(data=tmp_path)


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = SandboxClock(frozen_at=MONDAY)
    skips: list[datetime] = []
    clock.on_skip(lambda: skips.append(clock.now()))

    assert clock.now() == MONDAY
    clock.skip(timedelta(hours=1))
    assert clock.now() == MONDAY + timedelta(hours=1)
    clock.set(MONDAY)
    assert clock.now() == MONDAY
    assert skips == [MONDAY + timedelta(hours=1), MONDAY]
    with pytest.raises(ValueError, match="has no time zone"):
        clock.set(datetime(2026, 9, 21))  # noqa: DTZ001 -- the mistake under test


def test_a_running_clock_runs_ahead_of_the_machines() -> None:
    clock = SandboxClock()
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))

    assert timedelta() <= clock.now() - datetime(2030, 1, 1, tzinfo=UTC) < timedelta(seconds=5)


def test_message_ids_rise_even_when_time_goes_back() -> None:
    with new_sandbox() as sandbox:
        first = sandbox.workspace.new_ts()
        sandbox.clock.skip(timedelta(hours=-1))

        assert sandbox.workspace.new_ts() > first


def test_a_taken_port_is_said_at_start() -> None:
    with new_sandbox() as sandbox:
        port = int(sandbox.host.rpartition(":")[2])

        with pytest.raises(OSError, match="address already in use"):
            new_sandbox().start(port)
