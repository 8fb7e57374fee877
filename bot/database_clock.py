"""One time for all replicas: the machine's clock, corrected to the database's.

Replicas on machines whose clocks differ would ring alarms early and overrun the channels' pace. On
SQLite there is one process and nothing to correct.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.metrics import CLOCK_OFFSET
from store.database import Store

SLOW: Final = timedelta(milliseconds=500)
"""An answer that took longer says too little about the moment at which it was given."""

ALARMING: Final = timedelta(seconds=2)

log = logging.getLogger(__name__)


class DatabaseClock:
    """Now, as the database sees it: right within half a round trip of the last `measure`."""

    def __init__(self, machine: Callable[[], datetime], store: Store) -> None:
        self._machine = machine
        self._store = store
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Aware UTC."""
        return self._machine() + self._offset

    def measure(self) -> None:
        """Ask the database for the time."""
        before = self._machine()
        theirs = self._store.server_time()
        after = self._machine()
        if theirs is None or after - before > SLOW:
            return
        self._offset = theirs - (before + (after - before) / 2)
        CLOCK_OFFSET.set(self._offset.total_seconds())
        if abs(self._offset) > ALARMING:
            log.warning(
                "this machine's clock differs from the database's",
                extra={"seconds": f"{self._offset.total_seconds():.1f}"},
            )
