"""What becomes of a message whose step went wrong: once more, later, or never."""

import zlib
from datetime import timedelta
from typing import Final

from bot.sender import is_harmless_twice
from bot.slack_errors import Outcome, Verdict, judge
from store.models import OutboxMessage

LONGEST_BACKOFF: Final = timedelta(minutes=5)
POSTED_BY: Final = 8
"""A redraw waits for its first post for so many attempts (about four minutes), then gives up."""


class CannotDraw(Exception):
    """A mistake of ours: trying again would not help."""


class CannotLook(Exception):
    """Whether the message is in Slack stays unknown; the cause says what Slack answered."""


class NotPostedYet(Exception):
    """What is to be changed has not reached Slack, as far as we know."""


def verdict_on(message: OutboxMessage, error: Exception) -> Verdict:
    """What went wrong on our own side is clear; for the rest see `bot.slack_errors`."""
    match error:
        case CannotLook():
            return _verdict_on_look(error)
        case CannotDraw():
            return Verdict(Outcome.REFUSED, "cannot_draw")
        case NotPostedYet() if message.attempts < POSTED_BY:
            return Verdict(Outcome.LATER, "not_posted_yet", is_about_channel=False)
        case NotPostedYet():
            return Verdict(Outcome.POINTLESS, "never_posted")
        case _:
            verdict = judge(error)
            return verdict._replace(is_about_channel=not is_harmless_twice(message))


def backoff(message: OutboxMessage, verdict: Verdict) -> timedelta:
    """Slack's own word, or 1, 2, 4 … s; a little spread, so that not all come back at once."""
    spread = timedelta(milliseconds=zlib.crc32(f"{message.key}{message.attempts}".encode()) % 1000)
    if verdict.wait is not None:
        return timedelta(seconds=verdict.wait) + spread
    doublings = min(message.attempts - 1, 10)
    return min(timedelta(seconds=2**doublings), LONGEST_BACKOFF) + spread


def _verdict_on_look(error: CannotLook) -> Verdict:
    """A history that we may never read is no reason to look for ever."""
    cause = error.__cause__
    assert isinstance(cause, Exception)  # it is always raised from one
    verdict = judge(cause)
    if verdict.outcome is Outcome.REFUSED:
        return verdict
    return Verdict(Outcome.UNKNOWN, verdict.error)
