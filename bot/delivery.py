"""Keeps the outbox's promises: one message at a time per channel, several channels at once.

A step takes one message, draws it from what is known now, calls Slack with no transaction open,
and records what became of it. An attempt whose outcome nobody knows is looked for in the channel's
history before it is repeated; `store.sending` holds the waiting times and the leases.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.outcomes import CannotDraw, CannotLook, NotPostedYet, backoff, verdict_on
from bot.sender import MessageGone, Place, Sender, ThreadGone, is_harmless_twice, is_redraw
from bot.slack_errors import Outcome, Verdict
from handlers.drawing import Drawing, draw
from store import outbox, sending
from store.database import Store
from store.models import OutboxMessage
from store.outbox import Kind, Priority

TOKEN_PAUSE: Final = timedelta(minutes=1)
"""How long nothing is tried after Slack refused our token."""

PATIENCE: Final = timedelta(minutes=2)
"""How far `run_until_idle` lets time pass: enough for pace, quiet time and two looks."""

THREAD_TRIES: Final = 4
PAGE_PATIENCE: Final = timedelta(minutes=2)

SHORTEST_WAIT: Final = timedelta(seconds=1)
"""When something is due but held up by what goes before it."""

log = logging.getLogger(__name__)


class Deliverer:
    """Delivers step by step; `bot.postman` calls it from threads, tests call it by hand."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], *, ordinary: WebClient, urgent: WebClient
    ) -> None:
        self._store = store
        self._clock = clock
        self._ordinary = Sender(ordinary)
        self._urgent = Sender(urgent)
        self._paused_until: datetime | None = None

    def take(self, *, pages_only: bool = False) -> OutboxMessage | None:
        """Claim the next message that may go out now."""
        at = self._clock()
        if self._paused_until is not None and at < self._paused_until:
            return None
        with self._store.transaction() as session:
            return sending.take(session, at=at, reserved_for_pages=pages_only)

    def deliver(self, message: OutboxMessage) -> None:
        """Do what a claimed message needs; every outcome is recorded, none is raised."""
        try:
            self._deliver(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is an outcome
            self._record_failure(message, error)

    def deliver_next(self) -> bool:
        """One step. False: nothing may go out right now."""
        message = self.take()
        if message is None:
            return False
        self.deliver(message)
        return True

    def run_until_idle(self, pass_time: Callable[[timedelta], None] | None = None) -> int:
        """Deliver what may go out now; return how many steps it took.

        `pass_time` moves the clock on to the next message that has to wait for its channel's pace
        or for a second look, `PATIENCE` at most.
        """
        steps, patience = 0, PATIENCE
        while True:
            while self.deliver_next():
                steps += 1
            wait = self.time_to_next()
            if pass_time is None or wait is None or wait > patience:
                return steps
            wait = max(wait, SHORTEST_WAIT)
            patience -= wait
            pass_time(wait)

    def time_to_next(self) -> timedelta | None:
        """How long until something may go out; None when nothing waits."""
        with self._store.snapshot() as session:
            next_at = sending.next_at(session)
        if next_at is None:
            return None
        if self._paused_until is not None:
            next_at = max(next_at, self._paused_until)
        return max(next_at - self._clock(), timedelta(0))

    def _deliver(self, message: OutboxMessage) -> None:
        sender = self._urgent if message.priority == Priority.PAGE else self._ordinary
        thread = self._thread(message)
        if message.doubtful and not is_harmless_twice(message):
            found = self._look(sender, message, thread)
            if found is not None:
                self._settle(message, found)
                return
            if not self._is_overdue_page(message) and not self._missed(message):
                return
        drawing = self._draw(message)
        if drawing is None:
            self._drop(message)
            return
        self._settle(message, self._send(sender, message, drawing, thread))

    def _look(self, sender: Sender, message: OutboxMessage, thread: str | None) -> Place | None:
        try:
            return sender.find(message, thread=thread)
        except Exception as error:
            if self._is_overdue_page(message):
                return None
            raise CannotLook from error

    def _is_overdue_page(self, message: OutboxMessage) -> bool:
        """A page that nobody can look for is repeated in the end: better twice than never."""
        tried = message.first_tried_at
        is_page = message.priority == Priority.PAGE
        return is_page and tried is not None and self._clock() - tried > PAGE_PATIENCE

    def _send(
        self, sender: Sender, message: OutboxMessage, drawing: Drawing, thread: str | None
    ) -> Place | None:
        if drawing.view is not None:
            sender.publish(message.channel, drawing.view)
            return None
        if not is_redraw(message):
            return self._post(sender, message, drawing, thread)
        place = self._place_of(message)
        if place is None:
            raise NotPostedYet
        try:
            return sender.change(place, drawing)
        except MessageGone:
            return sender.find(message, thread=None) or sender.post(message, drawing, thread=None)

    def _post(
        self, sender: Sender, message: OutboxMessage, drawing: Drawing, thread: str | None
    ) -> Place:
        """Under its parent. When somebody deleted that, a redraw usually posts it anew in a
        moment; if none does, the words go out without it.
        """
        try:
            return sender.post(message, drawing, thread=thread)
        except ThreadGone as error:
            if message.attempts < THREAD_TRIES:
                raise NotPostedYet from error
            return sender.post(message, drawing, thread=None)

    def _draw(self, message: OutboxMessage) -> Drawing | None:
        try:
            with self._store.snapshot() as session:
                return draw(session, message, at=self._clock())
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("cannot draw", extra=_facts(message))
            raise CannotDraw from error

    def _thread(self, message: OutboxMessage) -> str | None:
        """The ts under which the message goes."""
        if message.kind == Kind.STRAY:
            return str(message.about["ts"])
        if message.thread is None or message.ticket_id is None:
            return None
        with self._store.snapshot() as session:
            root = outbox.posting(session, message.ticket_id, message.thread, message.channel)
        return root.ts if root else None

    def _place_of(self, message: OutboxMessage) -> Place | None:
        """Where the message that a redraw changes was posted."""
        role = sending.role_of(message)
        assert role is not None  # only what has a role is redrawn
        with self._store.snapshot() as session:
            posting = outbox.posting(session, message.ticket_id, role, message.channel)
        return Place(posting.slack_channel, posting.ts) if posting else None

    def _settle(self, message: OutboxMessage, place: Place | None) -> None:
        channel, ts = place or (None, None)
        with self._store.transaction() as session:
            ours = sending.settle(
                session,
                message.id,
                attempt=message.attempts,
                at=self._clock(),
                channel=channel,
                ts=ts,
            )
        log.info("sent" if ours else "sent, but the lease was lost", extra=_facts(message))

    def _missed(self, message: OutboxMessage) -> bool:
        with self._store.transaction() as session:
            return sending.missed(session, message.id, attempt=message.attempts, at=self._clock())

    def _drop(self, message: OutboxMessage) -> None:
        with self._store.transaction() as session:
            sending.drop(session, message.id, attempt=message.attempts, at=self._clock())

    def _record_failure(self, message: OutboxMessage, error: Exception) -> None:
        verdict = verdict_on(message, error)
        facts = {**_facts(message), "error": verdict.error, "outcome": verdict.outcome.value}
        log.warning("not delivered", extra=facts)
        at = self._clock()
        match verdict.outcome:
            case Outcome.POINTLESS:
                self._drop(message)
            case Outcome.REFUSED:
                self._refuse(message, verdict, at)
            case Outcome.UNKNOWN if not is_harmless_twice(message):
                self._doubt(message, at)
            case Outcome.PAUSED:
                self._paused_until = at + TOKEN_PAUSE
                self._put_back(message, at, until=self._paused_until, channel_wide=False)
            case _:
                until = at + backoff(message, verdict)
                self._put_back(message, at, until=until, channel_wide=verdict.is_about_channel)

    def _refuse(self, message: OutboxMessage, verdict: Verdict, at: datetime) -> None:
        with self._store.transaction() as session:
            sending.refuse(
                session, message.id, attempt=message.attempts, at=at, error=verdict.error
            )

    def _doubt(self, message: OutboxMessage, at: datetime) -> None:
        with self._store.transaction() as session:
            sending.doubt(session, message.id, attempt=message.attempts, at=at)

    def _put_back(
        self, message: OutboxMessage, at: datetime, *, until: datetime, channel_wide: bool
    ) -> None:
        with self._store.transaction() as session:
            sending.put_back(
                session,
                message.id,
                attempt=message.attempts,
                at=at,
                until=until,
                channel_wide=channel_wide,
            )


def _facts(message: OutboxMessage) -> dict[str, object]:
    return {
        "outbox": message.id,
        "kind": message.kind,
        "ticket": message.ticket_id,
        "channel": message.channel,
        "attempt": message.attempts,
    }
