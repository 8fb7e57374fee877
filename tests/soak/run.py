"""A soak from beginning to end: world, replicas, crowd, nemesis, and the verdict."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from sqlalchemy import URL

from bot.socket_mode import CONNECTIONS
from sandbox import Sandbox, SandboxClock
from store.database import Store
from store.rules.policy_file import load_policy
from tests.desk import MANIFEST
from tests.postgres import restart
from tests.soak import world
from tests.soak.checker import Finding, check
from tests.soak.crowd import Lane
from tests.soak.history import History, Outcome, read
from tests.soak.looking import is_at_rest, look
from tests.soak.nemesis import Nemesis
from tests.soak.replicas import replicas
from tests.soak.world import Crew

REPLICAS: Final = 3
HISTORY: Final = "history.jsonl"
START_SECONDS: Final = 60.0
REST_SECONDS: Final = 300.0
"""How long the replicas may take to say what is left when nobody breaks anything any more."""


@dataclass(frozen=True)
class Verdict:
    """What was done, what was broken, what came of it."""

    actions: Counter[str]
    answers: Counter[str]
    accidents: dict[str, int]
    events: int
    posts: int
    seconds_to_rest: float
    findings: list[Finding]


def soak(
    database: URL,
    folder: Path,
    *,
    seconds: float,
    crews: int,
    seed: int = 0,
    say: Callable[[str], None],
) -> Verdict:
    """Run it on this migrated, empty database; history and logs stay in `folder`."""
    teams = [Crew(number) for number in range(1, crews + 1)]
    text = world.policy(teams)
    store = Store(database, load_policy(text))
    with Sandbox(MANIFEST, world.company(teams), SandboxClock(), rate_limits=False) as slack:
        desks = replicas(REPLICAS, folder, slack, database, text)
        try:
            for desk in desks:
                desk.start()
            if not slack.workspace.wait_for(lambda: _connected(slack), START_SECONDS):
                raise TimeoutError(f"the replicas did not connect, see {folder}")
            nemesis = Nemesis(slack, desks, lambda: restart(database), seed)
            with History(folder / HISTORY, time.time) as history:
                lanes = [Lane(crew, slack, history) for crew in teams]
                _live(lanes, nemesis, seconds, say)
            rest = _wait_for_rest(store, say)
            found = look(store, slack)
        finally:
            for desk in desks:
                desk.stop()
            store.close()
    lines = read(folder / HISTORY)
    return Verdict(
        actions=sum((lane.done for lane in lanes), Counter()),
        answers=Counter(line.outcome.value for line in lines if line.outcome != Outcome.INVOKE),
        accidents=nemesis.done,
        events=len(found.events),
        posts=len(found.posts),
        seconds_to_rest=rest,
        findings=check(lines, found),
    )


def _connected(slack: Sandbox) -> bool:
    return slack.socket_mode.connections == REPLICAS * CONNECTIONS


def _live(lanes: list[Lane], nemesis: Nemesis, seconds: float, say: Callable[[str], None]) -> None:
    waiting = Event()
    with ThreadPoolExecutor(len(lanes)) as crowd:
        working = [crowd.submit(lane.work) for lane in lanes]
        nemesis.start()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            waiting.wait(min(left, 2))
            count = sum(lane.done.total() for lane in lanes)
            say(f"{count} actions, {sum(nemesis.done.values())} accidents, {left:.0f} s left")
        for lane in lanes:
            lane.over.set()
        nemesis.stop()
        for work in working:
            work.result()


def _wait_for_rest(store: Store, say: Callable[[str], None]) -> float:
    """Every promise is kept or the time is up; the checker tells which."""
    started, waiting = time.monotonic(), Event()
    while (passed := time.monotonic() - started) < REST_SECONDS and not is_at_rest(store):
        say(f"waiting for the last messages, {passed:.0f} s")
        waiting.wait(2)
    return time.monotonic() - started
