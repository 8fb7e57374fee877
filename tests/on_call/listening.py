"""A mail server and a web server on this machine, as small as they can be."""

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """Takes every mail; `mails` are their texts, `to` their recipients."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.mails: list[str] = []
        self.to: list[list[str]] = []

    @property
    def url(self) -> str:
        """As the settings want it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Mail(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for smtplib."""

    server: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        to: list[str] = []
        for raw in iter(self.rfile.readline, b""):
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "RCPT":
                to.append(line.partition("<")[2].rstrip(">").partition(">")[0])
            if verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = list(iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), "."))
                self.server.mails.append("\n".join(lines))
                self.server.to.append(to)
            self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                return


class Stranger(socketserver.ThreadingTCPServer):
    """Speaks something else than HTTP."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Greeting)

    @property
    def url(self) -> str:
        """As the settings want it."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Greeting(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"SSH-2.0-stranger\r\n")


class Web(HTTPServer):
    """Answers `status`; `heard` are the bodies that came, None for a mere call."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.heard: list[dict[str, Any] | None] = []
        self.status = 200

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Request(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:  # the name is the standard library's
        self._take(None)

    def do_POST(self) -> None:  # the name is the standard library's
        length = int(self.headers["Content-Length"])
        self._take(json.loads(self.rfile.read(length)))

    def _take(self, body: dict[str, Any] | None) -> None:
        self.server.heard.append(body)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing."""


@contextmanager
def listening(server: Mailbox | Stranger | Web) -> Iterator[None]:
    """The server serves meanwhile."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
