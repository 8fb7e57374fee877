"""The whole desk as one thing that starts and stops."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep
from typing import Final

from bot import jobs
from bot.app import create_app
from bot.beyond_slack import BeyondSlack
from bot.catch_up import CatchUp
from bot.condition import Condition
from bot.connection import connection
from bot.delivery import Deliverer
from bot.health import Health
from bot.heartbeat import Heartbeat
from bot.postman import Postman
from bot.pulse import Pulse
from bot.schedule import Schedule
from bot.settings import Settings
from bot.slack_client import DELIVERY_SECONDS, PAGE_SECONDS, slack_client
from bot.sweeping import Sweeper
from store import digests, migrate, periods, policy_edits, ringing, storms
from store.database import Store
from store.rules.policy import Policy
from store.trouble import DatabaseTrouble

GIVE_UP_SECONDS: Final = 60
"""Without a healthy connection for so long, the process ends for its supervisor to restart it."""

PEOPLE_EVERY: Final = timedelta(hours=6)
TIDY_EVERY: Final = timedelta(minutes=10)

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
        self._sweeper = Sweeper(store, clock, self._patient_client)
        self._catch_up = CatchUp(store, self._patient_client, clock)
        self._pulse = Pulse()
        self._beyond_slack = BeyondSlack(settings, store, clock)
        self.heartbeat = Heartbeat(settings, store, clock)
        self._connection = connection(settings, self.app, pages=Health(lambda: self.condition))
        self.condition = Condition(
            store,
            clock,
            self._connection,
            self._pulse,
            heartbeat=self.heartbeat,
            cut_off=lambda: self.deliverer.trouble is not None,
        )
        self._postman = Postman(
            self.deliverer, self._pulse, is_busy=lambda: self._connection.is_busy
        )
        self.schedule = Schedule()
        self._began: datetime | None = None
        self.gave_up = False
        """Slack was out of reach for too long: somebody should start us anew."""
        self.on_give_up: Callable[[], None] = lambda: None

    def start(self, *, by_itself: bool = True) -> None:
        """Connect and begin. Not `by_itself`: nothing happens because time passed, and nothing is
        delivered, until `tick` and `deliver` are called (tests do that). What keeps it from
        starting is raised, and leaves nothing running.
        """
        try:
            self._start(by_itself=by_itself)
        except BaseException:
            self.stop()
            raise

    def _start(self, *, by_itself: bool) -> None:
        self._began = self.clock()
        self._connection.open()
        state = "connected" if self._connection.is_sound else "not connected yet"
        log.info(state, extra={"to": self._connection.description})
        self.deliverer.distrust()
        if by_itself:
            self.store.on_commit = self._postman.ring
            self._postman.start()
            self._start_schedule()

    def stop(self) -> None:
        """Take nothing new, answer what is being asked, hang up, finish what is being sent: within
        15 s, losing nothing. Answers come before hanging up: they travel over the same sockets.
        """
        self.condition.stopping = True
        self._catch_up.stop()
        self.schedule.pause()
        self._postman.take_no_more()
        self._connection.close()
        self._postman.stop()
        self.schedule.stop()
        log.info("stopped")

    def tick(self) -> int:
        """Ring every alarm that is due. Return how many rang."""
        return ringing.ring_due(self.store, at=self.clock(), down_until=self._began)

    def deliver(self, pass_time: Callable[[timedelta], None] | None = None) -> int:
        """Keep the promises that can be kept now; see `Deliverer.run_until_idle`."""
        return self.deliverer.run_until_idle(pass_time)

    def gather(self) -> int:
        """Put what floods a channel into a digest. Return how many notices went into one."""
        return digests.gather(self.store, at=self.clock())

    def look_for_storms(self) -> int:
        """Ask agents about many tickets alike. Return how many storms were new."""
        return storms.look(self.store, at=self.clock())

    def sync_people(self) -> int:
        """Read everybody's profile from Slack, and who is in the user groups. Return how many
        people there are.
        """
        jobs.sync_groups(self.store, self._patient_client, at=self.clock())
        return jobs.sync_people(
            self.store,
            self._patient_client,
            at=self.clock(),
            enough=lambda: self.condition.stopping,
        )

    def follow_policy(self) -> int:
        """Let open tickets follow an edited policy. Return how many had to."""
        return policy_edits.follow(
            self.store, at=self.clock(), enough=lambda: self.condition.stopping
        )

    def tell_requesters(self) -> int:
        """Tell the next few whom an edited policy promises something else."""
        return policy_edits.tell_requesters(self.store, at=self.clock())

    def sweep(self) -> int:
        """Remove what Slack made twice. Return how many messages were looked for."""
        return self._sweeper.sweep()

    def mind_rotas(self) -> None:
        """Say hand-overs, and gaps in cover before they come; let user groups follow."""
        jobs.mind_rotas(self.store, at=self.clock())

    def page_beyond_slack(self) -> int:
        """Send pages by other means that Slack did not take. Return how many went out."""
        return self._beyond_slack.tick()

    def beat(self) -> bool:
        """Tell whoever watches that the desk is healthy: its loops turn, it reaches the database
        and Slack, and the last checkup found nothing.
        """
        condition = self.condition
        answers = (condition.live(), condition.ready(), condition.checked())
        healthy = all(answer.well for answer in answers)
        return self.heartbeat.beat(healthy=healthy)

    def hurry(self) -> None:
        """The clock was moved: look for due alarms and messages now."""
        self.tick()
        self.mind_rotas()
        self._postman.ring()

    def catch_up(self, pass_time: Callable[[timedelta], None]) -> int:
        """Read what was written while nobody listened. Return how many messages were missed."""
        return CatchUp(self.store, self._patient_client, self.clock, pass_time).run()

    def _hear_everything(self) -> None:
        quiet = self._connection.quiet  # before the next line: what comes in between ends it
        missed = self._connection.has_missed()
        self._catch_up.keep_up(self._connection.silence, missed=missed, quiet=quiet)

    def _watch_connection(self) -> None:
        """Without any connection for a minute, a fresh process has better chances."""
        if self._connection.silence > GIVE_UP_SECONDS and not self.gave_up:
            log.error("no connection to Slack for too long", extra={"seconds": GIVE_UP_SECONDS})
            self.gave_up = True
            self.on_give_up()

    def _start_schedule(self) -> None:
        self.schedule.every(lambda: self._pulse.beat("schedule"), "pulse", seconds=1)
        self.schedule.every(self.tick, "alarms", seconds=1, at_once=True)
        self.schedule.once(self._follow_policy_in_the_end, "policy")
        self.schedule.every(self.tell_requesters, "moved promises", seconds=1)
        self.schedule.every(self._watch_connection, "connections", seconds=1)
        self.schedule.every(self.mind_rotas, "rotas", seconds=15)
        self.schedule.every(self.page_beyond_slack, "beyond Slack", seconds=5)
        self.schedule.every(self.beat, "heartbeat", minutes=1)
        self.schedule.every(self._hear_everything, "catch up", seconds=30, at_once=True)
        self.schedule.every(self.condition.probe, "probe", seconds=5, at_once=True)
        self.schedule.every(self.condition.check_up, "checkup", minutes=1, at_once=True)
        self.schedule.every(self.gather, "digests", seconds=5)
        self.schedule.every(self.look_for_storms, "storms", seconds=20)
        self.schedule.every(self.sweep, "late copies", seconds=10)
        self.schedule.every(self._tidy_in_turn, "tidy", minutes=10)
        self.schedule.every(self._sync_groups, "user groups", hours=6, at_once=True)
        self.schedule.every(self._sync_in_turn, "people", minutes=10, at_once=True)
        self.schedule.start()

    def _follow_policy_in_the_end(self) -> None:
        """Once is enough, as the policy does not change while we run; but the database may be
        away at first.
        """
        while not self.condition.stopping:
            try:
                self.follow_policy()
            except DatabaseTrouble:
                log.warning("the database is away; the edited policy is followed when it is back")
                sleep(1)
            else:
                return

    def _sync_groups(self) -> None:
        """At every start, because the policy may name others since."""
        jobs.sync_groups(self.store, self._patient_client, at=self.clock())

    def _sync_in_turn(self) -> None:
        with periods.once_per(self.store, "people", PEOPLE_EVERY, at=self.clock()) as ours:
            if ours:
                self.sync_people()

    def _tidy_in_turn(self) -> None:
        with periods.once_per(self.store, "tidy", TIDY_EVERY, at=self.clock()) as ours:
            if ours:
                jobs.tidy(self.store, at=self.clock(), enough=lambda: self.condition.stopping)


def open_desk(settings: Settings, policy: Policy, clock: Callable[[], datetime]) -> Desk:
    """A desk on its database, which is migrated first; DatabaseNewer when it must not be."""
    migrate.upgrade(settings.database_url)
    return Desk(settings, Store(settings.database_url, policy, pace=settings.slack_pace), clock)
