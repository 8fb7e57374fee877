"""What can go wrong beside Slack: whoever runs the app next to the sandbox lends the means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass
class Outage:
    """Something of the app's own that can be taken from it, and given back.

    `words` say what is wrong while it is. `begin` and `end` may wait; they take turns.
    """

    title: str
    effect: str
    words: str
    begin: Callable[[], None]
    end: Callable[[], None]
    since: datetime | None = None
    """Since when it lasts, on the sandbox's clock."""

    def turn(self, *, on: bool, now: datetime) -> None:
        """Let it begin or end, unless it has already."""
        if on is (self.since is not None):
            return
        (self.begin if on else self.end)()
        self.since = now if on else None
