"""Reads what people wrote while no connection was there, and hands it to the same listener.

The limit is Slack's: about 50 reads a minute for each of two methods (tier 3). A conversation costs
one read, a thread in which something was written another one, whatever the number of messages (up
to 200 in each read).
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from slack_sdk.errors import SlackApiError

from bot import jobs
from bot.ear import Ear, event_of, unless_refused
from bot.metrics import CATCH_UP_FOUND
from bot.slack_client import DeskClient
from bot.slack_errors import Outcome, judge
from handlers import doors
from store import catch_up
from store.catch_up import MARGIN, Place, slack_time
from store.database import Store

AT_ONCE: Final = 20
"""Slack tolerates bursts; the rest of a minute's worth is left to delivery."""

BETWEEN: Final = timedelta(seconds=1.25)
PAGE: Final = 200

GAP: Final = timedelta(seconds=60)
"""What is missed in less, Slack sends again by itself."""

CONNECTED_SECONDS: Final = 10
"""Silence that is no gap yet: a connection is being replaced."""

EMOJI_FOR: Final = timedelta(days=1)
"""How old a message may be for an emoji that came while nobody listened: history does not say when
it came, and what is older is not read again for it.
"""

TRIES: Final = 5
GIVE_WAY_TIMES: Final = 5
"""Seconds that one read waits at most for delivery: a closed channel must not stop it for good."""

UNREADABLE: Final = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "thread_not_found", "missing_scope"}
)
"""Slack's words for conversations that are not ours to read any more."""

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


class Stopped(Exception):
    """The desk is closing; the next start reads what is left."""


class CatchUp:
    """One reader. `pause` waits for some time, or less when `stop` was called."""

    def __init__(
        self,
        store: Store,
        client: DeskClient,
        clock: Callable[[], datetime],
        pause: Callable[[timedelta], None] | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._ear = Ear(store, client, clock)
        self._stopped = threading.Event()
        self._pause = pause or self._wait
        self._permits: dict[str, _Permits] = {}
        self._at_work = threading.Lock()
        self._heard_at: datetime | None = None
        self._may_have_missed = False

    def stop(self) -> None:
        """End soon; what was read is kept."""
        self._stopped.set()

    def keep_up(self, silence: float, *, missed: bool = False) -> None:
        """Called every half minute with the seconds for which Slack could not reach us, and whether
        we may have missed something although it did: note that all was heard, or read what was
        missed at the start, after a gap, and while our token was refused.
        """
        shut_out = self._client.was_shut_out()  # in a call of anybody's who shares the client
        self._may_have_missed = self._may_have_missed or missed or shut_out
        if silence > CONNECTED_SECONDS or not self._at_work.acquire(blocking=False):
            return
        try:
            if self._is_cut_off():
                self._may_have_missed = True
                return
            now = self._clock()
            if self._may_have_missed or self._heard_at is None or now - self._heard_at > GAP:
                self.run()
                self._may_have_missed = False
            else:
                self.mark()
            self._heard_at = now
        except Stopped:
            log.info("stopped reading what was missed")
        finally:
            self._at_work.release()

    def _is_cut_off(self) -> bool:
        """Whether Slack refuses our token: then it sends us nothing, though connections stay."""
        try:
            self._client.auth_test()
        except (SlackApiError, OSError) as error:
            return judge(error).outcome is Outcome.PAUSED
        return False

    def run(self) -> int:
        """Read every watched conversation. Return how many messages had been missed."""
        began = self._clock()
        with self._store.snapshot() as session:
            places = catch_up.places(session, at=began)
            until = catch_up.heard_until(session)
        if until is None:
            places = []  # there was nothing before today
        elif self._may_have_missed or began - until > GAP:
            places += self._other_private(places)
        found = sum(self._read(place, began) for place in places)
        with self._store.transaction() as session:
            catch_up.mark(session, at=began)
        CATCH_UP_FOUND.inc(found)
        if found:
            log.warning("read what was missed", extra={"messages": found, "places": len(places)})
        return found

    def mark(self) -> None:
        """All is well: everything until now was heard."""
        with self._store.transaction() as session:
            catch_up.mark(session, at=self._clock())

    def _read(self, place: Place, began: datetime) -> int:
        with self._store.snapshot() as session:
            until = catch_up.heard_until(session, place.channel) or began
        since = slack_time(until - MARGIN)
        try:
            missed = sorted(self._missed(place, since), key=lambda message: float(message["ts"]))
        except SlackApiError as error:
            if error.response["error"] not in UNREADABLE:
                raise
            told = {"channel": place.channel, "error": error.response["error"]}
            log.warning("cannot be read", extra=told)
            if not place.is_private:
                jobs.ask_for_a_hand(self._store, error, place=place.channel, at=began)
            return 0
        found = sum(self._hear(place, message) for message in missed)
        with self._store.transaction() as session:
            catch_up.mark(session, at=began, channel=place.channel)
        return found

    def _other_private(self, known: Sequence[Place]) -> list[Place]:
        """Direct messages without a ticket: somebody may have written for the first time."""
        try:
            all_of_them = list(self._pages("conversations.list", "channels", types="im"))
        except SlackApiError as error:
            if error.response["error"] not in UNREADABLE:
                raise
            jobs.ask_for_a_hand(self._store, error, place="", at=self._clock())
            return []
        read_anyway = {place.channel for place in known}
        channels = [str(channel["id"]) for channel in all_of_them]
        return [Place(name, frozenset()) for name in channels if name not in read_anyway]

    def _missed(self, place: Place, since: str) -> Iterator[Json]:
        """Everything written there since, in our threads and, in private, outside of them; where
        the emoji counts, also what was written in the days before: it may have come since.
        """
        oldest = min([since, *place.threads], key=float)
        if place.is_watched:
            oldest = min(oldest, f"{float(since) - EMOJI_FOR.total_seconds():.6f}", key=float)
        for root in self._pages("conversations.history", channel=place.channel, oldest=oldest):
            is_new = float(root["ts"]) > float(since)
            if (place.is_private and is_new) or (
                place.is_watched and self._counts(root, is_new=is_new)
            ):
                yield root
            answered = float(root.get("latest_reply") or 0) > float(since)
            if answered and root["ts"] in place.threads:
                yield from self._replies(place.channel, root["ts"], since)

    def _counts(self, root: Json, *, is_new: bool) -> bool:
        """Whether it opens a ticket, or offers to."""
        return bool(self._pointed_by(root)) or (is_new and self._mention in root.get("text", ""))

    def _pointed_by(self, root: Json) -> list[str]:
        """Who put the emoji on it, in that order."""
        is_emoji = self._store.policy.intake.is_emoji
        reactions = [each for each in root.get("reactions", ()) if is_emoji(each["name"])]
        return [user for each in reactions for user in each["users"]]

    @property
    def _mention(self) -> str:
        return f"<@{self._ear.bot}"

    def _replies(self, channel: str, thread: str, since: str) -> Iterator[Json]:
        asked = {"channel": channel, "ts": thread, "oldest": since}
        for message in self._pages("conversations.replies", **asked):
            if message["ts"] != thread:  # the root comes with every page
                yield message

    def _hear(self, place: Place, message: Json) -> bool:
        event = event_of(message, place.channel)
        self._ear.meet(event)
        if place.is_watched and message.get("thread_ts") in {None, message["ts"]}:
            return unless_refused(lambda: self._open_door(place, event))
        return self._ear.hear(event)

    def _open_door(self, place: Place, event: Json) -> bool:
        """An emoji, or a mention, in a watched channel."""
        at = self._clock()
        pointed = [
            doors.point(self._store, place.channel, event["ts"], by=user, at=at)
            for user in self._pointed_by(event)
            if user != self._ear.bot
        ]
        is_mention = self._mention in event.get("text", "")
        offered = is_mention and doors.hear_mention(
            {"event": event}, self._store, bot=self._ear.bot, at=at
        )
        return any(pointed) or offered

    def _pages(self, method: str, part: str = "messages", **asked: str) -> Iterator[Json]:
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
                self._pause(timedelta(seconds=int(error.response.headers.get("Retry-After", 30))))
            except OSError:
                if not left:
                    raise
                self._pause(timedelta(seconds=2 ** (TRIES - left)))
        raise AssertionError("the last try returns or raises")

    def _give_way(self, method: str) -> None:
        """Wait for this method's turn, and a little for messages that people wait for."""
        for _ in range(GIVE_WAY_TIMES):
            with self._store.snapshot() as session:
                if not catch_up.delivery_is_behind(session, at=self._clock()):
                    break
            self._pause(timedelta(seconds=1))
        every = BETWEEN / self._store.pace
        permits = self._permits.setdefault(method, _Permits(self._clock(), every))
        wait = permits.take(self._clock())
        if wait:
            self._pause(wait)
        if self._stopped.is_set():
            raise Stopped

    def _wait(self, length: timedelta) -> None:
        self._stopped.wait(length.total_seconds())


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
