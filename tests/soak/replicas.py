"""Desks as processes, as somebody would run them, that can be killed, frozen and started again."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from sandbox import Sandbox
from tests.desk import ROOT

STOP_SECONDS: Final = 30


class Replica:
    """One `deskbell run`; it is started anew whenever it is gone."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self._folder = folder
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._is_asked = False

    def start(self) -> bool:
        """Unless it runs already: then False."""
        if self._process is not None and self._process.poll() is None:
            return False
        self._is_asked = False
        with (self._folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        return True

    def ask_to_stop(self) -> None:
        """As whoever supervises it does; asked a second time, it ends at once."""
        self._is_asked = True
        self._signal(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """What it said to the operating system in the end; TimeoutExpired if it goes on."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """Without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """It does nothing, and does not know it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if no time had passed."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Kindly."""
        if self._process is None:
            return
        self.thaw()
        if not self._is_asked:
            self.ask_to_stop()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


def replicas(count: int, folder: Path, slack: Sandbox, database: URL, policy: str) -> list[Replica]:
    """Not started yet."""
    file = folder / "deskbell.toml"
    file.write_text(policy, "utf-8")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "SLACK_PACE": "100",  # this Slack takes everything; its 429s are accidents
        "DATABASE_URL": database.render_as_string(hide_password=False),
        "DESKBELL_CONFIG": str(file),
        "LOG_LEVEL": "INFO",
    }
    return [Replica(f"replica{number}", folder, environment) for number in range(1, count + 1)]
