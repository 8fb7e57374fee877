"""Reads what people wrote while no connection was there, and hands it to the same listener.

A conversation costs one read, a thread in which something was written another one, whatever the
number of messages (up to 200 in each read; `bot.reading`).
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from bot import jobs
from bot.ear import Ear, event_of, kept
from bot.metrics import CATCH_UP_FOUND
from bot.reading import Reader, Stopped
from bot.slack_client import DeskClient
from bot.slack_errors import Outcome, judge
from handlers import doors
from store import catch_up
from store.catch_up import EVERYWHERE, MARGIN, Place, slack_time
from store.database import Store
from store.rules.errors import TooEarly

GAP: Final = timedelta(seconds=60)
"""What is missed in less, Slack sends again by itself."""

CONNECTED_SECONDS: Final = 10
"""Silence that is no gap yet: a connection is being replaced."""

EMOJI_FOR: Final = timedelta(days=1)
"""How old a message may be for an emoji that came while nobody listened: history does not say when
it came, and what is older is not read again for it.
"""

THREADS_FOR: Final = timedelta(days=7)
"""How old a message in private may be under which somebody has written meanwhile."""

ASK_AGAIN: Final = timedelta(seconds=10)
"""Until what was too early to be heard is heard again."""

UNREADABLE: Final = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "thread_not_found", "missing_scope"}
)
"""Slack's words for conversations that are not ours to read any more."""

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


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
        self._reader = Reader(store, client, clock, self._rest)
        self._put_off: list[tuple[Place, Json]] = []
        self._at_work = threading.Lock()
        self._heard_at: datetime | None = None
        self._may_have_missed = False

    def stop(self) -> None:
        """End soon; what was read is kept."""
        self._stopped.set()

    def keep_up(self, silence: float, *, missed: bool = False, quiet: float = 0) -> None:
        """Called every half minute with the seconds for which Slack could not reach us, and whether
        we may have missed something although it did: note that all was heard, or read what was
        missed at the start, after a gap, and while our token was refused. `quiet`: nothing may
        have been heard for so many seconds, though nobody knows of a gap.
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
                self._mark(now - timedelta(seconds=quiet))
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
        self._put_off = []
        with self._store.snapshot() as session:
            places = catch_up.places(session, at=began)
            until = catch_up.heard_until(session)
        if until is None:
            places = []  # there was nothing before today
        elif self._may_have_missed or began - until > GAP:
            places += self._other_private(places)
        found = sum(self._read(place, began) for place in places)
        found += self._hear_what_was_too_early()
        self._mark(began)
        CATCH_UP_FOUND.inc(found)
        if found:
            log.warning("read what was missed", extra={"messages": found, "places": len(places)})
        return found

    def _mark(self, until: datetime, channel: str = EVERYWHERE) -> None:
        """Everything until then was heard there."""
        with self._store.transaction() as session:
            catch_up.mark(session, at=until, channel=channel)

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
        if not any(waits == place for waits, _ in self._put_off):
            self._mark(began, place.channel)
        return found

    def _hear_what_was_too_early(self) -> int:
        """It may stand below a message of ours that is still looked for: whoever finds that reads
        it (`bot.ear`). If nobody does for a few minutes, it is taken as it is.
        """
        found = 0
        while self._put_off:
            self._rest(ASK_AGAIN)
            again, self._put_off = self._put_off, []
            found += sum(self._hear(place, message) for place, message in again)
        return found

    def _other_private(self, known: Sequence[Place]) -> list[Place]:
        """Direct messages without a ticket: somebody may have written for the first time."""
        try:
            all_of_them = list(self._reader.pages("conversations.list", "channels", types="im"))
        except SlackApiError as error:
            if error.response["error"] not in UNREADABLE:
                raise
            jobs.ask_for_a_hand(self._store, error, place="", at=self._clock())
            return []
        read_anyway = {place.channel for place in known}
        channels = [str(channel["id"]) for channel in all_of_them]
        return [Place(name, frozenset()) for name in channels if name not in read_anyway]

    def _missed(self, place: Place, since: str) -> Iterator[Json]:
        """Everything written there since, in our threads and, in private, anywhere; where the
        emoji counts, also what was written in the days before: it may have come since.
        """
        asked = {"channel": place.channel, "oldest": self._oldest(place, since)}
        for root in self._reader.pages("conversations.history", **asked):
            is_new = float(root["ts"]) > float(since)
            if (place.is_private and is_new) or (
                place.is_watched and self._counts(root, is_new=is_new)
            ):
                yield root
            if float(root.get("latest_reply") or 0) > float(since):
                yield from self._said_below(place, root["ts"], since)

    def _oldest(self, place: Place, since: str) -> str:
        """From when on messages are looked at, if only for what is written below them."""
        looks_back = THREADS_FOR if place.is_private else EMOJI_FOR if place.is_watched else None
        before = [] if looks_back is None else [f"{float(since) - looks_back.total_seconds():.6f}"]
        return min([since, *place.threads, *before], key=float)

    def _said_below(self, place: Place, thread: str, since: str) -> Iterator[Json]:
        """Of other people's threads in a watched channel only what is for us."""
        is_ours = place.is_private or thread in place.threads
        if is_ours or place.is_watched:
            for reply in self._replies(place.channel, thread, since):
                if is_ours or self._counts(reply, is_new=True):
                    yield reply

    def _counts(self, message: Json, *, is_new: bool) -> bool:
        """Whether it opens a ticket, or offers to."""
        return bool(self._pointed_by(message)) or (is_new and self._mentions_us(message))

    def _mentions_us(self, message: Json) -> bool:
        return f"<@{self._ear.bot}" in (message.get("text") or "")

    def _pointed_by(self, message: Json) -> list[str]:
        """Who put the emoji on it, in that order."""
        is_emoji = self._store.policy.intake.is_emoji
        reactions = [each for each in message.get("reactions", ()) if is_emoji(each["name"])]
        return [user for each in reactions for user in each["users"]]

    def _replies(self, channel: str, thread: str, since: str) -> Iterator[Json]:
        asked = {"channel": channel, "ts": thread, "oldest": since}
        for message in self._reader.pages("conversations.replies", **asked):
            if message["ts"] != thread:  # the root comes with every page
                yield message

    def _hear(self, place: Place, message: Json) -> bool:
        try:
            return kept(lambda: self._act_on(place, message), message["ts"])
        except TooEarly:
            self._put_off.append((place, message))
            return False

    def _act_on(self, place: Place, message: Json) -> bool:
        event = event_of(message, place.channel)
        self._ear.meet(event)
        if place.is_watched and message.get("thread_ts") not in place.threads:
            return self._open_door(place, event)
        return self._ear.hear(event)

    def _open_door(self, place: Place, event: Json) -> bool:
        """An emoji, or a mention, in a watched channel."""
        at = self._clock()
        pointed = [
            doors.point(self._store, place.channel, event["ts"], by=user, at=at)
            for user in self._pointed_by(event)
            if user != self._ear.bot
        ]
        offered = self._mentions_us(event) and doors.hear_mention(
            {"event": event}, self._store, bot=self._ear.bot, at=at
        )
        return any(pointed) or offered

    def _rest(self, length: timedelta) -> None:
        """Nothing, if there is no time; raises Stopped when the desk is closing."""
        if length:
            self._pause(length)
        if self._stopped.is_set():
            raise Stopped

    def _wait(self, length: timedelta) -> None:
        self._stopped.wait(length.total_seconds())
