"""What the desk knows about its own state, for `bot.health` and the heartbeat."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.connection import Connection
from bot.health import Answer
from bot.heartbeat import Heartbeat
from bot.metrics import DeskNumbers
from bot.pulse import Pulse
from store import checkup, periods
from store.database import Store

PROBE_KEEPS: Final = 15.0
"""Seconds. The desk writes something every 5 s to know that it can."""

CHECKUP_KEEPS: Final = 180.0
"""Seconds. The checkup runs every minute; that it no longer runs is a finding as well."""

log = logging.getLogger(__name__)


class Condition:
    """Kept fresh by two jobs, `probe` and `check_up`; the answers never wait for the database."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        connection: Connection,
        pulse: Pulse,
        *,
        heartbeat: Heartbeat,
        cut_off: Callable[[], bool],
    ) -> None:
        self._store = store
        self._clock = clock
        self._connection = connection
        self._pulse = pulse
        self._heartbeat = heartbeat
        self._cut_off = cut_off
        self._wrote: float | None = None
        self._looked: float | None = None
        self.findings: dict[str, int] = {}
        self.stopping = False
        self.numbers = DeskNumbers(
            store, clock, sockets=connection.pong_ages, findings=lambda: self.findings
        )

    def probe(self) -> None:
        """Write something. From the first time that fails, the desk is not ready."""
        try:
            with self._store.transaction() as session:
                periods.touch(session, "probe", at=self._clock())
        except SQLAlchemyError:
            self._wrote = None
            raise
        self._wrote = time.monotonic()

    def check_up(self) -> None:
        """Look for what does not hold; say so once when that changes."""
        with self._store.snapshot() as session:
            found = checkup.look(session, at=self._clock())
        self._looked = time.monotonic()
        wrong = {check: count for check, count in found.items() if count}
        before = {check for check, count in self.findings.items() if count}
        self.findings = found
        if set(wrong) - before:
            log.error("the checkup found something", extra=wrong)
        elif before and not wrong:
            log.info("the checkup finds nothing any more")

    def live(self) -> Answer:
        """The loops turn."""
        silent = self._pulse.silent()
        return Answer(not silent, {"silent": silent})

    def ready(self) -> Answer:
        """We can write, and Slack can reach us."""
        told = {
            "database": _within(self._wrote, PROBE_KEEPS),
            "slack": self._connection.is_sound,
            "stopping": self.stopping,
        }
        return Answer(told["database"] and told["slack"] and not self.stopping, told)

    def healthy(self) -> Answer:
        """All is checked, and whoever watches the desk hears its heartbeat. Which trouble there
        is, never its text: that may name people.
        """
        checked = self.checked()
        beats = self._heartbeat.trouble is None
        return Answer(checked.well and beats, {**checked.told, "heartbeat": beats})

    def checked(self) -> Answer:
        """The last checkup found nothing, is not long ago, and Slack takes what we send: what a
        heartbeat stands for.
        """
        recent = _within(self._looked, CHECKUP_KEEPS)
        delivers = not self._cut_off()
        well = recent and delivers and not any(self.findings.values())
        return Answer(well, {"checks": self.findings, "delivery": delivers})


def _within(last: float | None, seconds: float) -> bool:
    return last is not None and time.monotonic() - last < seconds
