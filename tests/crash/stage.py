"""A process that has everything imported and warm, and forks a desk whenever one is asked for.

Each desk is a real process with its own HTTP server, threads and database connections, and can be
killed without mercy; forking it takes milliseconds where starting Python would take a second.
"""

import gc
import os
import socket
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import exists, or_, select

from bot import listeners
from bot.desk import Desk
from bot.settings import Settings
from sandbox import SandboxClock
from store.database import Store
from store.models import Alarm, AlarmKind, AlarmState, Delivery, OutboxMessage
from store.rules.policy_file import load_policy
from store.sending import LEASE, SWEEP_AFTER
from tests.crash.clock import SharedClock
from tests.crash.points import Points, Sends

ROUNDS: Final = 12
"""Leases, quiet time and two looks are over long before so many rounds of delivering."""

PATIENCE: Final = 20.0
"""Real seconds until a desk says that it is slow, and until Slack gives up: where kills are tried,
a busy machine must not be taken for trouble.
"""

LIVE: Final = (Delivery.READY, Delivery.SENDING, Delivery.UNSURE)


@dataclass(frozen=True)
class Casting:
    """What the desk has to know: where Slack and the database are, and what time it is."""

    bot_token: str
    signing_secret: str
    api_url: str
    database: str
    port: int
    now: Any
    policy: str


def serve(line: Connection, casting: Casting) -> None:
    """Fork a desk for each "begin" that comes down the line, until "leave". For each "warm" be one
    without a fork: what that compiles, no later child has to.

    A desk says "ready", does what it is told, and answers. When it is gone, however that came
    about, the line says "gone" with what the operating system said.
    """
    patch.object(listeners, "DEADLINE_SECONDS", PATIENCE).start()
    gc.disable()  # children live for a moment; collecting would copy the memory they share
    store = Store(casting.database, load_policy(casting.policy))
    while (order := line.recv())[0] != "leave":
        if order[0] == "warm":
            perform(line, store, casting, Points()).stop()
            store.close()
            gc.freeze()
            line.send(("gone", 0))
        elif order[0] == "begin":  # whatever else comes is for a desk that is dead by now
            child = os.fork()
            if child == 0:
                _act(line, store, casting, _points(line, *order[1:]))
            _, status = os.waitpid(child, 0)
            line.send(("gone", status))


def _points(line: Connection, deadly: int, every: bool, freezes: bool) -> Points:  # noqa: FBT001
    return Sends(deadly, line) if freezes else Points(deadly, every=every)


def _act(line: Connection, store: Store, casting: Casting, points: Points) -> None:
    points.watch()
    try:
        perform(line, store, casting, points)
    finally:
        os._exit(0)


def perform(line: Connection, store: Store, casting: Casting, points: Points) -> Desk:
    """Be a desk until told to "end"; a forked one then ends without a goodbye."""
    clock = SharedClock(casting.now)
    desk = Desk(_settings(casting), store, clock.now)  # not before the fork: it has threads
    desk.start(by_itself=False)
    line.send(("ready", os.getpid()))
    orders = {
        "arm": points.arm,
        "work": lambda: work(desk, clock),
        "sweep": lambda: sweep(desk, clock),
        "tick": desk.tick,
        "read profiles": desk.sync_people,
    }
    while (order := line.recv()[0]) != "end":
        orders[order]()
        line.send(("done", points.passed))
    return desk


def work(desk: Desk, clock: SandboxClock) -> None:
    """Ring what is due and keep every promise, however long that takes on the clock."""
    for _ in range(ROUNDS):
        desk.tick()
        desk.deliver(clock.skip)
        if not waits(desk.store):
            return
        clock.skip(LEASE)


def sweep(desk: Desk, clock: SandboxClock) -> None:
    """Look once more for what may be in Slack twice."""
    clock.skip(SWEEP_AFTER)
    desk.sweep()
    work(desk, clock)


def waits(store: Store) -> bool:
    """Whether a message has still to go out, or a reply that can still be undone."""
    held = exists().where(Alarm.kind == AlarmKind.SEND_REPLY, Alarm.state == AlarmState.ARMED)
    with store.snapshot() as session:
        live = exists().where(OutboxMessage.state.in_(LIVE))
        return bool(session.scalar(select(or_(live, held))))


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _settings(casting: Casting) -> Settings:
    return Settings.model_validate(
        {
            "SLACK_BOT_TOKEN": casting.bot_token,
            "SLACK_SIGNING_SECRET": casting.signing_secret,
            "SLACK_API_URL": casting.api_url,
            "DATABASE_URL": casting.database,
            "PORT": casting.port,
        }
    )
