"""Keeps the outbox's promises: one message at a time per channel, several channels at once.

A step takes one message, draws it from what is known now, calls Slack with no transaction open,
and records what became of it. An attempt whose outcome nobody knows is looked for in the channel's
history before it is repeated; `store.sending` holds the waiting times and the leases. Copies that
appear late all the same are for `bot.sweeping`.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot.copier import CannotCopy, Copier, LostLease
from bot.ear import Ear
from bot.fetching import Fetcher
from bot.metrics import RECONCILED
from bot.outcomes import CannotDraw, CannotLook, NotPostedYet, NotPrepared, NotUploaded
from bot.places import place_of, thread_of
from bot.recording import Records, facts
from bot.sender import Copy, MessageGone, Place, Sender, ThreadGone, is_redraw
from handlers.drawing import draw
from handlers.drawn import Drawing, with_link
from store import catch_up, files, left_behind, sending, taking
from store.database import Store
from store.kinds import Priority
from store.models import OutboxMessage, TicketFile
from store.sending import PAGE_PATIENCE, posts, role_of

PATIENCE: Final = timedelta(minutes=2)
"""How far `run_until_idle` lets time pass: enough for pace, quiet time and two looks."""

THREAD_TRIES: Final = 4
COPY_TRIES: Final = 8
TO_SEND: Final = timedelta(seconds=15)
PAGE_TO_SEND: Final = timedelta(seconds=5)
"""What must be left of the lease when a call begins: more than the client waits for an answer."""

LOOKED_FOR: Final = 2
"""Attempts that nobody died in, with which a page was sent and looked for once. When the desk was
down while its patience ran out, one look that fails is no reason to call somebody twice.
"""

TRUSTED: Final = timedelta(minutes=1)
"""At a start, what has waited for longer is looked for before it is sent."""

RACES: Final = 3
"""How often another process may be faster before we look again later."""

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
        self._copier = Copier(ordinary)
        self._records = Records(store, clock)
        self._fetcher = Fetcher(store, ordinary, clock)
        self._ear = Ear(store, ordinary, clock)

    @property
    def trouble(self) -> str | None:
        """Why nothing at all can be sent at the moment."""
        return self._records.trouble

    def take(self, *, pages_only: bool = False) -> OutboxMessage | None:
        """Claim the next message that may go out now."""
        at = self._clock()
        if self._records.paused_until is not None and at < self._records.paused_until:
            return None
        if self._store.is_sqlite and not self._may_take(at, pages_only=pages_only):
            return None
        for _ in range(RACES):
            with suppress(taking.Outrun), self._store.transaction() as session:
                return taking.take(session, at=at, reserved_for_pages=pages_only)
        return None

    def _may_take(self, at: datetime, *, pages_only: bool) -> bool:
        """Looking disturbs nobody; only who wants to take something asks for the one turn to write
        that SQLite has.
        """
        with self._store.snapshot() as session:
            return taking.finds_any(session, at=at, reserved_for_pages=pages_only)

    def distrust(self) -> None:
        """At a start: the database may be a backup, so look for what has waited for long; not if a
        desk was at work on it a moment ago. A look costs more than a post.
        """
        before = self._clock() - TRUSTED
        with self._store.transaction() as session:
            heard = catch_up.heard_until(session)
            if heard is None or heard < before:
                left_behind.distrust(session, before=before)

    def deliver(self, message: OutboxMessage) -> None:
        """Do what a claimed message needs; every outcome is recorded, none is raised."""
        try:
            self._deliver(message)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is an outcome
            self._records.fail(message, error)

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
            next_at = taking.next_at(session, at=self._clock())
        if next_at is None:
            return None
        if self._records.paused_until is not None:
            next_at = max(next_at, self._records.paused_until)
        return max(next_at - self._clock(), timedelta(0))

    def _deliver(self, message: OutboxMessage) -> None:
        sender = self._urgent if message.priority == Priority.PAGE else self._ordinary
        try:
            thread = thread_of(self._store, message)
            found = self._find(sender, message, thread)
            if found is not None:
                self._hear_below(sender, message, found)
                self._records.settle(message, found.place)
                return
            if self._must_wait(message):
                return
            drawing = self._draw(message)
            if drawing is None:
                self._records.drop(message)
                return
            drawing = self._with_file(message, drawing)
            if not self._is_still_ours(message):
                log.info("the lease was lost before anything was sent", extra=facts(message))
                return
        except SQLAlchemyError as error:
            raise NotPrepared from error
        self._records.settle(message, self._send(sender, message, drawing, thread))

    def _find(self, sender: Sender, message: OutboxMessage, thread: str | None) -> Copy | None:
        """What an earlier attempt has left in Slack, if any may have."""
        if message.doubtful and posts(message):
            found = self._look(sender, message, thread)
            RECONCILED.labels("missing" if found is None else "found").inc()
            return found
        return None

    def _hear_below(self, sender: Sender, message: OutboxMessage, found: Copy) -> None:
        """Keep what people wrote under it before it counts as sent; a page waits for nothing."""
        if not found.is_answered:
            return
        try:
            self._ear.below(message, found.place, sender)
        except (SlackApiError, OSError) as error:
            if message.priority != Priority.PAGE:
                raise CannotLook from error
            log.warning("cannot read below a page", extra=facts(message))

    def _must_wait(self, message: OutboxMessage) -> bool:
        """Whether what was not found may appear yet."""
        if not (message.doubtful and posts(message)) or self._is_overdue_page(message):
            return False
        with self._store.transaction() as session:
            may_go = sending.missed(session, message.id, attempt=message.attempts, at=self._clock())
        return not may_go

    def _is_still_ours(self, message: OutboxMessage) -> bool:
        """Whoever slept, or read a long history, may need more time or have lost the message."""
        at = self._clock()
        wanted = PAGE_TO_SEND if message.priority == Priority.PAGE else TO_SEND
        assert message.lease_until is not None  # it was taken
        if message.lease_until - at >= wanted:
            return True
        with self._store.transaction() as session:
            return sending.hold_on(session, message.id, attempt=message.attempts, at=at) is not None

    def _look(self, sender: Sender, message: OutboxMessage, thread: str | None) -> Copy | None:
        try:
            return sender.find(message, thread=thread)
        except Exception as error:
            lived = message.attempts - message.deaths
            if lived > LOOKED_FOR and self._is_overdue_page(message):
                return None
            raise CannotLook from error

    def _is_overdue_page(self, message: OutboxMessage) -> bool:
        """A page that nobody can look for is repeated in the end: better twice than never."""
        tried = message.first_tried_at
        is_page = message.priority == Priority.PAGE
        return is_page and tried is not None and self._clock() - tried >= PAGE_PATIENCE

    def _send(
        self, sender: Sender, message: OutboxMessage, drawing: Drawing, thread: str | None
    ) -> Place | None:
        if drawing.view is not None:
            sender.publish(message.channel, drawing.view)
            return None
        if drawing.members is not None:
            sender.fill(message.channel, drawing.members)
            return None
        if drawing.copy is not None:
            self._copy(message, drawing.copy)
            return None
        if drawing.origin is not None:
            self._fetcher.fetch(drawing.origin)
            return None
        if drawing.only_for is not None:
            sender.whisper(message, drawing, thread=thread)
            return None
        if not is_redraw(message):
            return self._post(sender, message, drawing, thread)
        return self._change(sender, message, drawing)

    def _change(self, sender: Sender, message: OutboxMessage, drawing: Drawing) -> Place | None:
        """In place; anew where somebody deleted it, unless a newer message has taken its role."""
        try:
            return sender.change(place_of(self._store, message), drawing)
        except MessageGone:
            if role_of(message) is None:
                return None
            found = sender.find(message, thread=None)
            return found.place if found else sender.post(message, drawing, thread=None)

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

    def _with_file(self, message: OutboxMessage, drawing: Drawing) -> Drawing:
        """What goes with it is in Slack before it, seen by nobody until the message links it. So a
        second one, because the first try ended here, does no harm.
        """
        attached = drawing.attached
        if attached is None:
            return drawing
        try:
            made = self._copier.make(
                attached.name, attached.body, goes_on=lambda: self._is_still_ours(message)
            )
        except CannotCopy as error:
            log.warning("file not taken: %s", error, extra=facts(message))
            return with_link(drawing, None)
        except (SlackApiError, OSError) as error:
            raise NotUploaded from error
        return with_link(drawing, made.link)

    def _copy(self, message: OutboxMessage, file: TicketFile) -> None:
        """Nobody waits for a file for ever: after so many tries it goes on without."""
        try:
            made = self._copier.copy(file, goes_on=lambda: self._is_still_ours(message))
        except LostLease:
            log.info("the lease was lost while a file was copied", extra=facts(message))
            return
        except (CannotCopy, OSError, SlackApiError) as error:
            if not isinstance(error, CannotCopy) and message.attempts < COPY_TRIES:
                raise
            log.warning("file not copied: %s", error, extra=facts(message))
            with self._store.transaction() as session:
                files.failed(session, file.id)
            return
        with self._store.transaction() as session:
            kept = files.copied(session, file.id, copy_id=made.id, link=made.link)
        if kept is None:
            self._copier.remove(made)

    def _draw(self, message: OutboxMessage) -> Drawing | None:
        try:
            with self._store.snapshot() as session:
                return draw(session, message, at=self._clock())
        except SQLAlchemyError:
            raise
        except files.NotReady as error:
            raise NotPostedYet from error
        except Exception as error:
            log.exception("cannot draw", extra=facts(message))
            raise CannotDraw from error
