"""Clients for Slack's Web API, none of which ever repeats a call by itself.

The SDK's default retry posts the same message twice when only the answer was lost; whether a call
may be repeated is decided in `bot.delivery`, after looking.
"""

import ssl
import time
from functools import cache
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.metrics import CALLS, RATE_LIMITED, SENDS
from bot.settings import Settings
from handlers.slack_trouble import SHUT_OUT

LISTENER_SECONDS: Final = 2
"""A listener has Slack's 3 s for everything; a form that takes longer to open is lost anyway."""

DELIVERY_SECONDS: Final = 10
PAGE_SECONDS: Final = 4
"""Shorter than a page's lease, so that a hanging call does not hold a page back."""


def slack_client(settings: Settings, *, seconds: int) -> "DeskClient":
    """A client for the bot's token that gives up after that many seconds."""
    return DeskClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=seconds,
        retry_handlers=[],
        ssl=_trusted(),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: without it, every call and every connection reads this machine's certificates
    anew, which takes 20 ms of processor time (measured).
    """
    return ssl.create_default_context()


class DeskClient(WebClient):
    """Counts and times every call, whatever becomes of it."""

    _was_shut_out = False

    def was_shut_out(self) -> bool:
        """Whether Slack refused our token in any call since this was last asked."""
        told, self._was_shut_out = self._was_shut_out, False
        return told

    def api_call(self, api_method: str, **call: Any) -> SlackResponse:
        began, result = time.perf_counter(), "unknown"
        try:
            answer = super().api_call(api_method, **call)
            result = "ok"
        except SlackApiError as error:
            result = str(error.response.get("error"))
            if result in SHUT_OUT:
                self._was_shut_out = True
            raise
        else:
            return answer
        finally:
            CALLS.labels(api_method).observe(time.perf_counter() - began)
            SENDS.labels(api_method, result).inc()
            if result == "ratelimited":
                RATE_LIMITED.labels(api_method).inc()
