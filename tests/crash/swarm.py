"""Replicas that ring and deliver side by side, and are killed over and over: for each one that dies
another one starts.
"""

import gc
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from sqlalchemy import URL

from bot.desk import Desk
from bot.settings import Settings
from sandbox import Sandbox
from store.database import Store
from store.rules.policy_file import load_policy
from tests.crash.clock import SharedClock
from tests.crash.points import Points
from tests.desk import DEMO_POLICY

BREATH: Final = 0.01
"""Real seconds between two looks at what is due."""

LIVES: Final = (40, 160)
"""Writes, commits and calls of Slack from birth to death. A message that has seen several senders
die is taken for poison and refused: nobody dies young enough to make one look like that.
"""


@dataclass(frozen=True)
class Casting:
    """What a replica has to know."""

    bot_token: str
    app_token: str
    api_url: str
    database: str
    now: Any
    count: int
    seed: int


class Deeds(Points):
    """Counts what changes something, here or in Slack, and the commits of that; not mere looks."""

    def _executes(self, _connection: object, _cursor: object, statement: str, *_: Any) -> None:
        self._reached(statement, reads=statement.startswith(("SELECT", "BEGIN", "SET")))

    def _reached(self, what: str, *, reads: bool = False) -> None:
        if reads or (what == "COMMIT" and self._after_a_read):
            self._after_a_read = True
        else:
            super()._reached(what)


@contextmanager
def swarm(
    slack: Sandbox, database: URL, now: Any, *, count: int, seed: int
) -> Iterator[Connection]:
    """Runs until the end; what comes down the line then is how many were killed."""
    context = multiprocessing.get_context("spawn")
    url = database.render_as_string(hide_password=False)
    casting = Casting(slack.bot_token, slack.app_token, slack.api_url, url, now, count, seed)
    ours, theirs = context.Pipe()
    keeper = context.Process(target=_keep, args=(theirs, casting), name="swarm", daemon=True)
    keeper.start()
    theirs.close()
    try:
        yield ours
    finally:
        keeper.terminate()
        keeper.join(10)
        ours.close()


def stop(line: Connection) -> int:
    """Kill them all. Return how many had died before."""
    line.send("stop")
    assert line.poll(30), "the swarm does not answer"
    died: int = line.recv()
    return died


def _keep(line: Connection, casting: Casting) -> None:
    """Fork as many as there should be, and another one for each that is gone."""
    chance = random.Random(casting.seed)  # noqa: S311 - for repeatable accidents
    store = Store(casting.database, load_policy(DEMO_POLICY))
    desk = Desk(_settings(casting), store, SharedClock(casting.now).now)
    _step(desk)  # compiles what is always asked, for all of them
    store.close()
    gc.freeze()
    living = {_fork(desk, chance.randint(*LIVES)) for _ in range(casting.count)}
    died = 0
    signal.signal(signal.SIGTERM, lambda *_: _kill(living))
    while not line.poll(BREATH):
        for gone in [pid for pid in living if os.waitpid(pid, os.WNOHANG)[0]]:
            living.remove(gone)
            died += 1
            living.add(_fork(desk, chance.randint(*LIVES)))
    line.recv()
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    living.clear()
    line.send(died)


def _fork(desk: Desk, deadly: int) -> int:
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        points = Deeds(deadly)
        points.watch()
        points.arm()
        while os.getppid() != 1:
            _step(desk)
            time.sleep(BREATH)
    finally:
        os._exit(1)


def _step(desk: Desk) -> None:
    """Ring what is due, and deliver what may go out now."""
    desk.tick()
    while desk.deliverer.deliver_next():
        pass


def _kill(living: set[int]) -> None:
    for pid in living:
        os.kill(pid, signal.SIGKILL)
    os._exit(0)


def _settings(casting: Casting) -> Settings:
    return Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": casting.bot_token,
            "SLACK_APP_TOKEN": casting.app_token,
            "SLACK_API_URL": casting.api_url,
            "DATABASE_URL": casting.database,
        }
    )
