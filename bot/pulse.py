"""Shows that the loops of this process still turn: each says so as it goes round."""

import time
from typing import Final

LONGEST_SILENCE: Final = 30
"""Seconds. Every loop goes round once a second; a slow call of Slack's takes 10 s at most."""


class Pulse:
    """When each loop was last heard of, on the machine's monotonic clock."""

    def __init__(self) -> None:
        self._beats: dict[str, float] = {}

    def beat(self, loop: str) -> None:
        """Say that it turns."""
        self._beats[loop] = time.monotonic()

    def forget(self, loop: str) -> None:
        """It has ended, as it should."""
        self._beats.pop(loop, None)

    def silent(self) -> list[str]:
        """Loops that have stood still for too long."""
        now = time.monotonic()
        return sorted(
            loop for loop, last in list(self._beats.items()) if now - last > LONGEST_SILENCE
        )
