"""A line between the desk and PostgreSQL that can be cut, also in the worst moment."""

import socket
import threading
from contextlib import suppress
from typing import Final, Self

from sqlalchemy import URL

COMMIT: Final = b"COMMIT"
CHUNK: Final = 65536
BACKEND: Final = b"K\x00\x00\x00\x0c"
"""How a server begins to announce the process that will answer: its number comes next."""


class Line:
    """Forwards connections to a server. While `is_cut`, it refuses and drops them all. As a pooler
    it announces itself, not the server's process.
    """

    def __init__(self, server: URL, *, is_pooler: bool = False) -> None:
        self._target = (server.host or "", server.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = server.set(host="127.0.0.1", port=self._door.getsockname()[1])
        self.is_cut = False
        self._is_pooler = is_pooler
        self._lose_commits = 0
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        """Open for use."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop everything."""
        self._door.close()
        self.cut()

    def cut(self) -> None:
        """Drop all connections and refuse new ones."""
        self.is_cut = True
        for each in list(self._open):
            _hang_up(each)

    def mend(self) -> None:
        """Let everything through again."""
        self.is_cut = False

    def lose_next_commits_answer(self) -> None:
        """Let the next COMMIT reach the server, but not its answer come back."""
        self._lose_commits = 1

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                if self.is_cut:
                    _hang_up(near)
                    continue
                far = socket.create_connection(self._target)
                self._open |= {near, far}
                doomed = threading.Event()
                for ends in ((near, far, doomed), (far, near, doomed)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, doomed: threading.Event) -> None:
        to_server = sink.getpeername() == self._target
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if to_server and self._lose_commits and COMMIT in data:
                    self._lose_commits -= 1
                    doomed.set()
                if not to_server and doomed.is_set():
                    break
                if self._is_pooler and BACKEND in data:
                    before, _, after = data.partition(BACKEND)
                    data = before + BACKEND + bytes(4) + after[4:]
                sink.sendall(data)
        for end in (source, sink):
            _hang_up(end)
            self._open.discard(end)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
