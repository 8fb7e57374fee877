"""A soak from beginning to end: world, replicas, crowd, nemesis, and the verdict."""

import json
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
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
from tests.soak.history import History, Line, Outcome, read
from tests.soak.looking import has_heard, is_at_rest, is_swept, look
from tests.soak.nemesis import Accident, Nemesis
from tests.soak.replicas import Replica, replicas
from tests.soak.world import Crew

REPLICAS: Final = 3
HISTORY: Final = "history.jsonl"
FOUND: Final = "found.json"
START_SECONDS: Final = 60.0
RETRY_AFTER: Final = (0.0, 10.0, 60.0)
"""Seconds before each repetition of an event: sooner than Slack's, to come to rest sooner."""

REST_SECONDS: Final = 1200.0
"""How long the replicas may take to say what is left when nobody breaks anything any more."""


@dataclass(frozen=True)
class Plan:
    """How much is to be done: it ends with the time or with the actions, whatever comes first."""

    seconds: float
    actions: int
    crews: int
    rounds: int
    """How often each ticket is claimed and released, with much talk in between."""
    seed: int = 0


@dataclass(frozen=True)
class Verdict:
    """What was done, what was broken, what came of it."""

    actions: Counter[str]
    answers: Counter[str]
    accidents: dict[str, int]
    noted: list[Accident]
    events: int
    posts: int
    alarms: int
    seconds: float
    seconds_to_rest: float
    findings: list[Finding]


def soak(database: URL, folder: Path, plan: Plan, say: Callable[[str], None]) -> Verdict:
    """Run it on this migrated, empty database; history and logs stay in `folder`."""
    teams = [Crew(number) for number in range(1, plan.crews + 1)]
    text = world.policy(teams)
    store = Store(database, load_policy(text))
    with Sandbox(
        MANIFEST,
        world.company(teams),
        SandboxClock(),
        rate_limits=False,
        retry_after=RETRY_AFTER,
    ) as slack:
        desks = replicas(REPLICAS, folder, slack, database, text)
        nemesis = Nemesis(slack, desks, lambda: restart(database), plan.seed)
        try:
            _start(desks, slack)
            with History(folder / HISTORY, time.time) as history:
                lanes = [Lane(crew, slack, history, plan.rounds) for crew in teams]
                lived = _live(lanes, nemesis, plan, say)
            lines = read(folder / HISTORY)
            rest = _come_to_rest(desks, store, slack, lines, say)
            found = look(store, slack, slack.clock.now())
            (folder / FOUND).write_text(json.dumps(asdict(found), default=list), "utf-8")
        finally:
            _stop(desks)
            store.close()
    return Verdict(
        actions=sum((lane.done for lane in lanes), Counter()),
        answers=Counter(line.outcome.value for line in lines if line.outcome != Outcome.INVOKE),
        accidents=nemesis.done,
        noted=nemesis.noted,
        events=len(found.events),
        posts=len(found.posts),
        alarms=sum(alarm.rang for alarm in found.alarms),
        seconds=lived,
        seconds_to_rest=rest,
        findings=check(lines, found),
    )


def _start(desks: list[Replica], slack: Sandbox) -> None:
    for desk in desks:
        desk.start()
    all_there = REPLICAS * CONNECTIONS
    if not slack.workspace.wait_for(
        lambda: slack.socket_mode.connections == all_there, START_SECONDS
    ):
        raise TimeoutError("the replicas did not connect; see their logs")


def _stop(desks: list[Replica]) -> None:
    for desk in desks:
        desk.ask_to_stop()
    for desk in desks:
        desk.stop()


def _live(lanes: list[Lane], nemesis: Nemesis, plan: Plan, say: Callable[[str], None]) -> float:
    waiting = Event()
    with ThreadPoolExecutor(len(lanes)) as crowd:
        began = time.monotonic()
        working = [crowd.submit(lane.work) for lane in lanes]
        nemesis.start()
        while (passed := time.monotonic() - began) < plan.seconds:
            count = sum(lane.done.total() for lane in lanes)
            if count >= plan.actions:
                break
            say(f"{count:,} actions, {sum(nemesis.done.values())} accidents in {passed:.0f} s")
            waiting.wait(min(plan.seconds - passed, 1))
        for lane in lanes:
            lane.over.set()
        nemesis.stop()
        for work in working:
            work.result()
    return passed


def _come_to_rest(
    desks: list[Replica],
    store: Store,
    slack: Sandbox,
    lines: list[Line],
    say: Callable[[str], None],
) -> float:
    """Every promise is kept or the time is up; the checker tells which. The replicas have stopped
    then: reminders would go on and on.
    """
    started, waiting = time.monotonic(), Event()
    while (passed := time.monotonic() - started) < REST_SECONDS:
        say(f"waiting for the last messages, {passed:.0f} s")
        waiting.wait(1)
        if is_at_rest(store) and is_swept(slack) and has_heard(store, lines):
            _stop(desks)
            if is_at_rest(store):
                break
            for desk in desks:
                desk.start()
    _stop(desks)
    return passed
