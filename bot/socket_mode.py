"""Socket Mode: several connections at once, so that a refresh or a dead one loses nothing.

Slack hands each envelope to any one of them. The SDK's client opens a fresh connection before it
drops the old one; what it does not notice quickly (a peer that hung up or fell silent) is added
here.
"""

import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.listeners import AtWork
from bot.settings import Settings
from bot.slack_client import LISTENER_SECONDS, slack_client

CONNECTIONS: Final = 2
LISTENER_THREADS: Final = 16
PING_SECONDS: Final = 3
SILENT_SECONDS: Final = 10
"""A connection whose last pong is older than this is replaced."""

log = logging.getLogger(__name__)


class SocketMode:
    """All connections of this process."""

    def __init__(self, app: App, settings: Settings, *, connections: int = CONNECTIONS) -> None:
        assert settings.slack_app_token is not None
        token = settings.slack_app_token.get_secret_value()
        web_client = slack_client(settings, seconds=LISTENER_SECONDS * 2)
        self._app = app
        self._at_work = AtWork()
        self._clients = [
            _Client(token, web_client, self._answer, name=f"socket {number}")
            for number in range(1, connections + 1)
        ]

    @property
    def description(self) -> str:
        """For the log."""
        return f"Slack over Socket Mode, {len(self._clients)} connections"

    def open(self) -> None:
        """Connect all; raises when Slack does not let us."""
        for client in self._clients:
            client.connect()
            if not client.is_connected():
                raise ConnectionError("the socket that Slack offered could not be opened")

    def check(self) -> None:
        """Replace connections that were dropped or have fallen silent."""
        for client in self._clients:
            client.mend()

    def close(self) -> None:
        """Answer what is being worked on while the sockets are still open, then hang up."""
        self._at_work.wait_until_done()
        with ThreadPoolExecutor(len(self._clients)) as closing:
            list(closing.map(_Client.close, self._clients))

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        with self._at_work.one():
            send_response(client, request, run_bolt_app(self._app, request), started)


class _Client(SocketModeClient):
    """The SDK's client, on a socket that notices when the other end has hung up."""

    def __init__(self, token: str, web_client: WebClient, answer: Any, *, name: str) -> None:
        super().__init__(
            app_token=token,
            web_client=web_client,
            ping_interval=PING_SECONDS,
            concurrency=LISTENER_THREADS,
            logger=logging.getLogger("slack_sdk.socket_mode"),
        )
        self.name = name
        self._socket: _Socket | None = None
        self.socket_mode_request_listeners.append(answer)

    def connect(self) -> None:
        super().connect()
        session = self.current_session
        if session is not None and session.sock is not None:
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = _Socket(session.sock)
            session.sock = cast("Any", self._socket)

    def mend(self) -> None:
        """Connect anew when that is needed; when it fails, the next call tries again."""
        silent = self.is_connected() and self._silence() > SILENT_SECONDS
        if self.closed or (self.is_connected() and not silent):
            return
        log.warning("lost Slack, connecting anew", extra={"socket": self.name, "silent": silent})
        try:
            self.connect_to_new_endpoint(force=silent)
        except (OSError, SlackApiError, SlackClientNotConnectedError) as error:
            log.warning("Slack cannot be reached", extra={"socket": self.name, "error": error})

    def _silence(self) -> float:
        """Seconds since the last pong; 0 for a connection that is too young to have had one."""
        session = self.current_session
        if session is None or session.last_ping_pong_time is None:
            return 0
        return time.time() - session.last_ping_pong_time

    def close(self) -> None:
        """At once: the SDK would wait for its reading thread's next timeout (3 s)."""
        self.closed = True
        self.auto_reconnect_enabled = False
        self.current_session_state.terminated = True
        if self._socket is not None:
            self._socket.wake_reader()
        self.message_queue.put(None)  # wakes the thread that waits for messages
        super().close()


class _Socket:
    """Says so when the peer hangs up: the SDK takes an empty read for "nothing new" and spins."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self._closing = False

    def recv(self, size: int) -> bytes:
        """Bytes, or ConnectionResetError at the end of the stream."""
        received = self._real.recv(size)
        if not received and not self._closing:
            raise ConnectionResetError("Slack closed the connection")
        return received

    def wake_reader(self) -> None:
        """End a `recv` that is waiting in another thread."""
        self._closing = True
        try:
            self._real.shutdown(socket.SHUT_RDWR)
        except OSError:  # it is closed already
            log.debug("the socket was closed before we were")

    def send(self, data: bytes) -> int:
        """All of it: a partly sent frame would garble everything after it."""
        self._real.sendall(data)
        return len(data)

    def close(self) -> None:
        """Hang up."""
        self._real.close()
