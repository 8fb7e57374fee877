"""Plays one operation: undisturbed to see how it should end, then once for every place to die."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from tests.crash.ending import Ending, ending
from tests.crash.further import FURTHER
from tests.crash.operations import OPERATIONS, Operation
from tests.crash.scenery import Database
from tests.crash.theatre import Theatre, theatre

ALL: Final = OPERATIONS | FURTHER
START: Final = "empty"
LIFE: Final = (
    "open", "overdue", "claim", "reply", "ask", "answer", "reassign", "resolve", "close",
)  # fmt: skip


class Company:
    """Remembers what was rehearsed, so that many scenes share it."""

    def __init__(self, stage: Theatre) -> None:
        self.theatre = stage
        self._kept = {START}
        self._rehearsed: dict[str, tuple[list[str], Ending]] = {}

    @contextmanager
    def at_every_statement(self) -> Iterator[Self]:
        """Rehearse anew, with reads that follow each other as places of their own."""
        rehearsed, self._rehearsed = self._rehearsed, {}
        self.theatre.every_statement = True
        try:
            yield self
        finally:
            self.theatre.every_statement = False
            self._rehearsed = rehearsed

    def rehearse(self, name: str) -> tuple[list[str], Ending]:
        """The operation as it should be: the places that it has to die at, and how it ends."""
        if name not in self._rehearsed:
            operation = ALL[name]
            if operation.after not in self._kept:
                self.rehearse(operation.after)
            self.theatre.scenery.put_back(operation.after)
            self._begin(operation)
            assert operation.act(self.theatre)
            places = self.theatre.work()
            assert places is not None
            self.theatre.end()
            self._rehearsed[name] = places, self._look()
            self.theatre.scenery.keep(name)
            self._kept.add(name)
        return self._rehearsed[name]

    def firsts(self, name: str) -> list[int]:
        """Places at which it does what nothing did before, there or in those above it."""
        seen: set[str] = set()
        for operation in OPERATIONS:
            places, _ = self.rehearse(operation)
            found = []
            for place in range(1, len(places) + 1):
                found += [place] if places[place - 1] not in seen else []
                seen.add(places[place - 1])
            if operation == name:
                return found
        raise KeyError(name)

    def warm_up(self, name: str) -> None:
        """Let the stage itself do it, before many children do."""
        operation, stage = ALL[name], self.theatre

        def once() -> None:
            if operation.prepare is not None:
                operation.prepare(stage)
            operation.act(stage)
            stage.work()

        stage.scenery.put_back(operation.after)
        stage.warm_up(once)

    def play(self, name: str, deadly: int) -> Ending:
        """The operation with a desk that dies at this place, and one that takes over."""
        operation, stage = ALL[name], self.theatre
        stage.scenery.put_back(operation.after)
        self._begin(operation, deadly)
        told = operation.act(stage)
        assert stage.work() is None, f"{name} was over before place {deadly}"
        stage.begin()
        if not told:
            assert operation.act(stage), f"{name} cannot be done after the restart"
        if operation.words:
            stage.let_slack_try_again(operation.words)
        assert stage.work() is not None
        stage.end()
        return self._look()

    def _begin(self, operation: Operation, deadly: int = 0) -> None:
        self.theatre.begin(deadly=deadly, arm=operation.prepare is None)
        if operation.prepare is not None:
            operation.prepare(self.theatre)
            self.theatre.arm()

    def _look(self) -> Ending:
        return ending(self.theatre.store, self.theatre.slack)


def _live(stage: Theatre) -> None:
    stage.know_everybody()
    for name in LIFE:
        assert OPERATIONS[name].act(stage)
        stage.work()


@contextmanager
def company(database: Database, folder: Path) -> Iterator[Company]:
    """A theatre whose desks know everybody, and nothing has happened yet."""
    with theatre(database, folder) as stage:
        stage.scenery.keep("nobody")
        stage.warm_up(lambda: _live(stage))
        stage.scenery.put_back("nobody")
        stage.begin()
        stage.know_everybody()
        stage.end()
        stage.scenery.keep(START)
        yield Company(stage)
