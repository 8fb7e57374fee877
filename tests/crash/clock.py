"""One clock for several processes: the local Slack's and the desk's that is about to be killed."""

from datetime import UTC, datetime, timedelta
from multiprocessing.context import SpawnContext
from typing import Any

from sandbox import SandboxClock

MICROSECONDS = 1_000_000


class SharedClock(SandboxClock):
    """Stands still until somebody, in any process, skips ahead; only one may do so at a time."""

    def __init__(self, shared: Any) -> None:
        super().__init__(frozen_at=_moment(shared.value))
        self._shared = shared

    def now(self) -> datetime:
        """The same in every process."""
        return _moment(self._shared.value)

    def skip(self, step: timedelta) -> None:
        """Those who listen in other processes do not hear of it; a skip of zero tells ours."""
        self._shared.value += round(step.total_seconds() * MICROSECONDS)
        self._tell()


def shared_moment(context: SpawnContext, moment: datetime) -> Any:
    """What a `SharedClock` counts in. It has no lock that a killed process could keep."""
    return context.RawValue("q", round(moment.timestamp() * MICROSECONDS))


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / MICROSECONDS, UTC)
