"""Reads histories page by page, at Slack's pace, and gives way to messages that people wait for.

The limit is Slack's: about 50 reads a minute for each method (tier 3).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from store import catch_up
from store.database import Store

AT_ONCE: Final = 20
"""Slack tolerates bursts; the rest of a minute's worth is left to delivery."""

BETWEEN: Final = timedelta(seconds=1.25)
PAGE: Final = 200

TRIES: Final = 5
GIVE_WAY_TIMES: Final = 5
"""Seconds that one read waits at most for delivery: a closed channel must not stop it for good."""

Json = Mapping[str, Any]


class Stopped(Exception):
    """The desk is closing; the next start reads what is left."""


class Reader:
    """`rest` lets some time pass, or none, and raises Stopped when that is no longer worth it."""

    def __init__(
        self,
        store: Store,
        client: WebClient,
        clock: Callable[[], datetime],
        rest: Callable[[timedelta], None],
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._rest = rest
        self._permits: dict[str, _Permits] = {}

    def pages(self, method: str, part: str = "messages", **asked: str) -> Iterator[Json]:
        """Everything that it lists."""
        cursor = ""
        while True:
            answer = self._call(method, {**asked, "limit": PAGE, "cursor": cursor})
            yield from answer[part]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, method: str, asked: dict[str, Any]) -> Json:
        """One read, at its pace; repeated when Slack is busy or silent, for reading is harmless."""
        for left in reversed(range(TRIES)):
            self._give_way(method)
            try:
                answer = self._client.api_call(method, http_verb="GET", params=asked)
                return cast("Json", answer.data)
            except SlackApiError as error:
                if not left or error.response["error"] != "ratelimited":
                    raise
                self._rest(timedelta(seconds=int(error.response.headers.get("Retry-After", 30))))
            except OSError:
                if not left:
                    raise
                self._rest(timedelta(seconds=2 ** (TRIES - left)))
        raise AssertionError("the last try returns or raises")

    def _give_way(self, method: str) -> None:
        """Wait for this method's turn, and a little for messages that people wait for."""
        for _ in range(GIVE_WAY_TIMES):
            with self._store.snapshot() as session:
                if not catch_up.delivery_is_behind(session, at=self._clock()):
                    break
            self._rest(timedelta(seconds=1))
        every = BETWEEN / self._store.pace
        permits = self._permits.setdefault(method, _Permits(self._clock(), every))
        self._rest(permits.take(self._clock()))


class _Permits:
    """Some calls at once, then one in a while."""

    def __init__(self, at: datetime, every: timedelta) -> None:
        self._every = every
        self._next = at - every * (AT_ONCE - 1)

    def take(self, at: datetime) -> timedelta:
        """How long to wait for this one's turn."""
        self._next = max(self._next, at - self._every * (AT_ONCE - 1))
        wait = max(self._next - at, timedelta(0))
        self._next += self._every
        return wait
