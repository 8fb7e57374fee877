"""Socket Mode: the app connects out, Slack hands every envelope to one of its connections."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from aiohttp import WSMsgType, web

from sandbox.company import APP_ID
from sandbox.delivery import Ack, Envelope
from sandbox.interactions import Refused
from sandbox.records import Json
from sandbox.workspace import Workspace

MAX_CONNECTIONS = 10
"""Slack allows an app no more open sockets than this."""

WARNING_SECONDS = 10.0
"""A "warning" comes this long before the connection goes down."""

NUDGES = 600
NUDGE_SECONDS = 0.005

Reason = Literal["warning", "refresh_requested", "link_disabled"]


class SocketMode:
    """All open sockets of the app; the switches may be used from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.refused_since: datetime | None = None
        self.frozen_since: datetime | None = None
        self._frozen: set[web.WebSocketResponse] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sockets: list[web.WebSocketResponse] = []
        self._lines: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._tickets: set[str] = set()
        self._waiting: dict[str, list[asyncio.Future[Json]]] = {}
        self._turn = 0

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._sockets)

    @property
    def frozen_connections(self) -> int:
        """How many of them alone are frozen (see `freeze_oldest`)."""
        return len(self._frozen)

    @property
    def refuses(self) -> bool:
        """Whether no new connection is taken."""
        return self.refused_since is not None

    @property
    def is_frozen(self) -> bool:
        """Whether nothing goes through any connection."""
        return self.frozen_since is not None

    # Switches for accidents

    def refuse_connections(self, *, refuse: bool = True) -> None:
        """Take no new connections, or take them again."""
        now = self._workspace.clock.now()
        self.refused_since = (self.refused_since or now) if refuse else None

    def freeze(self, *, frozen: bool = True) -> None:
        """Keep the sockets open but neither send nor answer anything, not even pings."""
        now = self._workspace.clock.now()
        self.frozen_since = (self.frozen_since or now) if frozen else None

    def freeze_oldest(self) -> None:
        """Freeze the connection that is open longest, and it alone."""
        self._frozen.update(self._sockets[:1])

    def nudge(self) -> None:
        """Ping often until all connections are gone, for at most three seconds.

        The SDK's built-in client closes only between two frames, so a silent line keeps it
        waiting for seconds. Call this right before the app closes.
        """
        self._soon(lambda: asyncio.ensure_future(self._nudge()))

    def drop_all(self) -> None:
        """Cut every connection without a goodbye."""
        self._soon(self._cut)

    def say(self, text: str) -> None:
        """Send this over the connection that is open longest, be it what Slack never would."""
        oldest = self._sockets[0]
        self._soon(lambda: asyncio.ensure_future(oldest.send_str(text)))

    def disconnect(self, reason: Reason, *, only_oldest: bool = False) -> None:
        """Announce the end of every connection (or of that which is open longest), then end it as
        Slack does for this reason.
        """
        if reason == "link_disabled":
            self.refuse_connections()
        ended = self._sockets[:1] if only_oldest else list(self._sockets)
        self._soon(lambda: asyncio.ensure_future(self._say_goodbye(reason, ended)))

    # Connections

    def new_url(self, host: str) -> str:
        """A single-use address for one more connection."""
        if self.refuses:
            raise Refused("internal_error")
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"ws://{host}/link/?ticket={ticket}&app_id={APP_ID}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from the handshake to its end."""
        ticket = request.query.get("ticket", "")
        if self.refuses or ticket not in self._tickets or self.connections >= MAX_CONNECTIONS:
            return web.Response(status=408, text="this link is not valid")
        self._tickets.discard(ticket)
        # Pings are answered by hand, because a frozen connection answers none.
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._loop = asyncio.get_running_loop()
        if request.transport:
            self._lines[socket] = request.transport
        self._count(socket, open_=True)
        try:
            with contextlib.suppress(ConnectionResetError):  # they hang up
                await socket.send_str(json.dumps(self._hello()))
                await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connections,
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if self._is_silent(socket):
                continue
            if frame.type is WSMsgType.PING:
                await socket.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                self._acknowledged(frame.data)

    def _acknowledged(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        for waiting in self._waiting.get(str(ack.get("envelope_id")), ()):
            if not waiting.done():  # sent twice, answered twice: each answer is for one of them
                waiting.set_result(ack)
                return

    def _is_silent(self, socket: web.WebSocketResponse) -> bool:
        return self.is_frozen or socket in self._frozen

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self._lines.pop(socket, None)
        self._frozen.discard(socket)
        if socket in self._sockets:
            self._count(socket, open_=False)

    def _count(self, socket: web.WebSocketResponse, *, open_: bool) -> None:
        with self._workspace.lock:
            (self._sockets.append if open_ else self._sockets.remove)(socket)
            self._workspace.touch()

    # Envelopes

    async def carry(self, envelope: Envelope, seconds: float) -> Ack:
        """Give the envelope to the next connection in turn; any connection may bring the ack."""
        if not self._sockets:
            return Ack("no connection")
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(envelope.id, []).append(waiting)
        try:
            await self._send(envelope)
            ack = await asyncio.wait_for(waiting, seconds)
        except TimeoutError:
            return Ack("timeout")
        finally:
            self._stop_waiting(envelope.id, waiting)
        return Ack("acked", ack.get("payload") if envelope.accepts_response else None)

    def _stop_waiting(self, envelope_id: str, waiting: "asyncio.Future[Json]") -> None:
        self._waiting[envelope_id].remove(waiting)
        if not self._waiting[envelope_id]:
            del self._waiting[envelope_id]

    async def _send(self, envelope: Envelope) -> None:
        self._turn += 1
        socket = self._sockets[self._turn % len(self._sockets)]
        if self._is_silent(socket):
            return
        try:
            await socket.send_str(json.dumps(_frame(envelope)))
        except ConnectionError:
            self._forget(socket)

    async def _nudge(self) -> None:
        for _ in range(NUDGES):
            for socket in list(self._sockets):
                with contextlib.suppress(ConnectionError):
                    await socket.ping()
            if not self._sockets:
                return
            await asyncio.sleep(NUDGE_SECONDS)

    async def _say_goodbye(self, reason: Reason, sockets: list[web.WebSocketResponse]) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        for socket in sockets:
            await socket.send_str(json.dumps(frame))
        if reason == "warning":
            await asyncio.sleep(WARNING_SECONDS)
        for socket in sockets:
            await socket.close()

    def _cut(self) -> None:
        for socket in list(self._sockets):
            transport = self._lines.get(socket)
            self._forget(socket)
            if transport:
                transport.abort()

    async def close(self) -> None:
        """End every connection at once."""
        self.refuse_connections()
        self._cut()

    def _soon(self, work: Callable[[], object]) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(work)


def _frame(envelope: Envelope) -> Json:
    frame: Json = {
        "envelope_id": envelope.id,
        "payload": envelope.payload,
        "type": envelope.type,
        "accepts_response_payload": envelope.accepts_response,
    }
    if envelope.type == "events_api":
        frame["retry_attempt"] = envelope.retry_attempt
        frame["retry_reason"] = envelope.retry_reason
    return frame
