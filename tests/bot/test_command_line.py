"""`deskbell` as a person meets it: in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot import __version__
from sandbox import Sandbox
from store import migrate
from tests.bot.setting import ROOT, free_port

PYTHON = [sys.executable, "-m", "bot"]


def environment(slack: Sandbox | None, folder: Path) -> dict[str, str]:
    """Nothing of ours but what the desk needs."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    if slack is not None:
        given |= {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/desk.db",
            "DESKBELL_CONFIG": str(ROOT / "bot" / "demo.toml"),
        }
    return given


def deskbell(
    folder: Path, *arguments: str, slack: Sandbox | None = None, **more: str
) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - our own program
        [*PYTHON, *arguments],
        cwd=folder,
        env={**environment(slack, folder), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout


@contextmanager
def started(
    folder: Path, *arguments: str, slack: Sandbox | None = None, without: str = "", **more: str
) -> Iterator[subprocess.Popen[str]]:
    """The running desk; whatever becomes of the test, the process does not outlive it. `without`:
    what its environment shall lack.
    """
    given = {**environment(slack, folder), **more}
    given.pop(without, None)
    with subprocess.Popen(  # noqa: S603 - our own program
        [*PYTHON, *arguments],
        cwd=folder,
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert deskbell(tmp_path, "--version") == (0, f"deskbell {__version__}\n")


def test_help_names_every_command(tmp_path: Path) -> None:
    status, told = deskbell(tmp_path, "--help")
    assert status == 0
    assert all(name in told for name in ("run", "check", "migrate", "outbox", "db", "demo"))


def test_a_start_without_settings_says_everything_that_is_missing(tmp_path: Path) -> None:
    status, told = deskbell(tmp_path, "run")
    assert status == 1
    problems = [line for line in told.splitlines() if line.startswith("✗")]
    assert [line.split()[1] for line in problems] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "DESKBELL_CONFIG",
    ]


def test_settings_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\n")
    status, told = deskbell(tmp_path, "check")
    assert status == 1
    assert "DESKBELL_CONFIG" in told
    assert "TOKEN" not in told


def test_check_of_a_sound_desk_says_that_all_is_well(slack: Sandbox, tmp_path: Path) -> None:
    status, told = deskbell(tmp_path, "check", slack=slack)
    assert (status, told.splitlines()[-1]) == (0, "All is well. Start with deskbell run.")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_token_stops_the_start_with_one_sentence(slack: Sandbox, tmp_path: Path) -> None:
    status, told = deskbell(tmp_path, "run", slack=slack, SLACK_BOT_TOKEN="xoxb-wrong")
    assert status == 1
    assert told.startswith("✗ SLACK_BOT_TOKEN")
    assert len(told.splitlines()) == 1


def test_a_rota_of_people_who_left_stops_the_start(slack: Sandbox, tmp_path: Path) -> None:
    policy = (ROOT / "bot" / "demo.toml").read_text("utf-8")
    people = 'people = ["U0OMAR00008", "U0JERRY0007"]'
    assert people in policy
    file = tmp_path / "deskbell.toml"
    file.write_text(policy.replace(people, 'people = ["U0DANA00011"]'), "utf-8")
    status, told = deskbell(tmp_path, "run", slack=slack, DESKBELL_CONFIG=str(file))
    assert (status, len(told.splitlines())) == (1, 1)
    assert told.startswith('✗ rotas.primary.people = ["U0DANA00011"]: Slack has no active account')


def test_a_start_names_the_scopes_that_are_missing_and_goes_on(
    slack: Sandbox, tmp_path: Path
) -> None:
    slack.app.scopes.remove("users:read.email")
    with started(tmp_path, "run", slack=slack) as running:
        slack.wait_until_connected(10)
        running.send_signal(signal.SIGTERM)
        told, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert "users:read.email" in next(line for line in told.splitlines() if line.startswith("✗"))


def test_migrate_needs_nothing_but_the_database_and_says_what_it_did(tmp_path: Path) -> None:
    for said in ("went from nothing to", "nothing to do"):
        url = f"sqlite:///{tmp_path}/desk.db"
        assert said in deskbell(tmp_path, "migrate", DATABASE_URL=url, LOG_LEVEL="loud")[1]


def test_a_copy_asks_for_nothing_but_a_database_to_copy_to(tmp_path: Path) -> None:
    status, told = deskbell(tmp_path, "db", "copy", "desk.db", DATABASE_URL="mysql://h/d")
    assert (status, len(told.splitlines())) == (1, 1)
    assert told.startswith('✗ DATABASE_URL = "mysql://h/d": write sqlite:///deskbell.db or ')


def test_a_database_of_a_newer_version_stops_the_start(slack: Sandbox, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    status, told = deskbell(tmp_path, "run", slack=slack)
    assert status == 1
    assert "newer than this version" in told
    assert "Traceback" not in told


def test_a_file_that_is_no_database_stops_the_start(slack: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("Dear diary, " * 500)
    status, told = deskbell(tmp_path, "run", slack=slack)
    assert status == 1
    assert "✗ DATABASE_URL" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_running_desk_answers_and_stops_cleanly(
    slack: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    with started(tmp_path, "run", slack=slack) as running:
        slack.wait_until_connected(10)
        assert slack.person("Karen").types("/ticket list").ok
        running.send_signal(number)
        told, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert "connected" in told
    assert slack.bot_token not in told


def test_the_demo_serves_its_page_and_goes_on_with_the_same_data(tmp_path: Path) -> None:
    for _ in range(2):
        demo = ("demo", "--port", str(free_port()), "--data", "kept")
        with started(tmp_path, *demo) as running:
            page = page_at(address_in(running))
            running.send_signal(signal.SIGINT)
            told, _ = running.communicate(timeout=20)
        assert running.returncode == 0, told
        assert "Sample Company" in page
        assert "Stopped." in told
        assert "Traceback" not in told
    assert (tmp_path / "kept" / "deskbell.db").exists()


def address_in(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    for line in running.stdout:
        if "http://" in line:
            return line.split()[-1]
    raise AssertionError("the demo ended without printing its address")


def page_at(address: str) -> str:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own page
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < deadline, "no page"
            threading.Event().wait(0.1)
