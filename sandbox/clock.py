"""The time inside the local Slack, which a person or a test may push ahead."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import RLock

Listener = Callable[[], None]


class SandboxClock:
    """Answers with aware UTC times; give `clock.now` to the desk so that both live in one time.

    Runs with the machine's clock plus what was skipped, or stands still at `frozen_at` and moves
    only when told to.
    """

    def __init__(
        self, *, frozen_at: datetime | None = None, ahead: timedelta = timedelta()
    ) -> None:
        self._lock = RLock()
        self._frozen_at = _aware(frozen_at) if frozen_at else None
        self._ahead = ahead
        self._listeners: list[Listener] = []

    @property
    def is_frozen(self) -> bool:
        """True when only `skip` and `set` move this clock."""
        return self._frozen_at is not None

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the machine's; zero for a frozen clock."""
        return self._ahead

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        with self._lock:
            if self._frozen_at is not None:
                return self._frozen_at
            return datetime.fromtimestamp(time.time(), UTC) + self._ahead

    def skip(self, step: timedelta) -> None:
        """Move ahead at once, or back when `step` is negative, and tell everyone who listens."""
        with self._lock:
            if self._frozen_at is not None:
                self._frozen_at += step
            else:
                self._ahead += step
        self._tell()

    def set(self, moment: datetime) -> None:
        """Jump to `moment`; a running clock goes on from there."""
        self.skip(_aware(moment) - self.now())

    def on_skip(self, listener: Listener) -> None:
        """Call `listener` after every jump, in the thread of whoever jumped."""
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; use an aware datetime")
    return moment.astimezone(UTC)
