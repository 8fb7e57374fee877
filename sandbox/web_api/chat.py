"""chat.*: posting, changing and deleting the app's messages."""

from sandbox.company import BOT_ID, BOT_USER_ID
from sandbox.content import message_blocks, watch_text
from sandbox.escaping import tidy
from sandbox.formats import message_json
from sandbox.interactions import Refused
from sandbox.records import Channel, Json, Message, User
from sandbox.sharing import share_linked
from sandbox.web_api.method import Call, method

TEXT_CUT = 40_000
"""chat.postMessage cuts longer texts off."""

TEXT_LIMIT = 4_000
"""chat.update and chat.postEphemeral refuse longer texts."""

MARKDOWN_LIMIT = 12_000
METADATA_LIMIT = 8_000
"""Slack publishes no figure for metadata; this one is generous."""

CONTENT = "attachments blocks link_names markdown_text metadata parse text "


@method(
    "chat.postMessage",
    tier="special",
    scope="chat:write",
    required="channel",
    optional=CONTENT + "icon_emoji icon_url mrkdwn reply_broadcast thread_ts"
    " unfurl_links unfurl_media username client_msg_id",
)
def post_message(call: Call) -> Json:
    """Posts as the bot; a user id as channel means the direct message with that person."""
    workspace = call.workspace
    channel = writable_channel(call)
    if any(call.has(name) for name in ("username", "icon_emoji", "icon_url")):
        call.need("chat:write.customize")
    text, blocks = content(call)
    message = Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=BOT_USER_ID,
        text=text[:TEXT_CUT],
        blocks=blocks,
        attachments=list(call.parsed("attachments", "invalid_attachments") or []),
        bot_id=BOT_ID,
        root_ts=thread_of_call(call, channel),
        broadcast=call.flag("reply_broadcast") and call.has("thread_ts"),
        metadata=_metadata(call),
        subtype="thread_broadcast" if call.flag("reply_broadcast") else "",
    )
    workspace.add(message)
    if call.args.get("unfurl_links") is None or call.flag("unfurl_links"):
        share_linked(workspace, message)
    call.slack.events.posted(message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_json(workspace, message, with_metadata=True),
    }


@method(
    "chat.update",
    tier="tier3",
    scope="chat:write",
    required="channel ts",
    optional=CONTENT + "reply_broadcast file_ids",
)
def update(call: Call) -> Json:
    """Changes an own message: text alone takes the old blocks away, metadata stays unless given."""
    workspace = call.workspace
    message = _own_message(call, "cant_update_message")
    text, blocks = content(call, limit=TEXT_LIMIT, parses_names=call.text("parse") != "none")
    before = message_json(workspace, message)
    if call.has("text"):
        message.text = text
    message.blocks = blocks
    if call.has("metadata"):
        message.metadata = _metadata(call)
    if not blocks:
        message.edited_ts, message.edited_by = workspace.new_ts(), BOT_USER_ID
    workspace.touch()
    call.slack.events.edited(message, before)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(workspace, message),
    }


@method("chat.delete", tier="tier3", scope="chat:write", required="channel ts")
def delete(call: Call) -> Json:
    """Deletes an own message."""
    message = _own_message(call, "cant_delete_message")
    before = message_json(call.workspace, message)
    call.workspace.remove(message)
    call.slack.events.deleted(message, before)
    return {"channel": message.channel, "ts": message.ts}


@method(
    "chat.postEphemeral",
    tier="tier4",
    scope="chat:write",
    required="channel user",
    optional=CONTENT + "icon_emoji icon_url thread_ts username",
)
def post_ephemeral(call: Call) -> Json:
    """Shows something to one member of a channel; metadata is ignored."""
    workspace = call.workspace
    channel = writable_channel(call)
    user = workspace.users.get(call.text("user"))
    if user is None or user.deleted or user.id not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = content(call, limit=TEXT_LIMIT)
    message = Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=BOT_USER_ID,
        text=text,
        blocks=blocks,
        bot_id=BOT_ID,
        root_ts=thread_of_call(call, channel),
        only_for=user.id,
    )
    workspace.add(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink", tier="special", required="channel message_ts", json_body=False)
def get_permalink(call: Call) -> Json:
    """The address of a message."""
    channel, ts = call.channel(), call.text("message_ts")
    message = call.workspace.message(channel.id, ts)
    if message is None or message.is_ephemeral:
        raise Refused("message_not_found")
    home = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}"
    link = f"{home}/p{ts.replace('.', '')}"
    if message.root_ts:
        link += f"?thread_ts={message.root_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


# Shared with other ways to write


def writable_channel(call: Call) -> Channel:
    """The conversation to write to, with all reasons why the bot may not."""
    workspace, name = call.workspace, call.text("channel")
    person = workspace.users.get(name)
    if person is not None:
        _check_reachable(person)
        channel = workspace.dm_of(person.id)
    else:
        channel = call.channel()
    if channel.is_im:
        _check_reachable(workspace.users[channel.partner])
        if not call.slack.app.manifest.features.app_home.messages_tab_enabled:
            raise Refused("messages_tab_disabled")
    if channel.archived:
        raise Refused("is_archived")
    if not workspace.bot_is_in(channel) and not call.slack.app.use(["chat:write.public"]):
        raise Refused("not_in_channel")
    return channel


def _check_reachable(person: User) -> None:
    if person.deleted or person.is_bot:
        raise Refused("channel_not_found")


def content(call: Call, *, limit: int = 0, parses_names: bool = False) -> tuple[str, list[Json]]:
    """Text and blocks of a call, as stored; refuses what is wrong, records what is careless."""
    workspace, text = call.workspace, call.text("text")
    blocks = message_blocks(workspace, call.parsed("blocks", "invalid_blocks_format"), call.method)
    markdown = call.text("markdown_text")
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MARKDOWN_LIMIT or (limit and len(text) > limit):
        raise Refused("msg_too_long")
    if not (text or markdown or blocks or call.has("attachments")):
        raise Refused("no_text")
    if blocks and not text:
        workspace.violate(f"{call.method}: blocks without text leave the notification empty")
    if not limit and len(text) > TEXT_CUT:
        workspace.violate(
            f"{call.method}: {len(text)} characters of text, Slack cuts at {TEXT_CUT}"
        )
    parses = parses_names or call.text("parse") in ("full", "client") or call.flag("link_names")
    watch_text(workspace, text or markdown, call.method, parses_names=parses)
    return tidy(text or markdown), blocks


def thread_of_call(call: Call, channel: Channel) -> str:
    """The parent under which it goes; empty for none."""
    root_ts = call.text("thread_ts")
    if not root_ts:
        return ""
    root = call.workspace.message(channel.id, root_ts)
    if root is None or root.is_ephemeral:
        raise Refused("thread_not_found")
    if root.root_ts:
        raise Refused("cannot_reply_to_message")
    return root_ts


def _metadata(call: Call) -> Json | None:
    metadata = call.parsed("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise Refused("invalid_metadata_format")
    if len(str(metadata)) > METADATA_LIMIT:
        raise Refused("metadata_too_large")
    return metadata


def _own_message(call: Call, not_ours: str) -> Message:
    channel = call.channel()
    message = call.workspace.message(channel.id, call.text("ts"))
    if message is None or message.is_ephemeral or message.subtype == "tombstone":
        raise Refused("message_not_found")
    if message.bot_id != BOT_ID:
        raise Refused(not_ours)
    if channel.archived:
        raise Refused("is_archived")
    if not call.workspace.bot_is_in(channel):
        raise Refused("not_in_channel")
    return message
