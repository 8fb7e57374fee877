"""What can go wrong between the app and Slack, on request.

A fault waits for the calls or envelopes that it fits and then happens `times` times, or with a
`probability` drawn from a seeded source.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Literal

from sandbox.clock import SandboxClock

CallFault = Literal[
    "ratelimited",
    "status",
    "error",
    "hang up before",
    "hang up after",
    "status after",
    "error after",
    "late",
    "slow",
]
EnvelopeFault = Literal["duplicate", "reorder", "delay", "drop"]

FOR_EVER = -1
"""As `times`: until the fault is taken away."""

RESPONSE_URL = "response_url"
"""As a method: what is posted to the address that came with a click. "*" does not mean it."""

HISTORY = ("conversations.history", "conversations.replies")
"""The methods by which an app reads what was said."""


@dataclass
class Fault:
    """One thing that goes wrong; `method` is "*" for every call, or an envelope type."""

    kind: CallFault | EnvelopeFault
    method: str = "*"
    channel: str = ""
    times: int = 1
    error: str = "internal_error"
    status: int = 503
    seconds: float = 0.0
    probability: float = 1.0
    since: datetime | None = None
    """When it was ordered, on the sandbox's clock."""

    def fits(self, method: str, channel: str) -> bool:
        """Whether this call or envelope is meant."""
        return (
            self.times != 0
            and self.method in ("*", method)
            and (not self.channel or self.channel == channel)
        )


class Faults:
    """The faults that are waiting; `history_lag` keeps new messages out of history for a while."""

    def __init__(
        self, clock: SandboxClock, seed: int = 0, channel_id: Callable[[str], str] = str
    ) -> None:
        self._clock = clock
        self._history_lag = timedelta()
        self.lags_since: datetime | None = None
        """Since when history lags behind, while it does."""
        self._random = random.Random(seed)  # noqa: S311 -- for repeatable accidents, not secrets
        self._channel_id = channel_id
        self._calls: list[Fault] = []
        self._envelopes: list[Fault] = []
        self._lock = Lock()

    @property
    def history_lag(self) -> timedelta:
        """How old a message must be before histories show it."""
        return self._history_lag

    @history_lag.setter
    def history_lag(self, lag: timedelta) -> None:
        self._history_lag = lag
        self.lags_since = self._clock.now() if lag else None

    @property
    def active(self) -> list[Fault]:
        """All faults that may still happen."""
        with self._lock:
            return [fault for fault in [*self._calls, *self._envelopes] if fault.times != 0]

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._calls.clear()
            self._envelopes.clear()
        self.history_lag = timedelta()

    def remove(self, fault: Fault) -> None:
        """Take one fault away before it is used up."""
        fault.times = 0

    # Calls of the Web API

    def rate_limit(
        self, method: str = "*", *, seconds: float = 30, channel: str = "", times: int = 1
    ) -> Fault:
        """Answer 429 with Retry-After; nothing is done."""
        return self._call(Fault("ratelimited", method, channel, times, seconds=seconds))

    def answer(
        self, method: str = "*", *, status: int = 503, channel: str = "", times: int = 1
    ) -> Fault:
        """Answer an HTML page with this status; nothing is done."""
        return self._call(Fault("status", method, channel, times, status=status))

    def refuse(self, method: str, error: str, *, channel: str = "", times: int = 1) -> Fault:
        """Answer `ok: false` with this error; nothing is done."""
        return self._call(Fault("error", method, channel, times, error=error))

    def hang_up_before(self, method: str = "*", *, channel: str = "", times: int = 1) -> Fault:
        """Cut the connection without doing anything."""
        return self._call(Fault("hang up before", method, channel, times))

    def hang_up_after(self, method: str = "*", *, channel: str = "", times: int = 1) -> Fault:
        """Do the work, then cut the connection instead of answering."""
        return self._call(Fault("hang up after", method, channel, times))

    def answer_after(
        self, method: str = "*", *, status: int = 500, channel: str = "", times: int = 1
    ) -> Fault:
        """Do the work, but answer an HTML page with this status."""
        return self._call(Fault("status after", method, channel, times, status=status))

    def refuse_after(
        self, method: str = "*", error: str = "fatal_error", *, channel: str = "", times: int = 1
    ) -> Fault:
        """Do the work, but answer `ok: false` with this error."""
        return self._call(Fault("error after", method, channel, times, error=error))

    def late(
        self, method: str = "*", *, seconds: float, channel: str = "", times: int = 1
    ) -> Fault:
        """Cut the connection now, and do the work after these seconds of sandbox time."""
        return self._call(Fault("late", method, channel, times, seconds=seconds))

    def hide_history(self, *, status: int = 500, seconds: float = 30) -> list[Fault]:
        """Let nobody read what was said in channels and threads until further notice: this status
        is the answer; 429 asks for these seconds of patience.
        """
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return [self.rate_limit(m, seconds=seconds, times=FOR_EVER) for m in HISTORY]
        return [self.answer(method, status=status, times=FOR_EVER) for method in HISTORY]

    def slow(
        self, method: str = "*", *, seconds: float, channel: str = "", times: int = 1
    ) -> Fault:
        """Do the work at once but answer only after some real seconds."""
        return self._call(Fault("slow", method, channel, times, seconds=seconds))

    def for_call(self, method: str, channel: str) -> Fault | None:
        """The fault that happens to this call, used up by asking."""
        return self._draw(self._calls, method, channel)

    def for_hook(self) -> Fault | None:
        """The same for a post to a response URL, ordered by the method `RESPONSE_URL`."""
        return self._draw(
            [each for each in self._calls if each.method == RESPONSE_URL], RESPONSE_URL, ""
        )

    # Envelopes to the app

    def duplicate(self, envelope: str = "*", *, times: int = 1) -> Fault:
        """Deliver the same thing twice."""
        return self._envelope(Fault("duplicate", envelope, times=times))

    def reorder(self, envelope: str = "*", *, times: int = 1) -> Fault:
        """Hold an envelope back until the next one has gone out."""
        return self._envelope(Fault("reorder", envelope, times=times))

    def delay(self, envelope: str = "*", *, seconds: float, times: int = 1) -> Fault:
        """Deliver some real seconds late."""
        return self._envelope(Fault("delay", envelope, times=times, seconds=seconds))

    def drop(self, envelope: str = "*", *, times: int = 1) -> Fault:
        """Lose an envelope on the way; Slack notices that no ack comes."""
        return self._envelope(Fault("drop", envelope, times=times))

    def for_envelope(self, envelope: str) -> Fault | None:
        """The fault that happens to this envelope, used up by asking."""
        return self._draw(self._envelopes, envelope, "")

    # Inside

    def _call(self, fault: Fault) -> Fault:
        fault.channel = self._channel_id(fault.channel) if fault.channel else ""
        return self._add(fault, self._calls)

    def _envelope(self, fault: Fault) -> Fault:
        return self._add(fault, self._envelopes)

    def _add(self, fault: Fault, faults: list[Fault]) -> Fault:
        fault.since = self._clock.now()
        with self._lock:
            faults[:] = [one for one in faults if one.times != 0]
            faults.append(fault)
        return fault

    def _draw(self, faults: list[Fault], method: str, channel: str) -> Fault | None:
        with self._lock:
            for fault in faults:
                if fault.fits(method, channel) and self._random.random() < fault.probability:
                    fault.times -= 1 if fault.times > 0 else 0
                    return fault
        return None
