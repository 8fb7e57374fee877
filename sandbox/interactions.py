"""The short-lived rights that come with an interaction: triggers and response URLs."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.records import Json

RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE = timedelta(minutes=30)


class Refused(Exception):
    """Slack's answer is `ok: false` with this error; `extra` goes into the reply beside it."""

    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass
class Trigger:
    """The right to open one modal for one person."""

    user_id: str
    view_id: str
    born: float
    used: bool = False


class Triggers:
    """Hands out trigger ids that work once, within `seconds` of real time.

    Real time, not the sandbox's: skipping an hour ahead must not spoil a click on its way.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._triggers: dict[str, Trigger] = {}
        self._count = 0

    def issue(self, user_id: str, view_id: str = "") -> str:
        """A fresh trigger id; `view_id` when the interaction happened inside a modal."""
        self._count += 1
        trigger_id = f"{self._count:012d}.100200300400.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, view_id, time.monotonic())
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Use a trigger up; unknown, old and used ones are refused in Slack's words."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if time.monotonic() - trigger.born > self.seconds:
            raise Refused("expired_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """The right to answer one interaction a few times, without a token."""

    user_id: str
    channel_id: str
    message_ts: str
    thread_ts: str
    expires: datetime
    uses_left: int = RESPONSE_URL_USES


class ResponseUrls:
    """Hands out answering addresses; five uses in half an hour of sandbox time each."""

    def __init__(self) -> None:
        self._urls: dict[str, ResponseUrl] = {}

    def issue(
        self, base: str, now: datetime, user_id: str, channel_id: str, message: Json | None = None
    ) -> str:
        """A new address below `base`; `message` is the one whose button was used."""
        token = secrets.token_hex(12)
        self._urls[token] = ResponseUrl(
            user_id,
            channel_id,
            message_ts=str((message or {}).get("ts", "")),
            thread_ts=str((message or {}).get("thread_ts", "")),
            expires=now + RESPONSE_URL_LIFE,
        )
        return f"{base}/{token}"

    def redeem(self, token: str, now: datetime) -> ResponseUrl:
        """Use an address once; expired and worn-out ones are refused."""
        url = self._urls.get(token)
        if url is None:
            raise Refused("invalid_url")
        if now > url.expires:
            raise Refused("expired_url")
        if url.uses_left <= 0:
            raise Refused("used_url")
        url.uses_left -= 1
        return url
