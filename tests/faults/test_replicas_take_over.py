"""Several processes around one database: who writes, who waits, who migrates."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from sandbox import Sandbox, SandboxClock, sample_company
from store import migrate
from tests.desk import DEMO_POLICY, MANIFEST, ROOT
from tests.soak.replicas import Replica, replicas

STARTING = 30
"""Seconds that a process may take to start on a busy machine."""

MIGRATE = "import sys; from store import migrate; migrate.upgrade(sys.argv[1])"


def within(seconds: float, holds: Callable[[], object]) -> float:
    """Wait until it holds; return how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        threading.Event().wait(0.05)
    return time.monotonic() - began


def log_of(folder: Path, replica: Replica) -> str:
    file = folder / f"{replica.name}.log"
    return file.read_text("utf-8") if file.exists() else ""


def test_a_standby_takes_over_within_five_seconds_of_a_kill(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "desk.db"))
    with Sandbox(MANIFEST, sample_company(), SandboxClock()) as slack:
        first, second = replicas(2, tmp_path, slack, url, DEMO_POLICY)
        first.start()
        try:
            within(STARTING, lambda: slack.socket_mode.connections == 2)
            second.start()
            within(STARTING, lambda: "standing by" in log_of(tmp_path, second))
            assert slack.person("Karen").types("/ticket list").ok
            assert slack.socket_mode.connections == 2
            first.kill()
            took = within(10, lambda: "connected to" in log_of(tmp_path, second))
            assert took < 5
            assert slack.person("Karen").types("/ticket list").ok
        finally:
            second.stop()
            first.kill()


def test_a_standby_that_is_told_to_stop_goes_quietly(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "desk.db"))
    with Sandbox(MANIFEST, sample_company(), SandboxClock()) as slack:
        first, second = replicas(2, tmp_path, slack, url, DEMO_POLICY)
        first.start()
        try:
            within(STARTING, lambda: slack.socket_mode.connections == 2)
            second.start()
            within(STARTING, lambda: "standing by" in log_of(tmp_path, second))
            second.stop()
            assert "connected to" not in log_of(tmp_path, second)
            assert slack.socket_mode.connections == 2
        finally:
            first.stop()
            second.kill()


def test_processes_that_start_together_migrate_once(empty_database: URL) -> None:
    address = empty_database.render_as_string(hide_password=False)
    started = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, address], cwd=ROOT)  # noqa: S603 - ours
        for _ in range(4)
    ]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    assert migrate.current(empty_database) == migrate.newest()
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    engine.dispose()
