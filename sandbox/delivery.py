"""Carries events, commands and interactions to the app, and waits for its word.

Slack gives the app three seconds. An event without an ack is sent again at once, after one minute
and after five; a command or an interaction is not, and the person sees an error.
"""

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from sandbox.faults import Faults
from sandbox.records import Json
from sandbox.wire import WireEntry
from sandbox.workspace import Workspace

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds of sandbox time before each repetition of an event."""

REORDER_LIMIT = 1.0
"""Real seconds that a held-back envelope waits at most for another one to overtake it."""

EnvelopeType = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Envelope:
    """One thing on its way to the app; `kind` is the word for people, such as view_submission."""

    id: str
    type: EnvelopeType
    kind: str
    summary: str
    payload: Json
    accepts_response: bool
    retry_attempt: int = 0
    retry_reason: str = ""


@dataclass(frozen=True)
class Ack:
    """How it went; `body` is what the app answered beside the bare acknowledgement."""

    how: Literal["acked", "timeout", "no connection", "refused"]
    body: Json | str | None = None
    reason: str = "timeout"
    may_retry: bool = True

    @property
    def ok(self) -> bool:
        """True when the app took it."""
        return self.how == "acked"


class Carrier(Protocol):
    """The way to the app: Socket Mode or signed HTTP."""

    async def carry(self, envelope: Envelope, seconds: float) -> Ack:
        """Hand the envelope over and wait for the ack at most `seconds` of real time."""


class NoWay:
    """Before the server runs, and after it stopped, nothing reaches the app."""

    async def carry(self, envelope: Envelope, seconds: float) -> Ack:
        """Nobody is there."""
        return Ack("no connection", reason="connection_failed")


class Delivery:
    """Sends from any thread; the work happens on the server's event loop."""

    def __init__(
        self,
        workspace: Workspace,
        faults: Faults,
        ack_seconds: float,
        retry_after: tuple[float, ...] = RETRY_AFTER,
    ) -> None:
        self.ack_seconds = ack_seconds
        self._retry_after = retry_after
        self._workspace = workspace
        self._faults = faults
        self._carrier: Carrier = NoWay()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._count = 0
        self._passed = asyncio.Event()
        self._skipped = asyncio.Event()
        workspace.clock.on_skip(self._clock_skipped)

    def open(self, loop: asyncio.AbstractEventLoop, carrier: Carrier) -> None:
        """From now on there is a way to the app."""
        self._loop, self._carrier = loop, carrier

    async def close(self) -> None:
        """Stop repeating; what is on its way is given up."""
        self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def is_quiet(self) -> bool:
        """True when nothing is on its way; an event that waits for its next try does not count."""
        return self._in_flight == 0

    def send(self, type_: EnvelopeType, kind: str, summary: str, payload: Json) -> "Future[Ack]":
        """Deliver; the future holds what became of the first try."""
        with self._workspace.lock:
            self._count += 1
            number = self._count
        envelope_id = f"{number:08d}-0000-4000-8000-{number:012d}"
        answers = type_ != "events_api"
        return self._run(
            self._first_try(Envelope(envelope_id, type_, kind, summary, payload, answers))
        )

    def _run(self, work: Coroutine[Any, Any, Ack]) -> "Future[Ack]":
        loop = self._loop
        if loop is None:
            work.close()
            nobody: Future[Ack] = Future()
            nobody.set_result(Ack("no connection"))
            return nobody
        with self._workspace.lock:
            self._in_flight += 1
        return asyncio.run_coroutine_threadsafe(work, loop)

    async def _first_try(self, envelope: Envelope) -> Ack:
        try:
            ack = await self._try(envelope)
        finally:
            self._landed()
        if not ack.ok and envelope.type == "events_api":
            self._keep(self._repeat(envelope, ack))
        return ack

    def _landed(self) -> None:
        with self._workspace.lock:
            self._in_flight -= 1
            self._workspace.touch()

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _repeat(self, envelope: Envelope, ack: Ack) -> None:
        for number, seconds in enumerate(self._retry_after, start=1):
            if not ack.may_retry:
                return
            await self._sandbox_sleep(seconds)
            ack = await self._try(
                replace(
                    envelope,
                    id=f"{number}{envelope.id[1:]}",
                    retry_attempt=number,
                    retry_reason=ack.reason,
                )
            )
            if ack.ok:
                return

    async def _try(self, envelope: Envelope) -> Ack:
        fault = self._faults.for_envelope(envelope.kind)
        kind = fault.kind if fault else ""
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds)
        if kind == "reorder":
            self._passed.clear()
            await _within(self._passed.wait(), REORDER_LIMIT)
        if kind == "drop":
            return await self._lose(envelope)
        if kind == "duplicate":
            ack, twin = await asyncio.gather(self._carry(envelope), self._carry(envelope))
            return ack if ack.ok else twin  # Slack listens to the first answer
        return await self._carry(envelope)

    async def _lose(self, envelope: Envelope) -> Ack:
        entry = self._begin(envelope)
        await asyncio.sleep(self.ack_seconds)
        return self._finish(entry, Ack("timeout"), time.monotonic() - self.ack_seconds)

    async def _carry(self, envelope: Envelope) -> Ack:
        entry = self._begin(envelope)
        started = time.monotonic()
        ack = await self._carrier.carry(envelope, self.ack_seconds)
        self._passed.set()
        return self._finish(entry, ack, started)

    def _begin(self, envelope: Envelope) -> WireEntry:
        with self._workspace.lock:
            wire, now = self._workspace.wire, self._workspace.clock.now()
            again = f" (try {envelope.retry_attempt + 1})" if envelope.retry_attempt else ""
            summary = envelope.summary + again
            return wire.begin(now, "to app", envelope.kind, summary, envelope.payload)

    def _finish(self, entry: WireEntry, ack: Ack, started: float) -> Ack:
        with self._workspace.lock:
            entry.outcome = ack.how
            entry.answer = ack.body if isinstance(ack.body, dict) else None
            entry.took_ms = (time.monotonic() - started) * 1000
            self._workspace.touch()
        return ack

    async def _sandbox_sleep(self, seconds: float) -> None:
        clock = self._workspace.clock
        started = clock.now()
        while (left := seconds - (clock.now() - started).total_seconds()) > 0:
            self._skipped.clear()
            await _within(self._skipped.wait(), None if clock.is_frozen else left)

    def _clock_skipped(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._skipped.set)


async def _within(waiting: Coroutine[Any, Any, object], seconds: float | None) -> None:
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return
