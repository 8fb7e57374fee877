"""Answers without a token: what comes back in an ack, or through a response URL."""

from sandbox.company import BOT_ID, BOT_USER_ID
from sandbox.content import message_blocks, watch_text
from sandbox.escaping import tidy
from sandbox.formats import message_json
from sandbox.interactions import Refused, ResponseUrl
from sandbox.records import Json, Message
from sandbox.slack import Slack

KNOWN = {
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "text",
    "blocks",
    "attachments",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "metadata",
    "parse",
    "link_names",
}
"""Keys of a message sent in an ack or to a response URL."""


def post_to_response_url(slack: Slack, token: str, body: Json) -> None:
    """Do what the app asks; raises Refused for a worn-out address or a wrong message."""
    with slack.workspace.lock:
        url = slack.response_urls.redeem(token, slack.clock.now())
        original = slack.workspace.message(url.channel_id, url.message_ts)
        if body.get("delete_original"):
            if original:
                slack.workspace.remove(original)
            return
        if body.get("replace_original") and original:
            _replace(slack, original, body)
            return
        show(slack, url, body, "response_url")


def show(slack: Slack, place: ResponseUrl, body: Json, where: str) -> Message | None:
    """A new message: for the person alone, unless it says in_channel; None when it is empty."""
    workspace = slack.workspace
    text, blocks = _content(slack, body, where)
    if not text and not blocks:
        return None
    in_channel = body.get("response_type") == "in_channel"
    message = Message(
        channel=place.channel_id,
        ts=workspace.new_ts(),
        user=BOT_USER_ID,
        text=text,
        blocks=blocks,
        bot_id=BOT_ID,
        root_ts=str(body.get("thread_ts") or place.thread_ts or ""),
        only_for="" if in_channel else place.user_id,
    )
    workspace.add(message)
    slack.events.posted(message)
    return message


def _replace(slack: Slack, message: Message, body: Json) -> None:
    before = message_json(slack.workspace, message)
    message.text, message.blocks = _content(slack, body, "response_url")
    slack.workspace.touch()
    slack.events.edited(message, before)


def _content(slack: Slack, body: Json, where: str) -> tuple[str, list[Json]]:
    text = body.get("text") or ""
    if not isinstance(text, str):
        raise Refused("invalid_payload")
    blocks = message_blocks(slack.workspace, body.get("blocks"), where)
    watch_text(slack.workspace, text, where)
    if blocks and not text:
        slack.workspace.violate(f"{where}: blocks without text leave the notification empty")
    for name in body.keys() - KNOWN:
        slack.workspace.violate(f"{where}: Slack knows no key {name!r}")
    return tidy(text), blocks
