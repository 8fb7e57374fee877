"""Runs listeners within Slack's patience: an ack means *saved*, and nobody waits longer than 2 s
for an honest answer, however stuck the database is.

Whatever is not done by then is answered "not saved yet" and may still finish; the person hears at
the same place how it ended. An event is not acknowledged instead: Slack sends it again, and the
inbox knows it. Requests beyond what can wait are turned away at once.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http.client import NOT_FOUND
from typing import Final

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.metrics import TX_RETRIES
from handlers import unsaved
from handlers.payload import Body
from store.rules.sentences import trouble as say
from store.trouble import DatabaseTrouble

LARGEST_BODY: Final = 1_000_000
"""Bytes. Slack's largest payload, a modal's submission, is below 250 KB before encoding."""

THREADS: Final = 16
WAITING: Final = 100
"""Requests that may wait for a thread; more would be told only that it is too late."""

DEADLINE_SECONDS: Final = 2.0
"""Slack waits 3 s; the rest is for the way there and back."""

GIVE_UP_SECONDS: Final = 10.0
"""What has not begun by then is not begun any more."""

FINISH_SECONDS: Final = 2.5
"""How long stopping waits: after that nobody at Slack is listening any more."""

PAUSES: Final = (0.05, 0.3)
"""Seconds before the second and the third try, when the database refused for the moment."""

LAST_REPEAT_SECONDS: Final = 400.0
"""By then Slack has sent for the last time what was not acknowledged: at once, after one minute and
after five more.
"""

TELLERS: Final = 4
"""Threads that tell people how it ended; each call has its own time limit."""

Respond = Callable[[BoltResponse], None]

log = logging.getLogger(__name__)


class _Work:
    """One request, answered exactly once."""

    def __init__(self, request: BoltRequest, respond: Respond) -> None:
        self.request = request
        self.received = time.monotonic()
        self.tries = 1
        self.words: Future[unsaved.Tell | None] = Future()
        """Set once the person was told that it is late: the way to say more to them."""
        self._respond = respond
        self._answering = threading.Lock()
        self._answered = False

    @property
    def age(self) -> float:
        """Seconds since it came."""
        return time.monotonic() - self.received

    @property
    def is_answered(self) -> bool:
        """Whether Slack has had its answer."""
        return self._answered

    def answer(self, response: BoltResponse) -> bool:
        """Give Slack its answer. False: it has one already."""
        with self._answering:
            if self._answered:
                return False
            self._answered = True
        try:
            self._respond(response)
        except Exception as error:  # noqa: BLE001 - whatever a socket that is gone may raise
            log.warning("answer not delivered", extra={"error": repr(error)})
        return True

    def may_repeat(self, trouble: DatabaseTrouble) -> bool:
        """Whether there is time for one more try. It is safe: what was saved is in the inbox."""
        may = trouble.passing or trouble.unsure
        return may and self.tries <= len(PAUSES) and self.age < DEADLINE_SECONDS

    def once_more(self) -> None:
        """Wait a moment, and forget what the last try knew."""
        time.sleep(PAUSES[self.tries - 1])
        self.tries += 1
        old = self.request
        body = old.body if old.mode == "socket_mode" else old.raw_body
        self.request = BoltRequest(mode=old.mode, body=body, headers=old.headers)


class Listeners:
    """All listeners at work in this process, whatever way their requests came."""

    def __init__(
        self,
        app: App,
        client: WebClient,
        *,
        threads: int = THREADS,
        waiting: int = WAITING,
        last_repeat: float = LAST_REPEAT_SECONDS,
    ) -> None:
        self._app = app
        self._client = client
        self._most = threads + waiting
        self._last_repeat = last_repeat
        self._pool = ThreadPoolExecutor(threads, "listener")
        self._tellers = ThreadPoolExecutor(TELLERS, "teller")
        self._changed = threading.Condition()
        self._count = 0
        self._due: deque[_Work] = deque()
        self._closed = False
        self._left_at: float | None = None
        self._clock = threading.Thread(target=self._watch_deadlines, name="deadlines", daemon=True)
        self._clock.start()

    @property
    def is_busy(self) -> bool:
        """Whether several people wait for an answer."""
        return self._count > 1

    def has_missed(self) -> bool:
        """Whether events were left to Slack, turned away or not saved, which by now has sent them
        for the last time: they may have been left each time. Said once. Also when Slack said that
        it holds some back.
        """
        with self._changed:
            left_at = self._left_at
            missed = left_at is not None and time.monotonic() - left_at > self._last_repeat
            if missed:
                self._left_at = None
        return missed

    def take(self, request: BoltRequest, respond: Respond) -> None:
        """Have it answered, through `respond`, from another thread, within the deadline."""
        work = _Work(request, respond)
        if unsaved.is_held_back(request.body):
            self._leave(request.body)
        with self._changed:
            room = self._count < self._most and not self._closed
            if room:
                self._count += 1
                self._due.append(work)
                if len(self._due) == 1:
                    self._changed.notify_all()
        if room:
            self._pool.submit(self._run, work)
        else:
            self._turn_away(work)

    def answer(self, request: BoltRequest) -> BoltResponse:
        """Wait for the answer, within the deadline."""
        answered: Future[BoltResponse] = Future()
        self.take(request, answered.set_result)
        return answered.result()

    def close(self) -> bool:
        """Let what is at work answer, as long as Slack would wait. False: some did not."""
        with self._changed:
            done = self._changed.wait_for(lambda: self._count == 0, FINISH_SECONDS)
            self._closed = True
            self._changed.notify_all()
        self._pool.shutdown(wait=done, cancel_futures=True)
        self._tellers.shutdown(wait=done)
        return done

    def _turn_away(self, work: _Work) -> None:
        body = work.request.body
        log.warning("too busy", extra={"type": body.get("type")})
        self._leave(body)
        work.answer(unsaved.busy(body))
        if "command" not in body:
            self._tell(self._first_words, work, say.BUSY)

    def _leave(self, body: Body) -> None:
        """An event is left to Slack, which sends it again."""
        if unsaved.is_event(body):
            with self._changed:
                self._left_at = self._left_at or time.monotonic()

    def _run(self, work: _Work) -> None:
        try:
            response = None if self._is_pointless(work) else self._dispatch(work)
            if work.request.context.get("not_saved"):
                self._leave(work.request.body)
            if response is None or not work.answer(response):
                self._tell(self._last_words, work, response)
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def _is_pointless(self, work: _Work) -> bool:
        """An event that Slack will send again, or something that waited too long to be done."""
        repeated = unsaved.is_event(work.request.body) and work.is_answered
        if repeated:
            self._leave(work.request.body)
        return repeated or (work.is_answered and work.age > GIVE_UP_SECONDS)

    def _dispatch(self, work: _Work) -> BoltResponse:
        while True:
            work.request.context["may_repeat"] = work.may_repeat
            try:
                response = self._app.dispatch(work.request)
                return self._unknown(work) if response.status == NOT_FOUND else response
            except DatabaseTrouble as trouble:
                log.warning("trying again", extra={"tries": work.tries, "error": str(trouble)})
                TX_RETRIES.inc()
                work.once_more()

    def _unknown(self, work: _Work) -> BoltResponse:
        """An event that we never asked for, or a button of another version."""
        body = work.request.body
        kind = (body.get("event") or {}).get("type") or body.get("type")
        log.warning("nobody listens to this", extra={"type": str(kind)[:40]})
        if "command" not in body:
            self._tell(self._first_words, work, say.UNKNOWN)
        return unsaved.unknown(body)

    def _watch_deadlines(self) -> None:
        """Requests are due in the order in which they came."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._due or self._closed)
                if not self._due:
                    return
                work = self._due[0]
                left = DEADLINE_SECONDS - work.age
                if work.is_answered or left <= 0:
                    self._due.popleft()
            if work.is_answered:
                continue
            if left > 0:
                time.sleep(left)
            elif work.answer(unsaved.late(work.request.body)):
                log.warning("not done in time", extra={"type": work.request.body.get("type")})
                self._tell(self._first_words, work, say.LATE)

    def _tell(self, how: Callable[..., None], *what: object) -> None:
        """From another thread; nothing any more once we have closed."""
        with suppress(RuntimeError):
            self._tellers.submit(how, *what)

    def _first_words(self, work: _Work, sentence: str) -> None:
        tell = None
        try:
            if "refusal" not in work.request.context:  # which is on its way to them already
                tell = unsaved.ear(self._client, work.request.body, sentence)
        finally:
            work.words.set_result(tell)

    def _last_words(self, work: _Work, response: BoltResponse | None) -> None:
        """How it ended, after the first words: those are on their way by now."""
        tell = work.words.result()
        refusal = work.request.context.get("refusal")
        unsaved.end(self._client, work.request.body, response, tell, refusal)
