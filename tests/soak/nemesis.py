"""Breaks one thing after the other, in an order that the seed decides, and mends it again.

Everything has its turn before anything comes a second time.
"""

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Final, NamedTuple

from sandbox import Sandbox
from tests.soak.replicas import Replica

PAUSE: Final = (1.0, 4.0)
"""Seconds between two accidents."""

FROZEN: Final = (1.0, 15.0)
"""Longer than a page's lease; a message's is tried in a test of its own."""

POST: Final = "chat.postMessage"


class Accident(NamedTuple):
    """What happened, and when, in seconds."""

    at: float
    what: str


class Nemesis:
    """Works in a thread of its own until it is told to stop; `done` counts its deeds."""

    def __init__(
        self, slack: Sandbox, replicas: list[Replica], restart: Callable[[], None], seed: int
    ) -> None:
        self._slack = slack
        self._replicas = replicas
        self._restart = restart
        self._random = random.Random(seed)  # noqa: S311 - for repeatable accidents
        self._over = Event()
        self._thread = ThreadPoolExecutor(1, "nemesis")
        self._raging: Future[None] | None = None
        self.done: dict[str, int] = {}
        self.noted: list[Accident] = []

    def start(self) -> None:
        """Begin."""
        self._raging = self._thread.submit(self._rage)

    def stop(self) -> None:
        """Leave everything whole. Raises what has stopped the nemesis itself, if anything has."""
        self._over.set()
        self._thread.shutdown()
        self._slack.faults.clear()
        for replica in self._replicas:
            replica.thaw()
            replica.start()
        if self._raging is not None:
            self._raging.result()

    def _rage(self) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "restart the database": self._restart,
            "rate limits": lambda: self._slack.faults.rate_limit(POST, seconds=3, times=10),
            "hang up after": lambda: self._slack.faults.hang_up_after(times=5),
            "hang up before": lambda: self._slack.faults.hang_up_before(times=5),
            "500 after": lambda: self._slack.faults.answer_after(POST, times=3),
            "drop sockets": self._slack.socket_mode.drop_all,
            "twice": lambda: self._slack.faults.duplicate(times=10),
            "late": lambda: self._slack.faults.reorder(times=10),
        }
        left: list[str] = []
        while not self._over.wait(self._random.uniform(*PAUSE)):
            self._supervise()
            left = left or self._random.sample(list(deeds), len(deeds))
            name = left.pop()
            self._note(name)
            deeds[name]()
            self.done[name] = self.done.get(name, 0) + 1

    def _supervise(self) -> None:
        """Start what has ended by itself, such as one that could not connect when it started."""
        for replica in self._replicas:
            if replica.start():
                self._note(f"started {replica.name} anew")

    def _note(self, what: str) -> None:
        self.noted.append(Accident(self._slack.clock.now().timestamp(), what))

    def _kill(self) -> None:
        victim = self._random.choice(self._replicas)
        victim.kill()
        self._note(f"killed {victim.name}")
        self._over.wait(self._random.uniform(0, 2))
        self._note(f"start {victim.name}")
        victim.start()

    def _freeze(self) -> None:
        victim = self._random.choice(self._replicas)
        victim.freeze()
        self._note(f"frozen {victim.name}")
        self._over.wait(self._random.uniform(*FROZEN))
        self._note(f"thawed {victim.name}")
        victim.thaw()
