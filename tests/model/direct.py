"""A desk in this process, at the end of a line without sockets, that can be dropped at any time."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_sdk.socket_mode.request import SocketModeRequest
from sqlalchemy import URL

from bot.desk import Desk
from bot.settings import Settings
from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.delivery import Ack, Envelope
from sandbox.socket_mode import SocketMode
from sandbox.workspace import Workspace
from store.database import Store
from store.rules.policy_file import load_policy
from tests.crash.stage import work
from tests.desk import DEMO_POLICY, MANIFEST, MONDAY_TEN

ALWAYS_REOPENS = '[quiet]\nreopen_window = "520 weeks"\n'
"""The model knows no ticket that comes back as another one."""


class DirectLine(SocketMode):
    """Hands envelopes to whichever app is there now, and remembers them."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.app: App | None = None
        self.carried: list[Envelope] = []
        self.keeps = False
        """Whether what comes stays on its way; it is in `carried`, to be handed over later."""

    async def carry(self, envelope: Envelope, seconds: float) -> Ack:
        """Without an answer nobody has to sit the three seconds out."""
        self.carried.append(envelope)
        if self.keeps:
            return Ack("acked")  # the local Slack would send it again by itself
        return await asyncio.to_thread(self.hand_over, envelope)

    def hand_over(self, envelope: Envelope) -> Ack:
        """Deliver it, perhaps not for the first time."""
        assert self.app is not None
        request = SocketModeRequest(
            type=envelope.type, envelope_id=envelope.id, payload=envelope.payload
        )
        response = run_bolt_app(self.app, request)
        return Ack("acked", _body(response)) if response.status == 200 else Ack("timeout")


class DirectDesk:
    """One desk after the other, on one database and one Slack."""

    def __init__(self, slack: Sandbox, line: DirectLine, url: URL) -> None:
        self.slack = slack
        self.line = line
        self._url = url
        self.desk = self._another()

    def kill(self) -> None:
        """Forget the desk in the middle of whatever it was doing; another takes over."""
        self.close()
        self.desk = self._another()

    def die_while_sending(self, _place: int) -> None:
        """A message is taken and nobody ever hears of it again; its lease has to run out."""
        self.desk.deliverer.take()
        self.kill()

    def tick(self) -> None:
        """Ring what is due now."""
        self.desk.tick()

    def work(self) -> None:
        """Ring and say whatever waits, however long that takes on the clock."""
        work(self.desk, self.slack.clock)

    def close(self) -> None:
        """Leave no thread and no connection behind."""
        self.desk.stop()
        self.desk.store.close()

    @property
    def store(self) -> Store:
        """The database, through the present desk."""
        return self.desk.store

    def _another(self) -> Desk:
        settings = Settings.model_validate(
            {
                "SLACK_BOT_TOKEN": self.slack.bot_token,
                "SLACK_APP_TOKEN": self.slack.app_token,
                "SLACK_API_URL": self.slack.api_url,
            }
        )
        store = Store(self._url, load_policy(DEMO_POLICY + ALWAYS_REOPENS))
        desk = Desk(settings, store, self.slack.clock.now)
        self.line.app = desk.app
        return desk


@contextmanager
def direct_desk(url: URL) -> Iterator[DirectDesk]:
    """A fresh workspace on a clock that stands still, and a desk that knows its people."""
    slack = Sandbox(
        MANIFEST, sample_company(), SandboxClock(frozen_at=MONDAY_TEN), rate_limits=False
    )
    slack.socket_mode = line = DirectLine(slack.workspace)
    with slack:
        running = DirectDesk(slack, line, url)
        try:
            running.desk.sync_people()
            yield running
        finally:
            running.close()


def _body(response: BoltResponse) -> Any:
    if not response.body:
        return None
    content = str((response.headers.get("content-type") or [""])[0])
    return json.loads(response.body) if "json" in content else response.body
