"""Ways to set up a sandbox and a tiny Bolt app, as simple as an app can be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox, SandboxClock, SeenModal, sample_company

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
MONDAY = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


def manifest_with(**changes: Any) -> dict[str, Any]:
    """The desk's manifest, parsed, with more scopes, events or other settings."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    settings = manifest["settings"]
    manifest["oauth_config"]["scopes"]["bot"] += changes.pop("scopes", [])
    settings["event_subscriptions"]["bot_events"] += changes.pop("events", [])
    manifest["features"]["app_home"] |= changes.pop("app_home", {})
    settings |= changes
    return manifest


def new_sandbox(manifest: dict[str, Any] | None = None, **options: Any) -> Sandbox:
    """A sandbox on a Monday morning, with time standing still."""
    clock = options.pop("clock", None) or SandboxClock(frozen_at=MONDAY)
    return Sandbox(manifest or MANIFEST, sample_company(), clock, **options)


def client_of(sandbox: Sandbox, token: str = "") -> WebClient:
    """A Web API client that repeats nothing by itself."""
    return WebClient(token or sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


def bolt_app(sandbox: Sandbox) -> App:
    """An empty Bolt app for this sandbox."""
    return App(
        client=client_of(sandbox),
        process_before_response=True,
        ignoring_self_events_enabled=True,
        signing_secret=sandbox.signing_secret,
    )


@contextmanager
def connected(sandbox: Sandbox, app: App) -> Iterator[SocketModeHandler]:
    """The app, listening through the SDK's built-in Socket Mode client."""
    # A short interval, because this client looks for broken lines only that often.
    handler = SocketModeHandler(
        app, sandbox.app_token, web_client=client_of(sandbox), ping_interval=0.2
    )
    handler.client.connect()
    sandbox.wait_until_connected()
    try:
        yield handler
        sandbox.wait_until_quiet()
    finally:
        close_quickly(sandbox, handler)


def close_quickly(sandbox: Sandbox, handler: SocketModeHandler) -> None:
    """Close the built-in client without the seconds it spends on reading from silent lines."""
    client = handler.client
    client.closed = True
    client.auto_reconnect_enabled = False
    client.enqueue_message('{"type": "hello"}')
    sandbox.socket_mode.nudge()
    client.close()


def error_of(call: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    """The error name with which Slack refuses a call; fails when Slack takes it."""
    try:
        call(*args, **kwargs)
    except SlackApiError as refused:
        return str(refused.response["error"])
    raise AssertionError("Slack took the call")


def shown_form(sandbox: Sandbox, view: dict[str, Any], name: str = "Karen") -> SeenModal:
    """A form, opened in front of somebody as after a click."""
    person = sandbox.person(name)
    trigger = sandbox.triggers.issue(person.user.id)
    client_of(sandbox).views_open(trigger_id=trigger, view=view)
    assert person.modal
    return person.modal
