"""HTTP mode: Slack posts to `/slack/events`, and every request must carry its signature.

Whatever is not signed by Slack, too old, too large or not what Slack sends is refused at the door:
it is not read further, does not wait for a thread, and leaves one line in the log that says why and
nothing of what was in it.
"""

import logging
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.health import PATHS
from bot.http_server import HttpServer, length_of
from bot.listeners import LARGEST_BODY, LAST_REPEAT_SECONDS, Listeners

PATH: Final = "/slack/events"

log = logging.getLogger(__name__)


class HttpMode:
    """Slack's requests, and beside them those of whoever asks how the desk is (`pages`). After so
    many seconds of `long_quiet`, Slack may have given up on what it sent.
    """

    def __init__(
        self,
        listeners: Listeners,
        signing_secret: str,
        *,
        port: int,
        host: str = "0.0.0.0",  # noqa: S104 - Slack calls from outside
        pages: WSGIApplication | None = None,
        long_quiet: float = LAST_REPEAT_SECONDS,
    ) -> None:
        self._listeners = listeners
        verifier = SignatureVerifier(signing_secret)
        self._door = _Door(listeners, verifier, pages, long_quiet)
        self._server = HttpServer(self._door, port=port, host=host)

    @property
    def port(self) -> int:
        """The real one, also when 0 was asked for."""
        return self._server.port

    @property
    def description(self) -> str:
        """For the log."""
        return f"Slack over HTTP, on port {self.port}, path {PATH}"

    @property
    def silence(self) -> float:
        """None ever: nobody can tell a quiet Slack from one that cannot reach us."""
        return 0.0

    @property
    def quiet(self) -> float:
        """Since Slack's last request: whatever stands between us may be down."""
        return self._door.quiet

    def pong_ages(self) -> dict[str, float | None]:
        """There are no sockets to watch."""
        return {}

    @property
    def is_sound(self) -> bool:
        """Whether we listen."""
        return self._server.is_open

    def has_missed(self) -> bool:
        """Whether events may have been turned away each time that Slack sent them, or met a closed
        door somewhere on their way to us. Said once.
        """
        woke_up = self._door.woke_up()
        return self._listeners.has_missed() or woke_up

    @property
    def is_busy(self) -> bool:
        """Whether several people wait for an answer."""
        return self._listeners.is_busy

    def open(self) -> None:
        """Listen; OSError when the port is taken."""
        self._server.open()

    def close(self) -> None:
        """Take no new requests, answer those at work."""
        self._server.refuse_more()
        self._listeners.close()
        self._server.close()


class _Refused(Exception):
    """A request that goes no further."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Door:
    """Lets in what Slack signed within the last five minutes, and answers it."""

    def __init__(
        self,
        listeners: Listeners,
        verifier: SignatureVerifier,
        pages: WSGIApplication | None,
        long_quiet: float,
    ) -> None:
        self._pages = pages
        self._long_quiet = long_quiet
        self._listeners = listeners
        self._verifier = verifier
        self._heard_at = time.monotonic()
        self._woke_up = False

    @property
    def quiet(self) -> float:
        """Seconds since Slack's last request."""
        return time.monotonic() - self._heard_at

    def woke_up(self) -> bool:
        """Whether Slack's requests have come again after a long silence. Said once."""
        told, self._woke_up = self._woke_up, False
        return told

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if self._pages is not None and environ["PATH_INFO"] in PATHS:
            return self._pages(environ, start)
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
        if self.quiet > self._long_quiet:
            self._woke_up = True
        self._heard_at = time.monotonic()
        headers = {
            name.removeprefix("HTTP_").lower().replace("_", "-"): value
            for name, value in environ.items()
            if name == "CONTENT_TYPE" or name.startswith("HTTP_")
        }
        try:
            return BoltRequest(body=body, headers=headers)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            raise _Refused(HTTPStatus.BAD_REQUEST, "malformed body") from None

    def _check_signature(self, environ: WSGIEnvironment, body: str) -> None:
        """The SDK's verifier falls over times that are no number and signatures beyond ASCII."""
        sent_at = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        is_readable = sent_at.isascii() and sent_at.isdecimal() and signature.isascii()
        if not is_readable or not self._verifier.is_valid(body, sent_at, signature):
            raise _Refused(HTTPStatus.UNAUTHORIZED, "signature is wrong or too old")


def _length(environ: WSGIEnvironment) -> int:
    """Everything that can be judged before a byte of the body is read."""
    if environ.get("PATH_INFO") != PATH:
        raise _Refused(HTTPStatus.NOT_FOUND, "no such path")
    if environ["REQUEST_METHOD"] != "POST":
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "not a post")
    length = length_of(environ)
    if length is None:
        raise _Refused(HTTPStatus.LENGTH_REQUIRED, "no length")
    if length > LARGEST_BODY:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{length} bytes")
    return length


def _body(environ: WSGIEnvironment, length: int) -> str:
    try:
        body: bytes = environ["wsgi.input"].read(length)
    except TimeoutError:
        raise _Refused(HTTPStatus.REQUEST_TIMEOUT, "body did not come") from None
    if len(body) < length:
        raise _Refused(HTTPStatus.BAD_REQUEST, "body ended early")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "body is no UTF-8") from None


def _send(response: BoltResponse, start: StartResponse) -> Iterable[bytes]:
    body = (response.body or "").encode()
    status = HTTPStatus(response.status)
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    start(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))])
    return [body]
