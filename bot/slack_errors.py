"""What an error from Slack means for a promise in the outbox.

Sources of the names: Slack's reference pages of chat.postMessage, chat.update, views.publish.
Whatever is not named here is final; `handlers.views.admin` knows how admins mend it.
"""

import re
import socket
from enum import StrEnum
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from handlers.slack_trouble import BUSY, SHUT_OUT, SILENT


class Outcome(StrEnum):
    """What is known after a call that did not succeed."""

    REFUSED = "refused"
    """Slack will never take it like this."""
    LATER = "later"
    """Certainly not done; worth another try."""
    PAUSED = "paused"
    """Our token is no good: nothing at all can be sent until somebody mends that."""
    UNKNOWN = "unknown"
    """It may have been done. Look before repeating."""
    POINTLESS = "pointless"
    """What it was about does not exist; nobody misses it."""


class Verdict(NamedTuple):
    """`wait` is Slack's Retry-After in seconds, when it gave one."""

    outcome: Outcome
    error: str
    wait: float | None = None


LATER: Final = BUSY | {
    "message_limit_exceeded",
    "team_added_to_org",
    "org_login_required",
    "external_channel_migrating",
    "update_failed",
    "block_mismatch",
    "streaming_state_conflict",
    "hash_conflict",
}
PAUSED: Final = SHUT_OUT | {"missing_scope"}
"""Said of the app as a whole, whatever the message: posting and changing need one scope."""

WANTS_A_HAND: Final = frozenset({"missing_scope", "message_limit_exceeded"})
"""Nothing is lost by these, but an admin must do something before it goes on. (One who revokes a
token knows, and could not be told.)
"""

UNREACHABLE: Final = "unreachable"
"""Our own word: there was no connection."""

_CODE: Final = re.compile(r"[a-z0-9_]+")
"""The SDK puts a sentence there when Slack's answer could not be read."""


def judge(error: Exception) -> Verdict:
    """Decide by what Slack said; everything that is not a clear answer is unknown."""
    if isinstance(error, SlackApiError):
        return _judge_answer(error)
    if isinstance(error, URLError) and isinstance(
        error.reason, ConnectionRefusedError | socket.gaierror
    ):
        return Verdict(Outcome.LATER, UNREACHABLE)  # not a byte was sent
    return Verdict(Outcome.UNKNOWN, type(error).__name__)


def is_refusal(error: Exception) -> bool:
    """Whether Slack said no; not when it has trouble, or says that it is too much just now."""
    return judge(error).outcome in {Outcome.REFUSED, Outcome.PAUSED}


def details(error: BaseException | None) -> dict[str, object]:
    """What Slack adds for whoever has to mend it, for the log: scopes, and what is wrong with
    blocks, by place; never what a message said.
    """
    if isinstance(error, SlackApiError):
        said = error.response
        reasons = (said.get("response_metadata") or {}).get("messages") or None
        return {"needed": said.get("needed"), "provided": said.get("provided"), "reasons": reasons}
    return {}


def error_code(error: SlackApiError) -> str:
    """Slack's word for it, such as `channel_not_found`; empty when the answer was no JSON."""
    code = str(error.response.get("error") or "")
    return code if _CODE.fullmatch(code) else ""


def _judge_answer(error: SlackApiError) -> Verdict:
    code, status = error_code(error), int(error.response.status_code)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in LATER:
        return Verdict(Outcome.LATER, code or "ratelimited", _retry_after(error))
    if code in PAUSED:
        return Verdict(Outcome.PAUSED, code)
    if code in SILENT or not code or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Verdict(Outcome.UNKNOWN, code or f"http_{status}")
    return Verdict(Outcome.REFUSED, code)


def _retry_after(error: SlackApiError) -> float | None:
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    wait = str(headers.get("retry-after", ""))
    return float(wait) if wait.isdecimal() else None
