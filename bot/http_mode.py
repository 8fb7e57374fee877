"""HTTP mode: Slack posts to `/slack/events`, and every request must carry its signature.

Whatever is not signed by Slack, too old, too large or not what Slack sends is refused at the door:
it is not read further, does not wait for a thread, and leaves one line in the log that says why and
nothing of what was in it. TLS is for the proxy in front.
"""

import logging
import threading
from collections.abc import Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.listeners import Listeners

PATH: Final = "/slack/events"

LARGEST_BODY: Final = 1_000_000
"""Bytes. Slack's largest payload, a modal's submission, is below 250 KB before encoding."""

SLOWEST_CLIENT_SECONDS: Final = 10

log = logging.getLogger(__name__)


class HttpMode:
    """A small server in a thread of its own, one thread per request."""

    def __init__(
        self,
        listeners: Listeners,
        signing_secret: str,
        *,
        port: int,
        host: str = "0.0.0.0",  # noqa: S104 - Slack calls from outside
    ) -> None:
        self._listeners = listeners
        self._door = _Door(listeners, SignatureVerifier(signing_secret))
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
        return f"Slack over HTTP, on port {self.port}, path {PATH}"

    @property
    def silence(self) -> float:
        """None ever: nobody can tell a quiet Slack from one that cannot reach us."""
        return 0.0

    def open(self) -> None:
        """Listen; OSError when the port is taken."""
        host, port = self._address
        self._server = make_server(
            host, port, self._door, server_class=_Server, handler_class=_Handler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="http")
        self._thread.start()

    def close(self) -> None:
        """Take no new requests, answer those at work."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._listeners.close()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(WSGIRequestHandler):
    timeout = SLOWEST_CLIENT_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        log.debug(format, *args)


class _Refused(Exception):
    """A request that goes no further."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Door:
    """Lets in what Slack signed within the last five minutes, and answers it."""

    def __init__(self, listeners: Listeners, verifier: SignatureVerifier) -> None:
        self._listeners = listeners
        self._verifier = verifier

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            response = self._listeners.answer(self._request(environ))
        except _Refused as refused:
            log.warning(
                "refused a request",
                extra={"status": refused.status.value, "reason": refused.reason},
            )
            response = BoltResponse(status=refused.status.value)
        return _send(response, start)

    def _request(self, environ: WSGIEnvironment) -> BoltRequest:
        body = _body(environ, _length(environ))
        self._check_signature(environ, body)
        headers = {
            name.removeprefix("HTTP_").lower().replace("_", "-"): value
            for name, value in environ.items()
            if name == "CONTENT_TYPE" or name.startswith("HTTP_")
        }
        try:
            request = BoltRequest(body=body.decode("utf-8"), headers=headers)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            raise _Refused(HTTPStatus.BAD_REQUEST, "malformed body") from None
        return request

    def _check_signature(self, environ: WSGIEnvironment, body: bytes) -> None:
        sent_at = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        is_time = sent_at.isascii() and sent_at.isdecimal()  # the verifier takes only digits
        if not is_time or not self._verifier.is_valid(body, sent_at, signature):
            raise _Refused(HTTPStatus.UNAUTHORIZED, "signature is wrong or too old")


def _length(environ: WSGIEnvironment) -> int:
    """Everything that can be judged before a byte of the body is read."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("PATH_INFO") != PATH:
        raise _Refused(HTTPStatus.NOT_FOUND, "no such path")
    if environ["REQUEST_METHOD"] != "POST":
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "not a post")
    if not (length.isascii() and length.isdecimal()):
        raise _Refused(HTTPStatus.LENGTH_REQUIRED, "no length")
    if int(length) > LARGEST_BODY:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{length} bytes")
    return int(length)


def _body(environ: WSGIEnvironment, length: int) -> bytes:
    try:
        body: bytes = environ["wsgi.input"].read(length)
    except TimeoutError:
        raise _Refused(HTTPStatus.REQUEST_TIMEOUT, "body did not come") from None
    if len(body) < length:
        raise _Refused(HTTPStatus.BAD_REQUEST, "body ended early")
    return body


def _send(response: BoltResponse, start: StartResponse) -> Iterable[bytes]:
    body = (response.body or "").encode()
    status = HTTPStatus(response.status)
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    start(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))])
    return [body]
