"""Which step leads from which status to which: the whole life of a ticket in one table."""

from enum import StrEnum
from typing import Final

from store.rules.errors import StepNotAllowed


class Status(StrEnum):
    """Where a ticket is."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return self.value.replace("_", " ").replace("waiting", "waiting on requester")


class Step(StrEnum):
    """What moves a ticket, or changes it where it stands; the value ends a "you can't …"."""

    CLAIM = "claim it"
    ASSIGN = "assign it"
    HAND_TO_TEAM = "hand it to a team"
    ESCALATE = "escalate it"
    CHANGE_SEVERITY = "change its severity"
    CHANGE_TOPIC = "change its topic"
    ASK = "wait for its requester"
    HOLD = "put it on hold"
    RESUME = "resume it"
    RELEASE = "release it"
    RESOLVE = "resolve it"
    CONFIRM = "confirm it"
    CLOSE = "close it"
    REOPEN = "reopen it"
    REPLY = "reply on it"
    NOTE = "add a note to it"
    PROMISE = "promise a later time for it"


OPEN: Final = frozenset({Status.NEW, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD})
PAUSED: Final = frozenset({Status.WAITING, Status.ON_HOLD})
"""In these the resolution clock stands still."""

WORKED: Final = frozenset({Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD})
"""In these there is always an assignee; the database checks it too."""


def _same(step: Step, statuses: frozenset[Status]) -> dict[tuple[Status, Step], Status]:
    """The step is allowed in these statuses and leaves them as they are."""
    return {(status, step): status for status in statuses}


def _all(step: Step, statuses: frozenset[Status], to: Status) -> dict[tuple[Status, Step], Status]:
    """The step leads from every one of these statuses to the same one."""
    return {(status, step): to for status in statuses}


NEXT: Final[dict[tuple[Status, Step], Status]] = {
    (Status.NEW, Step.CLAIM): Status.IN_PROGRESS,
    (Status.NEW, Step.ASSIGN): Status.IN_PROGRESS,
    **_same(Step.ASSIGN, WORKED),
    **_all(Step.HAND_TO_TEAM, OPEN, Status.NEW),
    **_same(Step.ESCALATE, OPEN),
    **_same(Step.CHANGE_SEVERITY, OPEN),
    **_same(Step.CHANGE_TOPIC, OPEN),
    (Status.IN_PROGRESS, Step.ASK): Status.WAITING,
    (Status.NEW, Step.ASK): Status.WAITING,
    (Status.ON_HOLD, Step.ASK): Status.WAITING,
    (Status.NEW, Step.HOLD): Status.ON_HOLD,
    (Status.IN_PROGRESS, Step.HOLD): Status.ON_HOLD,
    (Status.WAITING, Step.HOLD): Status.ON_HOLD,
    (Status.WAITING, Step.RESUME): Status.IN_PROGRESS,
    (Status.ON_HOLD, Step.RESUME): Status.IN_PROGRESS,
    **_all(Step.RELEASE, WORKED, Status.NEW),
    **_all(Step.RESOLVE, OPEN, Status.RESOLVED),
    (Status.RESOLVED, Step.CONFIRM): Status.CLOSED,
    **_all(Step.CLOSE, OPEN | {Status.RESOLVED}, Status.CLOSED),
    (Status.RESOLVED, Step.REOPEN): Status.IN_PROGRESS,
    (Status.CLOSED, Step.REOPEN): Status.IN_PROGRESS,
    (Status.NEW, Step.REPLY): Status.IN_PROGRESS,
    **_same(Step.REPLY, WORKED | {Status.RESOLVED, Status.CLOSED}),
    **_same(Step.NOTE, frozenset(Status)),
    **_same(Step.PROMISE, OPEN - PAUSED),
}
"""Reopening without an assignee leads on to NEW; `store.reopening.take_up` sees to that."""


def after(ticket_id: int, status: Status, step: Step) -> Status:
    """Return the status that `step` leads to, or raise StepNotAllowed."""
    try:
        return NEXT[status, step]
    except KeyError:
        raise StepNotAllowed(ticket_id, step.value, status.label) from None


def allowed(status: Status, step: Step) -> bool:
    """Whether a button for this step makes sense now."""
    return (status, step) in NEXT
