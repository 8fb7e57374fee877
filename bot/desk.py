"""The whole desk as one thing that starts and stops."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot import jobs
from bot.app import create_app
from bot.connection import connection
from bot.delivery import Deliverer
from bot.postman import Postman
from bot.schedule import Schedule
from bot.settings import Settings
from bot.slack_client import DELIVERY_SECONDS, PAGE_SECONDS, slack_client
from store import migrate, policy_edits, ringing
from store.database import Store
from store.rules.policy import Policy

GIVE_UP_SECONDS: Final = 60
"""Without a healthy connection for so long, the process ends for its supervisor to restart it."""

log = logging.getLogger(__name__)


class Desk:
    """App, delivery, schedule and connection, around one store and one clock."""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock
        self.app = create_app(settings, store, clock)
        self._patient_client = slack_client(settings, seconds=DELIVERY_SECONDS)
        self.deliverer = Deliverer(
            store,
            clock,
            ordinary=self._patient_client,
            urgent=slack_client(settings, seconds=PAGE_SECONDS),
        )
        self._connection = connection(settings, self.app)
        self._postman = Postman(self.deliverer)
        self._schedule = Schedule()
        self.gave_up = False
        """Slack was out of reach for too long: somebody should start us anew."""
        self.on_give_up: Callable[[], None] = lambda: None

    def start(self, *, by_itself: bool = True) -> None:
        """Connect and begin. Not `by_itself`: nothing happens because time passed, and nothing is
        delivered, until `tick` and `deliver` are called (tests do that).
        """
        self._connection.open()
        log.info("connected", extra={"to": self._connection.description})
        if by_itself:
            self.store.on_commit = self._postman.ring
            self._postman.start()
            self._start_schedule()

    def stop(self) -> None:
        """Answer, deliver what is on its way, and hang up: within 15 s, losing nothing."""
        self._schedule.stop()
        self._connection.close()
        self._postman.stop()
        log.info("stopped")

    def tick(self) -> int:
        """Ring every alarm that is due. Return how many rang."""
        return ringing.ring_due(self.store, at=self.clock())

    def deliver(self, pass_time: Callable[[timedelta], None] | None = None) -> int:
        """Keep the promises that can be kept now; see `Deliverer.run_until_idle`."""
        return self.deliverer.run_until_idle(pass_time)

    def sync_people(self) -> int:
        """Read everybody's profile from Slack. Return how many people there are."""
        return jobs.sync_people(self.store, self._patient_client, at=self.clock())

    def follow_policy(self) -> int:
        """Let open tickets follow an edited policy. Return how many had to."""
        return policy_edits.follow(self.store, at=self.clock())

    def tidy(self) -> None:
        """Forget what no longer matters."""
        jobs.tidy(self.store, at=self.clock())

    def hurry(self) -> None:
        """The clock was moved: look for due alarms and messages now."""
        self.tick()
        self._postman.ring()

    def _watch_connection(self) -> None:
        """Without any connection for a minute, a fresh process has better chances."""
        if self._connection.silence > GIVE_UP_SECONDS and not self.gave_up:
            log.error("no connection to Slack for too long", extra={"seconds": GIVE_UP_SECONDS})
            self.gave_up = True
            self.on_give_up()

    def _start_schedule(self) -> None:
        self._schedule.every(self.tick, "alarms", seconds=1, at_once=True)
        self._schedule.once(self.follow_policy, "policy")
        self._schedule.every(self._watch_connection, "connections", seconds=1)
        self._schedule.every(self.tidy, "tidy", minutes=10)
        self._schedule.every(self.sync_people, "people", hours=6, at_once=True)
        self._schedule.start()


def open_desk(settings: Settings, policy: Policy, clock: Callable[[], datetime]) -> Desk:
    """A desk on its database, which is migrated first; DatabaseNewer when it must not be."""
    migrate.upgrade(settings.database_url)
    return Desk(settings, Store(settings.database_url, policy), clock)
