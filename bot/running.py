"""`deskbell run`: wait for our turn, open the desk, keep it open until somebody says stop."""

import faulthandler
import gc
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.check import SCOPE, before_start
from bot.database_clock import DatabaseClock
from bot.desk import Desk
from bot.health import Asked, Health, standing_by, waiting_for_slack
from bot.http_server import HttpServer
from bot.metrics import time_transactions
from bot.reaching import Reaching
from bot.settings import Settings, SettingsErrors
from store import left_behind, migrate
from store.database import Store
from store.rules.policy import Policy
from store.rules.policy_file import Problem
from store.writer_lock import WriterLock

TURN_SECONDS: Final = 0.25
"""How often a standby asks whether it is its turn."""

STOP_SECONDS: Final = 14
"""Longer than a listener's answer and one call of Slack's; whoever stops us gives us 15."""

PORT_SECONDS: Final = 10

NEW_OBJECTS: Final = 5000
"""Until the collector looks for garbage among them; Python's own 700 is less than a request's."""

log = logging.getLogger(__name__)


class Running:
    """One process that runs the desk, or stands by on SQLite while another one does. `tell` hears
    what is missing without keeping the desk from starting: a scope.
    """

    def __init__(
        self,
        settings: Settings,
        policy: Policy,
        machine_clock: Callable[[], datetime],
        tell: Callable[[Problem], None],
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._machine_clock = machine_clock
        self._desk: Desk | None = None
        self._turn = WriterLock(settings.database_url)
        self._tell = tell
        self._reaching = Reaching(lambda: before_start(settings, policy), on_wait=self._serve_pages)
        self._pages = HttpServer(Health(self._asked), port=settings.port)
        self._said_taken = False

    def until(self, stopped: threading.Event) -> bool:
        """Raises what keeps the desk from starting, SettingsErrors for what Slack has against its
        keys. False: it gave up by itself.
        """
        threading.Thread(target=_end_soon, args=[stopped], name="end", daemon=True).start()
        try:
            if not self._reach_slack(stopped) or not self._wait_for_turn(stopped):
                return True
            return self._run_desk(stopped)
        finally:
            self._pages.close()
            self._turn.release()

    def _reach_slack(self, stopped: threading.Event) -> bool:
        """False: told to stop before Slack answered."""
        problems = self._reaching.until_answered(stopped)
        for problem in problems or ():  # without a scope most things still work
            if problem.key == SCOPE:
                self._tell(problem)
        if serious := [problem for problem in problems or () if problem.key != SCOPE]:
            raise SettingsErrors(serious)
        if self._settings.socket_mode:
            self._serve_pages()
        else:  # from here on the port is for Slack
            self._pages.close()
        return problems is not None

    def _wait_for_turn(self, stopped: threading.Event) -> bool:
        """False: told to stop while waiting."""
        if self._turn.take():
            return True
        log.warning("another process runs this desk; standing by to take over when it ends")
        while not stopped.wait(TURN_SECONDS):
            if self._turn.take():
                log.warning("the other process has ended; taking over")
                return True
        return False

    def _run_desk(self, stopped: threading.Event) -> bool:
        migrate.upgrade(self._settings.database_url)
        settings = self._settings
        store = Store(settings.database_url, self._policy, pace=settings.slack_pace)
        try:
            return self._run_on(store, stopped)
        finally:
            store.close()

    def _run_on(self, store: Store, stopped: threading.Event) -> bool:
        time_transactions(store)
        clock = DatabaseClock(self._machine_clock, store)
        clock.measure()
        if store.is_sqlite:
            with store.transaction() as session:
                left_behind.take_over(session, at=clock.now())
        desk = Desk(self._settings, store, clock.now)
        desk.schedule.every(clock.measure, "clock", seconds=30)
        if self._settings.socket_mode:
            desk.schedule.every(self._serve_pages, "pages", seconds=PORT_SECONDS)
        desk.on_give_up = stopped.set
        leave_alone_what_stays()
        desk.start()
        self._desk = desk
        stopped.wait()
        desk.stop()
        return not desk.gave_up

    def _serve_pages(self) -> None:
        """Nobody needs them to work; a standby on the same machine finds the port taken."""
        if self._pages.is_open:
            return
        try:
            self._pages.open()
        except OSError as error:
            if not self._said_taken:
                log.warning("no health pages", extra={"port": self._settings.port, "error": error})
            self._said_taken = True

    def _asked(self) -> Asked:
        if self._desk is not None:
            return self._desk.condition
        why = self._reaching.why
        return waiting_for_slack(str(why)) if why is not None else standing_by()


def leave_alone_what_stays() -> None:
    """What has been loaded by now lives as long as the process. To look through all of it again and
    again for garbage stops every thread for some 70 ms each time; rarer looks at what is new take
    1 % of the processor time instead of 4 (measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def _end_soon(stopped: threading.Event) -> None:
    """Once told to stop, whatever still hangs after `STOP_SECONDS` is left to the next start, which
    finds it; where every thread stood then is printed. Needs no other thread to give way.
    """
    stopped.wait()
    faulthandler.dump_traceback_later(STOP_SECONDS, exit=True)
