"""A policy, settings and a running local Slack for the desk's own tests."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import yaml
from sqlalchemy import URL, make_url

from bot.settings import Settings
from sandbox import Sandbox, SandboxClock, sample_company
from store.rules.policy import Policy
from store.rules.policy_file import load_policy

ROOT: Final = Path(__file__).parents[2]
MONDAY_MORNING: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

TEAM_IT: Final = "C0TEAMIT003"
HELP_DESK: Final = "C0HELPDESK2"
KAREN: Final = "U0KAREN0001"
JOHN: Final = "U0JOHN00004"


def policy() -> Policy:
    """The demo's, which fits the sample company."""
    return load_policy((ROOT / "bot" / "demo.toml").read_text("utf-8"))


@contextmanager
def local_slack(*, http: bool = False) -> Iterator[Sandbox]:
    """A local Slack on a frozen clock, with the desk's own manifest, changed only for HTTP."""
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    manifest["settings"]["socket_mode_enabled"] = not http
    clock = SandboxClock(frozen_at=MONDAY_MORNING)
    with Sandbox(manifest, sample_company(), clock) as slack:
        yield slack


def settings_for(
    slack: Sandbox, database: URL | str = "", *, http_port: int | None = None
) -> Settings:
    """What the environment would say; HTTP mode when there is a port for it."""
    given: dict[str, object] = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
    }
    if http_port is None:
        given["SLACK_APP_TOKEN"] = slack.app_token
    else:
        given |= {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": http_port}
    if database:
        url = make_url(database)
        given["DATABASE_URL"] = url.render_as_string(hide_password=False)
    return Settings.model_validate(given)


def free_port() -> int:
    """Nobody listens there at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
