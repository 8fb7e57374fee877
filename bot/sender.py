"""The Slack calls behind an outbox message: post, change in place, publish, fill a user group, and
look for what was posted.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata
from slack_sdk.web import SlackResponse

from bot.slack_errors import error_code
from handlers.drawn import Drawing
from store.kinds import REDRAWS
from store.models import OutboxMessage

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
    """Somebody deleted the message that was to be changed, or it may not be changed any more."""


class ThreadGone(Exception):
    """The message under which this was to go was deleted, or locked."""


class Copy(NamedTuple):
    """A message of ours that carries a certain key."""

    place: Place
    is_answered: bool
    """Somebody wrote under it."""


_NO_THREAD: Final = {
    "thread_not_found",
    "cannot_reply_to_message",
    "restricted_action_thread_locked",
}
_NO_CHANGE: Final = {"message_not_found", "cant_update_message", "edit_window_closed"}
_TOO_MUCH: Final = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
}
_SHORT: Final = 3000
"""Characters that every method takes as text."""


class Sender:
    """Makes one call per method and lets every error through."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, message: OutboxMessage, drawing: Drawing, *, thread: str | None) -> Place:
        """A new message, with our key in its metadata; `thread` is the parent's ts."""
        try:
            answer = _plain_when_too_much(
                self._client.chat_postMessage,
                drawing,
                channel=message.channel,
                thread_ts=thread,
                reply_broadcast=drawing.broadcast if thread else None,
                metadata=Metadata(event_type=EVENT_TYPE, event_payload={"key": message.key}),
                unfurl_links=drawing.shares_files,
                unfurl_media=drawing.shares_files,
                parse="none",
            )
        except SlackApiError as error:
            if error_code(error) in _NO_THREAD:
                raise ThreadGone from error
            raise
        return Place(str(answer["channel"]), str(answer["ts"]))

    def change(self, place: Place, drawing: Drawing) -> Place:
        """The message in its latest form; MessageGone when there is none that may be changed."""
        try:
            _plain_when_too_much(
                self._client.chat_update,
                drawing,
                channel=place.channel,
                ts=place.ts,
                parse="none",
            )
        except SlackApiError as error:
            if error_code(error) in _NO_CHANGE:
                raise MessageGone from error
            raise
        return place

    def whisper(self, message: OutboxMessage, drawing: Drawing, *, thread: str | None) -> None:
        """Something for one person alone, in a channel where they are."""
        self._client.chat_postEphemeral(
            channel=message.channel, user=drawing.only_for or "", thread_ts=thread,
            text=drawing.text, blocks=drawing.blocks,
        )  # fmt: skip

    def publish(self, user: str, view: dict[str, Any]) -> None:
        """The person's App Home, as it is now."""
        self._client.views_publish(user_id=user, view=view)

    def fill(self, group: str, people: Sequence[str]) -> None:
        """The user group has exactly these members; one that has them already is left alone."""
        members = self._client.usergroups_users_list(usergroup=group)["users"]
        if set(members) != set(people):
            self._client.usergroups_users_update(usergroup=group, users=people)

    def remove(self, place: Place) -> None:
        """Delete a message of ours; one that is gone already is fine."""
        try:
            self._client.chat_delete(channel=place.channel, ts=place.ts)
        except SlackApiError as error:
            if error_code(error) != "message_not_found":
                raise

    def find(self, message: OutboxMessage, *, thread: str | None) -> Copy | None:
        """The message, if an earlier attempt of unknown outcome did reach Slack."""
        return next(self.copies(message, thread=thread), None)

    def copies(self, message: OutboxMessage, *, thread: str | None) -> Iterator[Copy]:
        """Every message that carries the key; one more than one is one too many."""
        assert message.first_tried_at is not None  # only messages that were tried are looked for
        channel = self._channel_of(message)
        oldest = message.first_tried_at - CLOCKS_APART
        for posted in self._since(channel, oldest, thread):
            metadata = posted.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == message.key:
                yield Copy(Place(channel, str(posted["ts"])), bool(posted.get("reply_count")))

    def below(self, place: Place) -> Iterator[dict[str, Any]]:
        """What is written in its thread, oldest first."""
        began = datetime.fromtimestamp(float(place.ts), UTC)
        for posted in self._since(place.channel, began, place.ts):
            if posted.get("thread_ts") == place.ts != posted["ts"]:
                yield posted

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
            answer = self._read(thread, wanted)
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _read(self, thread: str | None, wanted: dict[str, Any]) -> SlackResponse:
        """Of a thread that is gone, what was to go there went into the channel."""
        if thread is not None:
            try:
                return self._client.conversations_replies(ts=thread, **wanted)
            except SlackApiError as error:
                if error_code(error) != "thread_not_found":
                    raise
        return self._client.conversations_history(**wanted)


def is_redraw(message: OutboxMessage) -> bool:
    """Whether it changes a message in place."""
    return message.kind in REDRAWS


def _plain_when_too_much(call: Any, drawing: Drawing, **arguments: Any) -> Any:
    """A drawing that breaks Slack's rules is our fault: the person still gets the words."""
    try:
        return call(text=drawing.text, blocks=drawing.blocks, **arguments)
    except SlackApiError as error:
        if error_code(error) not in _TOO_MUCH:
            raise
        log.exception("Slack refused our blocks; sending the words alone")
        return call(text=drawing.text[:_SHORT], **arguments)
