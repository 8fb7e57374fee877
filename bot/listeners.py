"""Counts listeners that are at work, so that closing waits for their answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LISTENERS_SECONDS: Final = 2.5
"""Slack waits 3 s for an answer: after that nobody is listening any more."""


class AtWork:
    """How many requests are being answered right now."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Around the answering of one request."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait_until_done(self) -> bool:
        """Wait for all answers, as long as Slack would. False: some were not ready."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, LISTENERS_SECONDS)
