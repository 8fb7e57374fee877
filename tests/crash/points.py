"""Counts the places where a process can die, and dies at one of them.

A place is right before every SQL statement, right before every COMMIT, right after a transaction
has ended, and twice in every request to Slack: before anything was sent, and between head and body.
A process that dies after it was answered leaves the same traces as one that dies before its next
statement, so that moment needs no place of its own. For the same reason reads that follow each
other are one place, unless the campaign asks for `every` statement. Whatever statement somebody
adds to the desk is counted without anybody's doing.

A place is called by what is about to happen there, so that a quick campaign can die once before
each thing that the desk does instead of each time that it does it.
"""

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, Pool, event

HARMLESS = ("SELECT", "BEGIN", "SET LOCAL")


class Points:
    """Notes places from `arm()` on; at number `deadly` (0: never) the process is gone."""

    def __init__(self, deadly: int = 0, *, every: bool = False) -> None:
        self.passed: list[str] = []
        self._deadly = deadly
        self._every = every
        self._armed = False
        self._after_a_read = False
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Hook into every engine of this process, for as long as the process lives."""
        event.listen(Engine, "before_cursor_execute", self._executes)
        event.listen(Engine, "commit", lambda _connection: self._reached("COMMIT"))
        event.listen(Pool, "checkin", lambda *_: self._reached("end", reads=True))
        sys.addaudithook(self._audited)

    def arm(self) -> None:
        """What came before (the start of the desk) was no place to die at."""
        self._armed = True

    def _executes(self, _connection: object, _cursor: object, statement: str, *_: Any) -> None:
        reads = statement.startswith(HARMLESS) and "FOR UPDATE" not in statement
        self._reached(statement, reads=reads)

    def _audited(self, name: str, arguments: tuple[object, ...]) -> None:
        if name == "http.client.send":
            self._reached(_called(arguments[1]))

    def _reached(self, what: str, *, reads: bool = False) -> None:
        if not self._armed:
            return
        with self._lock:
            repeated, self._after_a_read = reads and self._after_a_read, reads
            if repeated and not self._every:
                return
            self.passed.append(what)
            if len(self.passed) == self._deadly:
                self._strike()

    def _strike(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Sends(Points):
    """Counts the places of each call of Slack alone: before anything was sent, between head and
    body, and once it was answered. At number `deadly` the process stands still, after it has said
    so down the line, until somebody lets it go on.
    """

    def __init__(self, deadly: int, line: Connection) -> None:
        super().__init__(deadly)
        self._line = line
        self._has_sent = False

    def watch(self) -> None:
        """No place is inside of a transaction: somebody else can go on with the work."""
        event.listen(Pool, "checkout", lambda *_: self._answered())
        sys.addaudithook(self._audited)

    def _audited(self, name: str, arguments: tuple[object, ...]) -> None:
        super()._audited(name, arguments)
        self._has_sent = self._has_sent or name == "http.client.send"

    def _answered(self) -> None:
        if self._has_sent:
            self._has_sent = False
            self._reached("answered")

    def _strike(self) -> None:
        self._line.send(("frozen", len(self.passed)))
        os.kill(os.getpid(), signal.SIGSTOP)


def _called(sent: object) -> str:
    """For a request's head the method of the Web API; the same word for whatever follows."""
    if not isinstance(sent, bytes) or not sent.startswith(b"POST /"):
        return "body"
    where, name = sent.partition(b" HTTP/")[0].decode().split("/")[1:]
    return name if where == "api" else where
