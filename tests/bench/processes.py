"""Desks as processes of their own, each connected to a local Slack in this process.

So they share neither interpreter nor lock with what measures them.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from bot.socket_mode import CONNECTIONS
from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.company import Company

ROOT: Final = Path(__file__).parents[2]
POLICY: Final = Path(__file__).with_name("desk.toml")
START_SECONDS: Final = 30
STOP_SECONDS: Final = 20

RUN: Final = ("-m", "bot", "run")
DESK: Final = ("-m", "tests.bench.answering", "desk")
WHOLE: Final = ("-m", "tests.bench.answering", "whole")
NOTHING: Final = ("-m", "tests.bench.answering", "nothing")


@dataclass(frozen=True)
class Process:
    """A running one: its Slack, its process id, and the seconds it took to connect."""

    slack: Sandbox
    pid: int
    seconds_to_connect: float


@contextmanager
def connected(
    arguments: tuple[str, ...],
    database: URL,
    folder: Path,
    *,
    company: Company | None = None,
    rate_limits: bool = True,
    policy: Path = POLICY,
) -> Iterator[Process]:
    """A process with a Slack of its own; see `running`."""
    with (
        local_slack(company=company, rate_limits=rate_limits) as slack,
        running(slack, arguments, database, folder, policy=policy) as process,
    ):
        yield process


def local_slack(*, company: Company | None = None, rate_limits: bool = True) -> Sandbox:
    """To be entered; on the machine's clock."""
    manifest, clock = ROOT / "manifest.yml", SandboxClock()
    return Sandbox(manifest, company or sample_company(), clock, rate_limits=rate_limits)


@contextmanager
def running(
    slack: Sandbox,
    arguments: tuple[str, ...],
    database: URL,
    folder: Path,
    *,
    policy: Path = POLICY,
) -> Iterator[Process]:
    """Start Python with these arguments, wait until all its sockets are open, and end it after."""
    sockets, started = slack.socket_mode.connections + CONNECTIONS, time.perf_counter()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [sys.executable, *arguments],
            cwd=folder,
            env=_environment(slack, database, policy),
            stdout=log,
            stderr=log,
        )
    try:
        _wait(slack, process, folder, sockets)
        yield Process(slack, process.pid, time.perf_counter() - started)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def _wait(slack: Sandbox, process: "subprocess.Popen[bytes]", folder: Path, sockets: int) -> None:
    everything = slack.workspace.wait_for(
        lambda: slack.socket_mode.connections >= sockets or process.poll() is not None,
        START_SECONDS,
    )
    if not everything or process.poll() is not None:
        raise RuntimeError(f"it did not connect:\n{(folder / 'log').read_text()[-3000:]}")


def _environment(slack: Sandbox, database: URL, policy: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database.render_as_string(hide_password=False),
        "DESKBELL_CONFIG": str(policy),
        "LOG_LEVEL": "WARNING",
    }
