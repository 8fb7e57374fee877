"""A small WSGI server in a thread of its own, one thread per request. TLS is for the proxy."""

import logging
import threading
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import WSGIApplication, WSGIEnvironment

SLOWEST_CLIENT_SECONDS: Final = 10
NOTICE_STOP_SECONDS: Final = 0.1
"""How long a stop may go unnoticed; looking ten times a second costs nothing measurable."""

log = logging.getLogger(__name__)


def length_of(environ: WSGIEnvironment) -> int | None:
    """Bytes of the body, as announced; None when nothing readable is."""
    length = environ.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdecimal() else None


class HttpServer:
    """Serves the application from `open()` until `close()`."""

    def __init__(self, application: WSGIApplication, *, port: int, host: str = "0.0.0.0") -> None:  # noqa: S104 - Slack and probes call from outside
        self._application = application
        self._address = (host, port)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The real one, also when 0 was asked for."""
        return self._server.server_port if self._server else self._address[1]

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._server is not None

    def open(self) -> None:
        """Listen; OSError when the port is taken."""
        host, port = self._address
        self._server = make_server(
            host, port, self._application, server_class=_Server, handler_class=_Handler
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(NOTICE_STOP_SECONDS,), name="http"
        )
        self._thread.start()

    def refuse_more(self) -> None:
        """Take no new requests; those at work go on."""
        if self._server is not None:
            self._server.shutdown()

    def close(self) -> None:
        """Stop listening, if it did."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = None


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(WSGIRequestHandler):
    timeout = SLOWEST_CLIENT_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        log.debug(format, *args)
