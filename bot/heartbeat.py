"""A dead man's switch: an address that is called every minute for as long as the desk is healthy.

Whoever watches that address raises the alarm when the calls stop.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.beyond_slack import call
from bot.settings import Settings
from store import telling
from store.database import Store
from store.periods import first_in_period

log = logging.getLogger(__name__)


class Heartbeat:
    """Beats when told to, if an address is set. `trouble` says why the last beat was none."""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        secret = settings.heartbeat_url
        self._url = secret.get_secret_value() if secret is not None else None
        self._store = store
        self._clock = clock
        self.trouble: str | None = None

    def beat(self, *, healthy: bool) -> bool:
        """Call the address, unless the desk is ill. Return whether it was called."""
        if self._url is None or not healthy:
            return False
        try:
            call(self._url)
        except (OSError, ValueError) as error:
            self._failed(f"heartbeat: {error}"[:200])
            return False
        self.trouble = None
        return True

    def _failed(self, trouble: str) -> None:
        """The admins hear once a day; the log and the health check always."""
        self.trouble = trouble
        log.warning("the heartbeat did not get through", extra={"error": trouble})
        at = self._clock()
        with self._store.transaction() as session:
            if first_in_period(session, "heartbeat failed", f"{at:%Y-%m-%d}", at=at):
                telling.tell_admins(session, "heartbeat_failed", at=at)
