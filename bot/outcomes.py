"""What becomes of a message whose step went wrong: once more, later, or never."""

import zlib
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.slack_errors import UNREACHABLE, Outcome, Verdict, details, judge
from store.kinds import Kind, Priority
from store.models import OutboxMessage

LONGEST_BACKOFF: Final = timedelta(minutes=5)
UNREACHABLE_BACKOFF: Final = timedelta(seconds=30)
"""When Slack is back, what has waited goes out soon."""

PAGE_BACKOFF: Final = timedelta(seconds=10)


class CannotDraw(Exception):
    """A mistake of ours: trying again would not help."""


class CannotLook(Exception):
    """Whether the message is in Slack stays unknown; the cause says what Slack answered."""


class NotPostedYet(Exception):
    """What is to be changed, or what this goes under, is still on its way to Slack."""


class NeverPosted(Exception):
    """What is to be changed is not in Slack and never will be."""


class NotUploaded(Exception):
    """The file that goes with it did not get to Slack, so the message was not sent either."""


class NotPrepared(Exception):
    """Our own database failed before anything was sent."""


def verdict_on(message: OutboxMessage, error: Exception) -> Verdict:
    """What went wrong on our own side is clear; for the rest see `bot.slack_errors`."""
    match error:
        case CannotLook():
            return _verdict_on_look(message, error)
        case CannotDraw():
            return Verdict(Outcome.REFUSED, "cannot_draw")
        case NotPostedYet():
            return Verdict(Outcome.LATER, "not_posted_yet")
        case NeverPosted():
            return Verdict(Outcome.POINTLESS, "never_posted")
        case NotUploaded():
            return Verdict(Outcome.LATER, "not_uploaded")
        case NotPrepared():
            return Verdict(Outcome.LATER, "database")
        case SQLAlchemyError():
            return Verdict(Outcome.UNKNOWN, type(error).__name__)  # it was sent: see `Deliverer`
        case _:
            return _for_its_kind(message, judge(error), error)


def backoff(message: OutboxMessage, verdict: Verdict) -> timedelta:
    """Slack's own word, or 1, 2, 4 … s; a little spread, so that not all come back at once."""
    spread = timedelta(milliseconds=zlib.crc32(f"{message.key}{message.attempts}".encode()) % 1000)
    if verdict.wait is not None:
        return timedelta(seconds=verdict.wait) + spread
    longest = UNREACHABLE_BACKOFF if verdict.error == UNREACHABLE else LONGEST_BACKOFF
    if message.priority == Priority.PAGE:
        longest = PAGE_BACKOFF
    doublings = min(message.attempts - 1, 10)
    return min(timedelta(seconds=2**doublings), longest) + spread


def _for_its_kind(message: OutboxMessage, verdict: Verdict, error: Exception) -> Verdict:
    """Nobody misses the Home of somebody who is gone, nor a word for somebody who left the channel,
    nor a message that the desk may not read any more. Whether the scope for user groups is ever
    granted is an open question: the admins hear, and the next hour asks again.
    """
    gone = verdict.error in {"user_not_found", "user_disabled", "not_found"}
    if message.kind == Kind.HOME and (gone or _is_about_user(error)):
        return verdict._replace(outcome=Outcome.POINTLESS)
    if message.kind in {Kind.WHISPER, Kind.FETCH} and (
        verdict.outcome is Outcome.REFUSED or verdict.error == "missing_scope"
    ):
        return verdict._replace(outcome=Outcome.POINTLESS)
    if message.kind == Kind.USER_GROUP and verdict.error == "missing_scope":
        return verdict._replace(outcome=Outcome.REFUSED)
    return verdict


def _is_about_user(error: Exception) -> bool:
    """Slack's way of saying that it does not know whose Home that would be."""
    reasons = details(error).get("reasons")
    return isinstance(reasons, list) and any("/user_id" in str(reason) for reason in reasons)


def _verdict_on_look(message: OutboxMessage, error: CannotLook) -> Verdict:
    """A history that we may never read is no reason to look for ever; a page waits its two minutes
    and is repeated then.
    """
    cause = error.__cause__
    assert isinstance(cause, Exception)  # it is always raised from one
    verdict = judge(cause)
    never = verdict.outcome is Outcome.REFUSED or verdict.error == "missing_scope"
    if verdict.outcome is Outcome.PAUSED and not never:
        return verdict
    if never and message.priority != Priority.PAGE:
        return verdict._replace(outcome=Outcome.REFUSED)
    return verdict._replace(outcome=Outcome.UNKNOWN)
