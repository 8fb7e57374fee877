"""Runs delivery in the background: one thread takes messages, a few workers call Slack.

The last free worker is kept for pages, so that slow calls never hold one up.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

from bot.delivery import SHORTEST_WAIT, Deliverer
from bot.pulse import Pulse
from store.models import OutboxMessage

WORKERS: Final = 4
POLL: Final = timedelta(seconds=1)
"""The store rings after every commit; asking this often finds what another process wrote."""

log = logging.getLogger(__name__)


class Postman:
    """Delivers until it is stopped. `ring` says that there may be something new."""

    def __init__(self, deliverer: Deliverer, pulse: Pulse) -> None:
        self._deliverer = deliverer
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
            heard = self._rings
            try:
                message = self._take()
                wait = POLL if message else self._time_to_next()
            except Exception:
                log.exception("the database did not answer; delivery asks again in a moment")
                message, wait = None, POLL
            if message is not None:
                self._hand_over(message)
            else:
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
