"""Writes down what became of a message that was taken: each outcome in a transaction of its own."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.outcomes import backoff, verdict_on
from bot.sender import Place
from bot.slack_errors import WANTS_A_HAND, Outcome, Verdict, details
from store import copies, refusals, sending
from store.database import Store
from store.models import OutboxMessage
from store.sending import may_come_late, posts

TOKEN_PAUSE: Final = timedelta(minutes=1)
"""How long nothing is tried after Slack refused our token."""

log = logging.getLogger(__name__)


class Records:
    """For all threads that deliver. While Slack takes nothing from us, `paused_until` says how long
    nothing is tried.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.paused_until: datetime | None = None
        self.trouble: str | None = None
        """Why nothing at all can be sent at the moment."""

    def settle(self, message: OutboxMessage, place: Place | None) -> None:
        """It is in Slack, there."""
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
            if not ours and may_come_late(message):
                copies.suspect(session, message.id, at=self._clock())
        self.trouble = None
        log.info("sent" if ours else "sent, but the lease was lost", extra=facts(message))

    def drop(self, message: OutboxMessage) -> None:
        """It is no longer worth saying."""
        with self._store.transaction() as session:
            sending.drop(session, message.id, attempt=message.attempts)

    def fail(self, message: OutboxMessage, error: Exception) -> None:
        """Something went wrong: later, after a look, or never."""
        verdict = verdict_on(message, error)
        said = {"error": verdict.error, "outcome": verdict.outcome.value}
        said_by_slack = details(error.__cause__ or error)
        log.warning("not delivered", extra={**facts(message), **said, **said_by_slack})
        at = self._clock()
        if verdict.error in WANTS_A_HAND:
            with self._store.transaction() as session:
                refusals.ask_for_a_hand(session, verdict.error, place=message.channel, at=at)
        match verdict.outcome:
            case Outcome.POINTLESS:
                self.drop(message)
            case Outcome.REFUSED:
                self._refuse(message, verdict, at)
            case Outcome.UNKNOWN if posts(message):
                self._doubt(message, verdict, at)
            case Outcome.PAUSED:
                self._pause(verdict, at)
                self._put_back(message, verdict, until=at + TOKEN_PAUSE, counts=False)
            case _ if verdict.wait is not None:
                until = at + backoff(message, verdict)
                self._put_back(message, verdict, until=until, counts=False, shut=True)
            case _:
                self._put_back(message, verdict, until=at + backoff(message, verdict))

    def _pause(self, verdict: Verdict, at: datetime) -> None:
        """Whoever watches the log or the health page must hear: Slack's messages are cut off."""
        self.paused_until = at + TOKEN_PAUSE
        self.trouble = f"Slack takes nothing from the app: {verdict.error}"
        log.error(
            "Slack takes nothing from the app; all messages wait", extra={"error": verdict.error}
        )

    def _refuse(self, message: OutboxMessage, verdict: Verdict, at: datetime) -> None:
        with self._store.transaction() as session:
            refusals.refuse(
                session, message.id, attempt=message.attempts, at=at, error=verdict.error
            )

    def _doubt(self, message: OutboxMessage, verdict: Verdict, at: datetime) -> None:
        wait = None if verdict.wait is None else at + backoff(message, verdict)
        with self._store.transaction() as session:
            ours = sending.doubt(
                session,
                message.id,
                attempt=message.attempts,
                at=at,
                error=verdict.error,
                until=wait,
            )
            if not ours:
                copies.suspect(session, message.id, at=at)

    def _put_back(
        self,
        message: OutboxMessage,
        verdict: Verdict,
        *,
        until: datetime,
        counts: bool = True,
        shut: bool = False,
    ) -> None:
        with self._store.transaction() as session:
            sending.put_back(
                session,
                message.id,
                attempt=message.attempts,
                until=until,
                error=verdict.error,
                counts=counts,
                shut=shut,
                in_doubt=verdict.outcome is Outcome.UNKNOWN,
            )


def facts(message: OutboxMessage) -> dict[str, object]:
    """What the log says of a message."""
    return {
        "outbox": message.id,
        "kind": message.kind,
        "ticket": message.ticket_id,
        "channel": message.channel,
        "attempt": message.attempts,
    }
