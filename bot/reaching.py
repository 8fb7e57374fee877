"""The start while Slack is out of reach: after a power cut, machines are up before their network.

Slack is asked again and again, with growing pauses, until it answers or somebody says stop.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from itertools import count
from typing import Final

from bot.check import OUT_OF_REACH, SCOPE
from store.rules.policy_file import Problem

PAUSES: Final = (1, 2, 4, 8, 15, 30)
"""Seconds until the next try; the last one for ever."""

SAY_EVERY: Final = 10
"""Tries until it is logged again: about every five minutes."""

NOTICE_STOP_SECONDS: Final = 0.1

log = logging.getLogger(__name__)


class Reaching:
    """`ask` says what Slack has against our keys, or why it cannot be asked (`OUT_OF_REACH`);
    `on_wait` is called after each try that failed.
    """

    def __init__(
        self, ask: Callable[[], Sequence[Problem]], *, on_wait: Callable[[], None]
    ) -> None:
        self._ask = ask
        self._on_wait = on_wait
        self.why: Problem | None = None
        """What keeps us from Slack, as long as it does."""

    def until_answered(self, stopped: threading.Event) -> Sequence[Problem] | None:
        """What Slack has against our keys; None when told to stop before it said anything."""
        for tries in count():
            problems = self._asked(stopped)
            if problems is None:
                return None
            self.why = _only_out_of_reach(problems)
            if self.why is None:
                if tries:
                    log.warning("Slack answers; going on")
                return problems
            if tries % SAY_EVERY == 0:
                log.warning("Slack is out of reach, and I go on trying: %s", self.why)
            self._on_wait()
            if stopped.wait(PAUSES[min(tries, len(PAUSES) - 1)]):
                return None
        raise AssertionError  # it counts for ever

    def _asked(self, stopped: threading.Event) -> Sequence[Problem] | None:
        """In a thread of its own: Slack may leave a question open for longer than a stop may take.
        None: told to stop.
        """
        answer: Future[Sequence[Problem]] = Future()
        threading.Thread(target=self._answer, args=[answer], name="asking", daemon=True).start()
        while not stopped.is_set():
            if wait([answer], NOTICE_STOP_SECONDS).done:
                return answer.result()
        return None

    def _answer(self, answer: "Future[Sequence[Problem]]") -> None:
        try:
            answer.set_result(self._ask())
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            answer.set_exception(error)


def _only_out_of_reach(problems: Sequence[Problem]) -> Problem | None:
    """Why waiting may help; it does not when Slack has refused something else."""
    serious = [problem for problem in problems if problem.key != SCOPE]
    waits = bool(serious) and all(problem.key == OUT_OF_REACH for problem in serious)
    return serious[0] if waits else None
