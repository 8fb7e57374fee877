"""A desk in a process of its own, that is killed without mercy."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from sandbox import Sandbox
from sandbox.delivery import Ack, Envelope
from sandbox.http_delivery import HttpDelivery
from sandbox.installation import Installation
from store.database import Store
from tests.crash.scenery import Database
from tests.crash.theatre import Theatre, theatre
from tests.desk import DEMO_POLICY
from tests.model.direct import ALWAYS_REOPENS

EMPTY: Final = "empty"
SECONDS: Final = 3.0


class HttpLine(HttpDelivery):
    """Remembers what it carried, and can carry it again."""

    def __init__(self, app: Installation) -> None:
        super().__init__(app)
        self.carried: list[Envelope] = []
        self.keeps = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def carry(self, envelope: Envelope, seconds: float) -> Ack:
        """To whichever desk is there now."""
        self._loop = asyncio.get_running_loop()
        self.carried.append(envelope)
        if self.keeps:
            return Ack("acked")  # the local Slack would send it again by itself
        return await super().carry(envelope, seconds)

    def hand_over(self, envelope: Envelope) -> Ack:
        """Deliver it, perhaps not for the first time."""
        assert self._loop is not None
        again = super().carry(envelope, SECONDS)
        return asyncio.run_coroutine_threadsafe(again, self._loop).result()


class ForkedDesk:
    """One desk after the other on the stage of the crash tests."""

    def __init__(self, stage: Theatre, line: HttpLine) -> None:
        self.slack: Sandbox = stage.slack
        self.line = line
        self._stage = stage

    @property
    def store(self) -> Store:
        """The database, from outside."""
        return self._stage.store

    def tick(self) -> None:
        """Ring what is due now."""
        self._stage.tick()

    def work(self) -> None:
        """Ring and say whatever waits, however long that takes on the clock."""
        assert self._stage.work() is not None

    def kill(self) -> None:
        """Between two steps; another takes over."""
        self._stage.kill()
        self._begin()

    def die_while_sending(self, place: int) -> None:
        """SIGKILL right before a statement or in a call; or it is done before it comes so far."""
        self._stage.kill()
        self._stage.begin(deadly=place)
        if self._stage.work() is not None:
            self._stage.kill()
        self._begin()
        self.tick()  # what was due before it died

    def _begin(self) -> None:
        self._stage.begin(arm=False)


@contextmanager
def forked_desks(
    database: Database, folder: Path
) -> Iterator[Callable[[], AbstractContextManager[ForkedDesk]]]:
    """A stage on which any number of lives are played, each from the beginning."""
    lines: list[HttpLine] = []

    def line(app: Installation) -> HttpLine:
        lines.append(HttpLine(app))
        return lines[-1]

    with theatre(database, folder, policy=DEMO_POLICY + ALWAYS_REOPENS, http=line) as stage:
        stage.scenery.keep("nobody")
        stage.warm_up(stage.know_everybody)
        stage.scenery.keep(EMPTY)

        @contextmanager
        def fresh() -> Iterator[ForkedDesk]:
            stage.scenery.put_back(EMPTY)
            stage.slack.faults.clear()
            stage.begin(arm=False)
            lines[0].carried.clear()
            try:
                yield ForkedDesk(stage, lines[0])
            finally:
                stage.end()
                stage.store.close()

        yield fresh
