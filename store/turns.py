"""Who writes next where only so many may at once: whoever came first.

The pool's own queue lets a thread that has just given the connection back take it again before
those who wait: of 4 busy threads some waited 1.5 s in vain while others wrote hundreds of times.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.exc import TimeoutError as NoFreeConnection


class Turn:
    """Somebody's turn, while it lasts."""

    def __init__(self, turns: "Turns") -> None:
        self._turns = turns
        self.is_ours = True

    @contextmanager
    def lend(self, seconds: float) -> Iterator[None]:
        """Let somebody else have it while we only wait, and wait for it again after that; see
        `Turns.take`. Whatever is raised meanwhile ends it.
        """
        self.is_ours = False
        self._turns.pass_on()
        yield
        self._turns.wait(seconds)
        self.is_ours = True


class Turns:
    """So many at once; the others wait, and follow in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._guard = Lock()
        self._free = at_once
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def take(self, seconds: float) -> Iterator[Turn]:
        """Wait for one's turn; NoFreeConnection when it does not come within so many seconds."""
        self.wait(seconds)
        mine = Turn(self)
        try:
            yield mine
        finally:
            if mine.is_ours:
                self.pass_on()

    def wait(self, seconds: float) -> None:
        """Until it is one's turn, as in `take`; it ends with `pass_on`."""
        if not self._has_come(seconds):
            raise NoFreeConnection(f"no turn to write within {seconds:g} s")

    def _has_come(self, seconds: float) -> bool:
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it was passed on at the last moment

    def pass_on(self) -> None:
        """Straight to the next, so that nobody comes in between."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
