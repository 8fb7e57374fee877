"""One WebSocket of the SDK's: made quick and honest, and parted from without losing an envelope."""

import logging
import socket
import threading
from contextlib import suppress
from typing import Any, Final, cast

from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

PARTING_SECONDS: Final = 1.0
"""How long Slack may take to say goodbye, too; the new connection is read only after that."""

LOOK_SECONDS: Final = 0.02

_GOODBYE: Final = b"\x88\x82" + bytes(4) + (1000).to_bytes(2, "big")
"""A close frame (RFC 6455, section 5.5.1) with the code for "done", masked with zeros."""

log = logging.getLogger(__name__)


def make_quick(session: Connection) -> None:
    """Send at once, and notice when the other end hangs up. ConnectionError if it is not open."""
    if session.sock is None:
        raise ConnectionError("the socket that Slack offered could not be opened")
    session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    session.sock = cast("Any", _Socket(session.sock))


def part(session: Connection, state: ConnectionState, still_talks: bool) -> None:  # noqa: FBT001 - a thread's target
    """Hang up. What Slack sent before it heard our goodbye is still read; a dead peer is not
    waited for. Meant for a thread of its own: a dead peer may hold up the locks.
    """
    if still_talks:
        with suppress(OSError, AttributeError), session.sock_send_lock:  # it may be gone already
            cast("Any", session.sock).send(_GOODBYE)
        waited, left = threading.Event(), PARTING_SECONDS
        while session.sock is not None and left > 0:
            waited.wait(LOOK_SECONDS)
            left -= LOOK_SECONDS
    state.terminated = True
    wake_reader(session)
    session.close()


def wake_reader(session: Connection) -> None:
    """End a read that is waiting in another thread."""
    ours = cast("_Socket | None", cast("Any", session.sock))
    if ours is not None:
        ours.wake_reader()


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
