"""Runs delivery in the background: one thread takes messages, a few workers call Slack.

The last free worker is kept for pages, so that slow calls never hold one up. While many people wait
for answers, delivery gives way to them, but for pages.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

from bot.delivery import SHORTEST_WAIT, Deliverer
from bot.pulse import Pulse
from store.models import OutboxMessage

WORKERS: Final = 4
POLL: Final = timedelta(seconds=0.5)
"""The store rings after every commit; asking this often finds what another process wrote, so soon
that it need not tell us (PostgreSQL's NOTIFY).
"""

GIVE_WAY: Final = timedelta(milliseconds=100)
"""While people wait, delivery looks no more often than this, and takes one message each time."""

log = logging.getLogger(__name__)


class Postman:
    """Delivers until it is stopped. `ring` says that there may be something new; `is_busy` tells
    whether people wait for answers.
    """

    def __init__(
        self, deliverer: Deliverer, pulse: Pulse, *, is_busy: Callable[[], bool] = lambda: False
    ) -> None:
        self._deliverer = deliverer
        self._is_busy = is_busy
        self._pulse = pulse
        self._bell = threading.Condition()
        self._rings = 0
        self._free = WORKERS
        self._stopping = False
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="deliver")
        self._thread = threading.Thread(target=self._run, name="postman")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def take_no_more(self) -> None:
        """Leave what is waiting to the next process."""
        with self._bell:
            self._stopping = True
            self._bell.notify()

    def stop(self) -> None:
        """Take nothing new, finish what is being sent."""
        self.take_no_more()
        if self._thread.is_alive():
            self._thread.join()
        self._workers.shutdown()

    def ring(self) -> None:
        """Look now. Taking a message is a commit as well: it rings for nobody."""
        if threading.current_thread() is self._thread:
            return
        with self._bell:
            self._rings += 1
            self._bell.notify()

    def _run(self) -> None:
        while not self._stopping:
            self._pulse.beat("delivery")
            heard, is_busy = self._rings, self._is_busy()
            try:
                message = self._take()
                wait = POLL if message or is_busy else self._time_to_next()
            except Exception:
                log.exception("the database did not answer; delivery asks again in a moment")
                message, wait = None, POLL
            if message is not None:
                self._hand_over(message)
            if is_busy:
                self._give_way()
            elif message is None:
                self._wait(heard, wait)
        self._pulse.forget("delivery")

    def _take(self) -> OutboxMessage | None:
        if self._free == 0:
            return None
        return self._deliverer.take(pages_only=self._free == 1)

    def _time_to_next(self) -> timedelta:
        """What is due but could not be taken is held up: a worker's end or the next poll tells."""
        if self._free <= 1:
            return POLL
        wait = self._deliverer.time_to_next() or SHORTEST_WAIT
        return min(wait, POLL)

    def _wait(self, heard: int, wait: timedelta) -> None:
        with self._bell:
            if self._rings == heard and not self._stopping:
                self._bell.wait(wait.total_seconds())

    def _give_way(self) -> None:
        with self._bell:
            self._bell.wait_for(lambda: self._stopping, GIVE_WAY.total_seconds())

    def _hand_over(self, message: OutboxMessage) -> None:
        with self._bell:
            self._free -= 1
        self._workers.submit(self._work, message)

    def _work(self, message: OutboxMessage) -> None:
        try:
            self._deliverer.deliver(message)
        except Exception:
            log.exception("delivery could not record what happened; its lease will run out")
        finally:
            with self._bell:
                self._free += 1
                self._rings += 1
                self._bell.notify()
