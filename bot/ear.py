"""Hears messages that were read from a conversation as if Slack had delivered them.

After a gap (`bot.catch_up`), and below a message of ours of which Slack had not told where it is.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.metrics import CATCH_UP_FOUND
from bot.sender import Place, Sender
from handlers import messages, people
from store import catch_up
from store.database import Store
from store.models import OutboxMessage, Posting
from store.rules.errors import DeskError, TooEarly
from store.trouble import DatabaseTrouble

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


def event_of(message: Json, channel: str) -> Json:
    """As Slack would have delivered the message that stands in that conversation's history."""
    kind = "im" if channel.startswith("D") else "channel"
    return {**message, "channel": channel, "channel_type": kind}


def kept(hear: Callable[[], bool], ts: str) -> bool:
    """Whether the message of that ts was kept now. Who is refused is not told: so long after,
    nobody is there to hear. A mistake of ours in one message keeps no other from being heard.
    """
    try:
        return hear()
    except DeskError as refusal:
        log.info("missed message refused", extra={"reason": type(refusal).__name__})
    except (TooEarly, DatabaseTrouble, SlackApiError, OSError):
        raise
    except Exception:
        log.exception("a missed message could not be kept", extra={"ts": ts})
    return False


class Ear:
    """For one workspace: that of the client's token."""

    def __init__(self, store: Store, client: WebClient, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._client = client
        self._clock = clock

    @cached_property
    def _ourselves(self) -> Json:
        return cast("Json", self._client.auth_test().data)

    @property
    def bot(self) -> str:
        """Our own user id."""
        return str(self._ourselves["user_id"])

    def meet(self, event: Json) -> None:
        """Write down whose author is of another workspace (see `handlers.people.meet`)."""
        if not self._ourselves.get("enterprise_id"):
            home = str(self._ourselves["team_id"])
            people.meet({"event": event}, self._store, home=home, at=self._clock())

    def hear(self, event: Json, *, below: Posting | None = None) -> bool:
        """Keep it if it is for us and was not heard before. Return whether it was kept now; what
        it raises, see `handlers.messages.hear`.
        """
        return messages.hear({"event": event}, self._store, at=self._clock(), below=below)

    def below(self, message: OutboxMessage, place: Place, sender: Sender) -> None:
        """Hear what people have written under a message that was found just now, oldest first:
        their events came when nobody knew whose thread that is. To be called before its place is
        recorded: until then nothing younger is kept from there, and whoever dies on the way leaves
        it to be found again.
        """
        posting = catch_up.thread_at(message, place.channel, place.ts)
        if posting is None:
            return
        missed = (event_of(written, place.channel) for written in sender.below(place))
        found = sum(
            kept(partial(self._meet_and_hear, event, posting), event["ts"]) for event in missed
        )
        if found:
            CATCH_UP_FOUND.inc(found)
            log.warning("read what was missed", extra={"messages": found, "outbox": message.id})

    def _meet_and_hear(self, event: Json, below: Posting) -> bool:
        self.meet(event)
        return self.hear(event, below=below)
