"""How Slack reaches us: over Socket Mode connections, or by HTTP when there is no app token."""

from typing import Protocol

from slack_bolt import App

from bot.http_mode import HttpMode
from bot.settings import Settings
from bot.socket_mode import SocketMode


class Connection(Protocol):
    """One way in. It is open from `open()` until `close()`, and mends itself in between."""

    def open(self) -> None:
        """Begin to receive; raises when that is impossible from the start."""

    def check(self) -> None:
        """Replace whatever has silently died; called every few seconds."""

    def close(self) -> None:
        """Let running listeners answer, then hang up."""

    @property
    def description(self) -> str:
        """Where we are listening, for the log."""


def connection(settings: Settings, app: App) -> Connection:
    """Socket Mode with an app token, HTTP without."""
    if settings.slack_app_token is None:
        return HttpMode(app, port=settings.port)
    return SocketMode(app, settings)
