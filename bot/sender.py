"""The Slack calls behind an outbox message: post, change in place, publish, and look for it."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata

from bot.slack_errors import error_code
from handlers.drawing import Drawing
from store.models import OutboxMessage
from store.outbox import Kind

EVENT_TYPE: Final = "deskbell"
"""Our posts carry `{event_type, event_payload: {key}}`, so that they can be found again."""

CLOCKS_APART: Final = timedelta(minutes=1)
"""How far Slack's clock, which numbers messages, may be from ours when we look for one."""

PAGE_SIZE: Final = 200

log = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where a message of ours is: as Slack answered (a DM's D… id), and its ts."""

    channel: str
    ts: str


class MessageGone(Exception):
    """Somebody deleted the message that was to be changed."""


class ThreadGone(Exception):
    """Somebody deleted the message under which this was to go."""


class Sender:
    """Makes one call per method and lets every error through."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, message: OutboxMessage, drawing: Drawing, *, thread: str | None) -> Place:
        """A new message, with our key in its metadata; `thread` is the parent's ts."""
        try:
            answer = _plain_when_blocks_are_refused(
                self._client.chat_postMessage,
                drawing,
                channel=message.channel,
                thread_ts=thread,
                reply_broadcast=drawing.broadcast if thread else None,
                metadata=Metadata(event_type=EVENT_TYPE, event_payload={"key": message.key}),
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
            )
        except SlackApiError as error:
            if error_code(error) in {"thread_not_found", "cannot_reply_to_message"}:
                raise ThreadGone from error
            raise
        return Place(str(answer["channel"]), str(answer["ts"]))

    def change(self, place: Place, drawing: Drawing) -> Place:
        """The message in its latest form; MessageGone when there is none any more."""
        try:
            _plain_when_blocks_are_refused(
                self._client.chat_update,
                drawing,
                channel=place.channel,
                ts=place.ts,
                parse="none",
            )
        except SlackApiError as error:
            if error_code(error) == "message_not_found":
                raise MessageGone from error
            raise
        return place

    def publish(self, user: str, view: dict[str, Any]) -> None:
        """The person's App Home, as it is now."""
        self._client.views_publish(user_id=user, view=view)

    def find(self, message: OutboxMessage, *, thread: str | None) -> Place | None:
        """The message, if an earlier attempt of unknown outcome did reach Slack."""
        assert message.first_tried_at is not None  # only messages that were tried are looked for
        channel = self._channel_of(message)
        oldest = message.first_tried_at - CLOCKS_APART
        for posted in self._since(channel, oldest, thread):
            metadata = posted.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == message.key:
                return Place(channel, str(posted["ts"]))
        return None

    def _channel_of(self, message: OutboxMessage) -> str:
        """Histories are read by channel id: a person's DM with us has one too."""
        if not message.channel.startswith(("U", "W")):
            return message.channel
        answer = self._client.conversations_open(users=message.channel)
        return str(answer["channel"]["id"])

    def _since(
        self, channel: str, oldest: datetime, thread: str | None
    ) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            wanted: dict[str, Any] = {
                "channel": channel,
                "oldest": f"{oldest.timestamp():.6f}",
                "limit": PAGE_SIZE,
                "include_all_metadata": True,
                "cursor": cursor,
            }
            if thread is None:
                answer = self._client.conversations_history(**wanted)
            else:
                answer = self._client.conversations_replies(ts=thread, **wanted)
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def is_redraw(message: OutboxMessage) -> bool:
    """Whether it changes a message in place."""
    return message.kind in {Kind.REDRAW, Kind.PAGE_REDRAW, Kind.DUTY_REDRAW}


def is_harmless_twice(message: OutboxMessage) -> bool:
    """Changing a message in place or publishing a Home may be repeated without a look."""
    return is_redraw(message) or message.kind == Kind.HOME


def _plain_when_blocks_are_refused(call: Any, drawing: Drawing, **arguments: Any) -> Any:
    """A drawing that breaks Slack's rules is our fault: the person still gets the words."""
    try:
        return call(text=drawing.text, blocks=drawing.blocks, **arguments)
    except SlackApiError as error:
        if error_code(error) not in {"invalid_blocks", "invalid_blocks_format"}:
            raise
        log.exception("Slack refused our blocks; sending the words alone")
        return call(text=drawing.text, **arguments)
