"""What people did, as JSON lines, and what was found in the end.

Everybody notes that they begin something (*invoke*) and how they were answered: *ok* (the desk said
that it is done), *failed* (the desk said no), *unknown* (no answer: it may have happened or not).
"""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any, Self


class Outcome(StrEnum):
    """How somebody was answered."""

    INVOKE = "invoke"
    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """`process` does one thing after the other; `word` is unique and ends up in what was saved."""

    number: int
    at: float
    process: str
    outcome: Outcome
    operation: str
    actor: str
    ticket: int | None = None
    word: str = ""


@dataclass(frozen=True)
class Done:
    """An audit event, with the word that came with it."""

    ticket: int
    seq: int
    kind: str
    actor: str
    changes: dict[str, Any] = field(default_factory=dict)
    word: str = ""
    at: float | None = None


@dataclass(frozen=True)
class Promise:
    """An outbox message, promised `at`; a `repeatable` one changes something in place."""

    id: int
    key: str
    lane: str
    state: str
    repeatable: bool = False
    kind: str = ""
    at: float | None = None


@dataclass(frozen=True)
class Post:
    """A message in Slack with the key of a promise."""

    key: str
    channel: str
    ts: str


@dataclass(frozen=True)
class Alarm:
    """Something that has to happen at a moment, once: a reminder, a breach, a held reply that goes
    out, a call of a page. `what` tells it from all others of its ticket.
    """

    ticket: int
    what: str
    rang: bool = True
    is_due: bool = True
    """Its moment has passed."""


@dataclass
class Found:
    """Both sides as they are when everything has come to rest."""

    events: list[Done] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By number: status, assignee, severity and team."""
    alarms: list[Alarm] = field(default_factory=list)
    strays: set[str] = field(default_factory=set)
    """Messages that are kept, and whose author was asked what they are about: they were written
    before the desk knew that Slack has the message above them.
    """


class History:
    """Written line by line, by many threads."""

    def __init__(self, file: Path, clock: Callable[[], float]) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._clock = clock
        self._lock = Lock()
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        """Closes the file at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nobody writes any more."""
        self._file.close()

    @contextmanager
    def attempt(
        self, process: str, operation: str, actor: str, *, ticket: int | None = None, word: str = ""
    ) -> Iterator["Attempt"]:
        """Around one action; unless it says otherwise, nobody knows what became of it."""
        attempt = Attempt()
        number = next(self._numbers)

        def note(outcome: Outcome) -> None:
            self._write(
                Line(number, self._clock(), process, outcome, operation, actor, ticket, word)
            )

        note(Outcome.INVOKE)
        try:
            yield attempt
        finally:
            note(attempt.outcome)

    def _write(self, line: Line) -> None:
        with self._lock:
            self._file.write(json.dumps(asdict(line)) + "\n")


@dataclass
class Attempt:
    """How it went."""

    outcome: Outcome = Outcome.UNKNOWN


def read(file: Path) -> list[Line]:
    """The lines in the order in which they were written."""
    with file.open(encoding="utf-8") as lines:
        return [
            Line(**{**fields, "outcome": Outcome(fields["outcome"])})
            for fields in map(json.loads, lines)
        ]
