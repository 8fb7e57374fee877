"""How Slack reaches us: over Socket Mode connections, or by HTTP when there is no app token."""

from typing import Protocol
from wsgiref.types import WSGIApplication

from slack_bolt import App

from bot.http_mode import HttpMode
from bot.listeners import Listeners
from bot.settings import Settings
from bot.slack_client import LISTENER_SECONDS, slack_client
from bot.socket_mode import SocketMode


class Connection(Protocol):
    """One way in. It is open from `open()` until `close()`, and mends itself in between."""

    def open(self) -> None:
        """Begin to receive, or go on trying; raises when that is impossible from the start."""

    def close(self) -> None:
        """Let running listeners answer, then hang up."""

    @property
    def silence(self) -> float:
        """Seconds for which Slack cannot have reached us; 0 while all is well."""

    def pong_ages(self) -> dict[str, float | None]:
        """Seconds since each socket's last sign of life; None for one that is not open."""

    @property
    def quiet(self) -> float:
        """Seconds for which Slack may have tried in vain without our knowing."""

    @property
    def is_sound(self) -> bool:
        """Whether Slack can reach us right now."""

    def has_missed(self) -> bool:
        """Whether events may have been turned away each time that Slack sent them. Said once."""

    @property
    def is_busy(self) -> bool:
        """Whether several people wait for an answer."""

    @property
    def description(self) -> str:
        """Where we are listening, for the log."""


def connection(settings: Settings, app: App, *, pages: WSGIApplication) -> Connection:
    """Socket Mode with an app token; without one HTTP, which serves our `pages` as well."""
    if settings.slack_app_token is not None:
        return SocketMode(app, settings)
    assert settings.slack_signing_secret is not None
    listeners = Listeners(app, slack_client(settings, seconds=LISTENER_SECONDS))
    secret = settings.slack_signing_secret.get_secret_value()
    return HttpMode(listeners, secret, port=settings.port, pages=pages)
