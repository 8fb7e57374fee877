"""Removes what Slack made twice: a message that had to be sent again is looked for once more, two
minutes later, and every copy of it but one is deleted. A change in place that Slack may have made
late is made once more: it may have hidden a later one.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.ear import Ear
from bot.metrics import RECONCILED
from bot.places import thread_of
from bot.sender import Copy, Sender
from bot.slack_errors import Outcome, judge
from store import copies, refusals
from store.database import Store
from store.kinds import SHOWN_IN_PLACE
from store.models import OutboxMessage

LOOK_AGAIN = timedelta(minutes=1)

REFUSED_AGAIN: Final = timedelta(minutes=10)
"""An archived channel comes back, and a bot that was put out is invited again."""

REFUSED_FOR: Final = timedelta(days=1)
"""For how long after a message somebody still looks for copies where Slack refuses that."""

log = logging.getLogger(__name__)


class Sweeper:
    """Works through what is due, one message at a time; several processes may."""

    def __init__(self, store: Store, clock: Callable[[], datetime], client: WebClient) -> None:
        self._store = store
        self._clock = clock
        self._sender = Sender(client)
        self._ear = Ear(store, client, clock)

    def sweep(self) -> int:
        """Everything that is due. Return how many messages were looked for."""
        done = 0
        while self._sweep_next():
            done += 1
        return done

    def _sweep_next(self) -> bool:
        with self._store.transaction() as session:
            message = copies.take(session, at=self._clock())
        if message is None:
            return False
        try:
            self._sweep(message)
        except (SlackApiError, OSError) as error:
            self._give_up_or_wait(message, error)
        return True

    def _sweep(self, message: OutboxMessage) -> None:
        if message.kind in SHOWN_IN_PLACE:
            with self._store.transaction() as session:
                copies.draw_over(session, message.id, at=self._clock())
            return
        thread = thread_of(self._store, message)
        there = in_order(list(self._sender.copies(message, thread=thread)))
        for copy in there:
            if copy.is_answered and copy.place.ts != message.slack_ts:
                self._ear.below(message, copy.place, self._sender)
        for copy in there[1:]:
            self._sender.remove(copy.place)
        gone = [copy.place.ts for copy in there[1:]]
        kept = there[0].place.ts if there else None
        with self._store.transaction() as session:
            copies.done(session, message.id, at=self._clock(), kept=kept, removed=gone)
        RECONCILED.labels("extra_deleted").inc(len(gone))
        if gone:
            log.warning("removed copies", extra={"outbox": message.id, "copies": len(gone)})

    def _give_up_or_wait(self, message: OutboxMessage, error: Exception) -> None:
        verdict = judge(error)
        log.warning(
            "could not look for copies", extra={"outbox": message.id, "error": verdict.error}
        )
        at = self._clock()
        with self._store.transaction() as session:
            if verdict.outcome is not Outcome.REFUSED:
                wait = max(LOOK_AGAIN, timedelta(seconds=verdict.wait or 0))
                copies.later(session, message.id, until=at + wait)
                return
            refusals.ask_for_a_hand(session, verdict.error, place=message.channel, at=at)
            if at < message.created_at + REFUSED_FOR:
                copies.later(session, message.id, until=at + REFUSED_AGAIN)
            else:
                copies.done(session, message.id, at=at)


def in_order(there: Sequence[Copy]) -> list[Copy]:
    """The one to keep first: where people have answered already, otherwise the earliest."""
    return sorted(there, key=lambda copy: (not copy.is_answered, copy.place.ts))
