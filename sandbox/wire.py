"""The log of everything that crossed the wire between the local Slack and the app."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.records import Json

Direction = Literal["to slack", "to app"]

KEPT = 2000
"""Older entries fall off: the log feeds a panel and tests, it is no archive."""


@dataclass
class WireEntry:
    """One call of the Web API, or one envelope sent to the app, with what came back."""

    number: int
    at: datetime
    direction: Direction
    kind: str
    summary: str
    payload: Json
    outcome: str = "waiting"
    answer: Json | None = None
    took_ms: float | None = None


@dataclass
class Wire:
    """Entries in the order in which they began; `outcome` changes once the answer is known."""

    entries: deque[WireEntry] = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0

    def begin(
        self, at: datetime, direction: Direction, kind: str, summary: str, payload: Json
    ) -> WireEntry:
        """Note that something set off; fill in `outcome`, `answer` and `took_ms` later."""
        self.count += 1
        entry = WireEntry(self.count, at, direction, kind, summary, payload)
        self.entries.append(entry)
        return entry

    def of(self, kind: str) -> list[WireEntry]:
        """All kept entries of one method ("chat.postMessage") or envelope ("view_submission")."""
        return [entry for entry in list(self.entries) if entry.kind == kind]
