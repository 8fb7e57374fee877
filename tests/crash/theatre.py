"""Plays a scene: people act, the desk dies at a given place, another one takes over."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import yaml

from sandbox import Sandbox, sample_company
from sandbox.http_delivery import HttpDelivery
from sandbox.installation import Installation
from sandbox.people import Person
from store.database import Store
from store.rules.policy_file import load_policy
from tests.crash.clock import SharedClock, shared_moment
from tests.crash.scenery import Database, Scenery
from tests.crash.stage import PATIENCE, Casting, free_port, serve
from tests.desk import DEMO_POLICY, MANIFEST, MONDAY_TEN

ANSWER_SECONDS: Final = 60
"""Real seconds; a desk that takes longer hangs."""

RETRY: Final = timedelta(seconds=60)
RETRIES: Final = 8


class Theatre:
    """People, a Slack that goes on whatever happens to the desk, and a stage with desks."""

    def __init__(self, slack: Sandbox, scenery: Scenery, store: Store, line: "Line") -> None:
        self.slack = slack
        self.scenery = scenery
        self.store = store
        self.line = line
        self._pid = 0
        self.every_statement = False
        """Whether reads that follow each other are places of their own."""

    def __getattr__(self, name: str) -> Person:
        """`theatre.karen` is Karen."""
        return self.slack.person(name.capitalize())

    def begin(self, *, deadly: int = 0, freezes: bool = False, arm: bool = True) -> None:
        """A desk starts, and will be killed at its `deadly`-th place (0: never), or be frozen in
        its `deadly`-th place of a call of Slack. Places count from `arm` on.
        """
        if self.line.is_open:
            self.thaw()
            self.end()  # what an earlier scene that failed has left behind
        self.line.send("begin", deadly, self.every_statement, freezes)
        self._pid = self.line.expect("ready")
        self.karen.says("Good morning", "#general")  # the desk asks Slack who it is only once
        if arm:
            self.arm()

    def arm(self) -> None:
        """What comes from now on are places to die at."""
        self.line.send("arm")
        self.line.expect("done")

    def work(self) -> list[str] | None:
        """Let it do all it has to do. None: it died; otherwise the places that it passed."""
        self.line.send("work")
        answer, passed = self.line.receive()
        self.slack.clock.skip(timedelta(0))
        return passed if answer == "done" else None

    def work_until_frozen(self) -> bool:
        """Let it work. False: it has done all, and never came to its place."""
        self.line.send("work")
        return self.line.receive()[0] == "frozen"

    def thaw(self) -> None:
        """A frozen desk goes on where it stood."""
        os.kill(self._pid, signal.SIGCONT)

    def tick(self) -> None:
        """Let it ring what is due now."""
        self.line.send("tick")
        self.line.expect("done")

    def kill(self) -> None:
        """The desk is gone between two orders."""
        os.kill(self._pid, signal.SIGKILL)
        self.line.expect("gone")

    def sweep(self) -> None:
        """Let it remove what is in Slack twice."""
        self.line.send("sweep")
        self.line.expect("done")
        self.slack.clock.skip(timedelta(0))

    def know_everybody(self) -> None:
        """Let the desk read everybody's profile."""
        self.line.send("read profiles")
        self.line.expect("done")

    def warm_up(self, life: Callable[[], object]) -> None:
        """The stage itself is the desk in this life, so that its children need not compile a
        single statement of it.
        """
        self.line.send("warm")
        self.line.expect("ready")
        life()
        self.end()

    def end(self) -> None:
        """The desk stops by itself."""
        self.line.send("end")
        self.line.expect("gone")

    def let_slack_try_again(self, words: str) -> None:
        """A message whose event got no ack comes again after a while, and must be taken then."""
        wire = self.slack.workspace.wire

        def taken() -> bool:
            told = [(str(entry.payload), entry) for entry in wire.of("message")]
            # The desk repeats the words to the team, and hears itself: that is not the message.
            sent = [entry for text, entry in told if words in text and "bot_id" not in text]
            return any(entry.outcome == "acked" for entry in sent)

        for _ in range(RETRIES):
            if self.slack.workspace.wait_for(taken, 0.2):
                return
            self.slack.wait_until_quiet()  # a busy machine is no reason for Slack to give up
            if taken():
                return
            self.slack.clock.skip(RETRY)
        raise AssertionError("Slack gave up: the desk never took the message")


class Line:
    """To the stage and back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_open = False
        """Whether somebody is on the stage."""

    def send(self, *order: object) -> None:
        self._connection.send(order)

    def receive(self) -> tuple[str, Any]:
        """What it is, and what belongs to it: passed places, or what the operating system said."""
        if not self._connection.poll(ANSWER_SECONDS):
            raise TimeoutError("the desk on the stage does not answer")
        answer: tuple[str, Any] = self._connection.recv()
        self.is_open = answer[0] != "gone"
        return answer

    def expect(self, wanted: str) -> Any:
        """What belongs to the answer, which must be this one."""
        answer, more = self.receive()
        assert answer == wanted, f"expected {wanted}, the stage says {answer} {more}"
        return more


def _over_http() -> dict[str, Any]:
    """A desk that dies resets the connection, so nobody waits for Slack's three seconds."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    manifest["settings"]["socket_mode_enabled"] = False
    return manifest


@contextmanager
def theatre(
    database: Database,
    folder: Path,
    *,
    policy: str = DEMO_POLICY,
    http: Callable[[Installation], HttpDelivery] = HttpDelivery,
) -> Iterator[Theatre]:
    """Open until the end of the test session; `http` is the way to the desk."""
    context = multiprocessing.get_context("spawn")
    now = shared_moment(context, MONDAY_TEN)
    port = free_port()
    slack = Sandbox(_over_http(), sample_company(), SharedClock(now), rate_limits=False)
    slack.http = http(slack.app)
    slack.delivery.ack_seconds = PATIENCE
    with slack:
        slack.http.request_url = f"http://127.0.0.1:{port}/slack/events"
        url = database.url.render_as_string(hide_password=False)
        casting = Casting(
            slack.bot_token, slack.signing_secret, slack.api_url, url, port, now, policy
        )
        ours, theirs = context.Pipe()
        stage = context.Process(target=serve, args=(theirs, casting), name="stage", daemon=True)
        stage.start()
        theirs.close()
        store = Store(database.url, load_policy(policy))
        scenery = Scenery(slack, database, folder)
        try:
            yield Theatre(slack, scenery, store, Line(ours))
        finally:
            ours.send(("leave",))
            stage.join(ANSWER_SECONDS)
            stage.kill()
            ours.close()
            store.close()
