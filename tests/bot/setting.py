"""A policy, settings and a running local Slack for the desk's own tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL

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
def local_slack(*, rate_limits: bool = True) -> Iterator[Sandbox]:
    """A local Slack on a frozen clock, with the desk's own manifest."""
    clock = SandboxClock(frozen_at=MONDAY_MORNING)
    manifest = ROOT / "manifest.yml"
    with Sandbox(manifest, sample_company(), clock, rate_limits=rate_limits) as slack:
        yield slack


def settings_for(slack: Sandbox, database: URL | str = "", *, http: bool = False) -> Settings:
    """What the environment would say."""
    given = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "SLACK_SIGNING_SECRET" if http else "SLACK_APP_TOKEN": (
            slack.signing_secret if http else slack.app_token
        ),
    }
    if database:
        shown = database if isinstance(database, str) else database.render_as_string(False)  # noqa: FBT003 - positional in SQLAlchemy
        given["DATABASE_URL"] = shown
    return Settings.model_validate(given)
