"""HTTP mode: Slack posts to `/slack/events`, and every request must carry its signature.

Bolt checks signature and age (5 minutes); what would not even be read is refused here. TLS is for
the proxy in front.
"""

import logging
import threading
from collections.abc import Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.listeners import AtWork

LARGEST_BODY: Final = 1_000_000
"""Bytes. Slack's largest payload, a modal's submission, is below 250 KB before encoding."""

SLOWEST_CLIENT_SECONDS: Final = 10

log = logging.getLogger(__name__)


class HttpMode:
    """A small server in a thread of its own, one thread per request."""

    def __init__(self, app: App, *, port: int, host: str = "0.0.0.0") -> None:  # noqa: S104 - Slack calls from outside
        self._application = _Guarded(SlackRequestHandler(app))
        self._address = (host, port)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The real one, also when 0 was asked for."""
        return self._server.server_port if self._server else self._address[1]

    @property
    def description(self) -> str:
        """For the log."""
        return f"Slack over HTTP, on port {self.port}, path /slack/events"

    def open(self) -> None:
        """Listen; OSError when the port is taken."""
        host, port = self._address
        self._server = make_server(
            host, port, self._application, server_class=_Server, handler_class=_Handler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="http")
        self._thread.start()

    def check(self) -> None:
        """Nothing can die silently here: every request is a connection of its own."""

    def close(self) -> None:
        """Take no new requests, answer those at work."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._application.at_work.wait_until_done()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(WSGIRequestHandler):
    timeout = SLOWEST_CLIENT_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        log.debug(format, *args)


class _Guarded:
    """Refuses what Bolt would choke on, before a byte of the body is read."""

    def __init__(self, slack: SlackRequestHandler) -> None:
        self._slack = slack
        self.at_work = AtWork()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        refusal = _refusal(environ)
        if refusal is not None:
            log.warning("refused a request", extra={"status": refusal.value})
            start(f"{refusal.value} {refusal.phrase}", [("Content-Length", "0")])
            return []
        with self.at_work.one():
            return self._slack(environ, start)


def _refusal(environ: WSGIEnvironment) -> HTTPStatus | None:
    length, sent_at = environ.get("CONTENT_LENGTH"), environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP")
    if environ["REQUEST_METHOD"] != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    if not length or not length.isdecimal():
        return HTTPStatus.LENGTH_REQUIRED
    if int(length) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not sent_at or not sent_at.isdecimal():
        return HTTPStatus.UNAUTHORIZED  # the SDK's verifier takes only digits
    return None
