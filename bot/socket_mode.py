"""Socket Mode: several connections at once, so that a refresh or a dead one loses nothing.

Slack hands each envelope to any one of them. Each connection is kept by a thread of its own, which
opens a new one before it drops the old one: when Slack asks for that, when the peer hung up, and
when no pong has come for too long (a connection may look open and be dead). The thread that reads
envelopes never waits for any of this, nor for a listener.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any, Final

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.listeners import LARGEST_BODY, Listeners
from bot.metrics import RECONNECTS
from bot.settings import Settings
from bot.slack_client import LISTENER_SECONDS, slack_client
from bot.slack_errors import is_refusal
from bot.web_socket import make_quick, part, wake_reader

CONNECTIONS: Final = 2
PING_SECONDS: Final = 3
SILENT_SECONDS: Final = 8
"""A connection whose last pong is older than this is replaced: two pings were lost."""

LOOK_SECONDS: Final = 0.5
_new_state: Final[Callable[[], ConnectionState]] = ConnectionState
RETRY_SECONDS: Final = (1, 2, 4, 8, 10)
"""Pauses between attempts to connect, while Slack does not let us."""

RATE_LIMIT_SECONDS: Final = 30
"""When Slack says "too many" without saying for how long."""

_FAILED: Final = (OSError, HTTPException, SlackApiError, SlackClientNotConnectedError)

log = logging.getLogger(__name__)


class SocketMode:
    """All connections of this process."""

    def __init__(self, app: App, settings: Settings, *, connections: int = CONNECTIONS) -> None:
        assert settings.slack_app_token is not None
        token = settings.slack_app_token.get_secret_value()
        web_client = slack_client(settings, seconds=LISTENER_SECONDS * 2)
        self._listeners = Listeners(app, slack_client(settings, seconds=LISTENER_SECONDS))
        self._clients = [
            _Client(token, web_client, self._answer, name=f"socket {number}")
            for number in range(1, connections + 1)
        ]
        self._healthy_at = time.monotonic()

    @property
    def description(self) -> str:
        """For the log."""
        return f"Slack over Socket Mode, {len(self._clients)} connections"

    @property
    def silence(self) -> float:
        """Seconds since the last look at which a connection was healthy; 0 while one is."""
        if any(client.is_healthy for client in self._clients):
            self._healthy_at = time.monotonic()
        return time.monotonic() - self._healthy_at

    def pong_ages(self) -> dict[str, float | None]:
        """Seconds since each connection's last sign of life; None for one that is not open."""
        return {client.name: client.pong_age for client in self._clients}

    @property
    def quiet(self) -> float:
        """None: pongs tell."""
        return 0.0

    @property
    def is_sound(self) -> bool:
        """Whether Slack can reach us over one of them."""
        return any(client.is_healthy for client in self._clients)

    def has_missed(self) -> bool:
        """Whether events may have been turned away each time that Slack sent them. Said once."""
        return self._listeners.has_missed()

    @property
    def is_busy(self) -> bool:
        """Whether several people wait for an answer."""
        return self._listeners.is_busy

    def open(self) -> None:
        """Connect all; raises when Slack refuses us. While it cannot be reached, that is tried
        again as after every loss of a connection.
        """
        for client in self._clients:
            client.connect_at_first()
        for client in self._clients:
            client.keep_connected()
        self._healthy_at = time.monotonic()

    def close(self) -> None:
        """Answer what is being worked on while the sockets are still open, then hang up."""
        self._listeners.close()
        with ThreadPoolExecutor(len(self._clients)) as closing:
            list(closing.map(_Client.close, self._clients))

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()

        def respond(response: BoltResponse) -> None:
            send_response(client, request, response, started)

        asked = BoltRequest(
            mode="socket_mode", body=request.payload, headers=build_headers(request)
        )
        self._listeners.take(asked, respond)


class _Client(SocketModeClient):
    """The SDK's client, which connects elsewhere than in the thread that reads, and notices when
    the other end has hung up or fallen silent.
    """

    def __init__(self, token: str, web_client: WebClient, answer: Any, *, name: str) -> None:
        super().__init__(
            app_token=token,
            web_client=web_client,
            ping_interval=PING_SECONDS,
            concurrency=1,
            logger=logging.getLogger("slack_sdk.socket_mode"),
        )
        self.name = name
        self.socket_mode_request_listeners.append(answer)
        self._connected_at = 0.0
        self._wanted = threading.Event()
        self._looked = threading.Event()
        self._failures = 0
        self._not_before = 0.0
        self._keeper = threading.Thread(target=self._keep, name=name, daemon=True)

    @property
    def is_healthy(self) -> bool:
        """Open, and Slack answered a ping lately."""
        return self.is_connected() and self._silence() <= SILENT_SECONDS

    @property
    def pong_age(self) -> float | None:
        """Seconds since the last sign of life; None when the connection is not open."""
        return self._silence() if self.is_connected() else None

    def keep_connected(self) -> None:
        """From now on, until `close`."""
        self._keeper.start()

    def issue_new_wss_url(self) -> str:
        """Ask once: the SDK would wait here for as long as Slack says, and read nothing."""
        return str(self.web_client.apps_connections_open(app_token=self.app_token)["url"])

    def enqueue_message(self, message: str) -> None:
        """Handed on at once by the thread that read it: our listener does not wait for anything,
        and to wake two more threads for each envelope, as the SDK does, takes longer. What is too
        large for Slack to have sent it goes no further.
        """
        if len(message) > LARGEST_BODY:
            log.warning("refused an envelope", extra={"socket": self.name, "size": len(message)})
            return
        try:
            envelope = json.loads(message) if message.startswith("{") else {}
        except (ValueError, RecursionError):
            self.logger.warning("not JSON")
            return
        self.run_message_listeners(envelope, message)

    def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - the SDK's
        """Called by the SDK when it lost the connection, or (`force`) when Slack asks for it."""
        if force:
            self._wanted.set()
        self._looked.set()

    def connect_at_first(self) -> None:
        """Before it is kept connected; raises SlackApiError when Slack refuses us."""
        try:
            self.connect()
        except _FAILED as error:
            if is_refusal(error):
                raise
            self._wait_after(error)

    def connect(self) -> None:
        """Open a new connection, and only then let go of the old one. Raises when that fails."""
        fresh = self._open(self.issue_new_wss_url())
        old, old_state = self.current_session, self.current_session_state
        still_talks = self.is_healthy
        self._connected_at = time.time()
        self.current_session, self.current_session_state = fresh, _new_state()
        if old is None:
            old_state.terminated = True
        else:
            threading.Thread(target=part, args=[old, old_state, still_talks], daemon=True).start()
        if not self.current_app_monitor_started:
            self.current_app_monitor_started = True
            self.current_app_monitor.start()

    def close(self) -> None:
        """At once: the SDK would wait for its reading thread's next timeout (3 s)."""
        self.closed = True
        self.auto_reconnect_enabled = False
        self.current_session_state.terminated = True
        self._looked.set()
        if self._keeper.is_alive():
            self._keeper.join(LISTENER_SECONDS)
        if self.current_session is not None:
            wake_reader(self.current_session)
        self.message_queue.put(None)  # wakes the thread that waits for messages
        super().close()

    def _run_current_session(self) -> None:
        """Read until this session has ended. The SDK's own sets an ended state back to "going on",
        and then reads a closed socket for ever: `close` waited for it without end. The state is
        read first, so that an old session is never read on under a new one's.
        """
        state, session = self.current_session_state, self.current_session
        if session is None or state.terminated:
            return
        try:
            session.run_until_completion(state)
        except Exception:
            self.logger.exception("a connection could not be read to its end")

    def _open(self, url: str) -> Connection:
        session = Connection(
            url=url,
            logger=self.logger,
            ping_interval=self.ping_interval,
            receive_buffer_size=16 * 1024,
            proxy=self.proxy,
            proxy_headers=self.proxy_headers,
            on_message_listener=self._on_message,
            on_error_listener=self._on_error,
            on_close_listener=self._on_close,
            ssl_context=self.web_client.ssl,
        )
        session.connect()
        make_quick(session)
        return session

    def _keep(self) -> None:
        while not self.closed:
            self._looked.wait(LOOK_SECONDS)
            self._looked.clear()
            if not self.closed and time.monotonic() >= self._not_before:
                self._mend()

    def _mend(self) -> None:
        """Connect anew when that is needed; when it fails, a later look tries again."""
        reason = self._reason()
        if reason is None:
            return
        log.warning("connecting anew", extra={"socket": self.name, "reason": reason})
        RECONNECTS.labels(reason).inc()
        try:
            self.connect()
        except _FAILED as error:
            self._wait_after(error)
        else:
            self._wanted.clear()
            self._failures = 0

    def _reason(self) -> str | None:
        if not self.is_connected():
            return "hung up"
        if self._wanted.is_set():
            return "asked to"
        return "silent" if not self.is_healthy else None

    def _wait_after(self, error: Exception) -> None:
        seconds = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        if isinstance(error, SlackApiError) and error.response["error"] == "ratelimited":
            seconds = int(error.response.headers.get("Retry-After", RATE_LIMIT_SECONDS))
        self._failures += 1
        self._not_before = time.monotonic() + seconds
        log.warning(
            "Slack cannot be reached",
            extra={"socket": self.name, "error": type(error).__name__, "again_in": seconds},
        )

    def _on_message(self, message: str) -> None:
        """Say why Slack ends a connection: `link_disabled` needs somebody's hand."""
        if message.startswith("{") and '"disconnect"' in message[:200]:
            reason = json.loads(message).get("reason")
            log.info("Slack ends a connection", extra={"socket": self.name, "reason": reason})
            if reason == "link_disabled":
                log.error("Socket Mode is switched off for this app: switch it on again")
        super()._on_message(message)

    def _silence(self) -> float:
        """Seconds since the last pong, or since the connection was opened."""
        session = self.current_session
        heard = session.last_ping_pong_time if session is not None else None
        return time.time() - max(heard or 0, self._connected_at)
