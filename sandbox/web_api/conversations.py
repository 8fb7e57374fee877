"""conversations.* and users.conversations: channels, their members and their history."""

from datetime import timedelta

from sandbox.company import BOT_USER_ID
from sandbox.formats import channel_json, message_json
from sandbox.interactions import Refused
from sandbox.records import Channel, ChannelKind, Json, Message
from sandbox.scopes import HISTORY, READ
from sandbox.web_api.method import Call, invalid_arguments, method
from sandbox.web_api.paging import page

KINDS: dict[str, ChannelKind | None] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": None,
}
"""Slack's words in `types`; group direct messages do not exist in this workspace."""

PERIOD = "cursor include_all_metadata inclusive latest limit oldest"


@method(
    "conversations.open",
    tier="tier3",
    optional="channel users return_im prevent_creation",
)
def open_dm(call: Call) -> Json:
    """The direct message with one person."""
    users = call.names("users")
    if bool(users) == call.has("channel"):
        invalid_arguments("exactly one of users and channel is needed")
    if len(users) > 1:
        call.need("mpim:write")
        raise Refused("method_not_supported_for_channel_type")
    call.need("im:write")
    person = call.workspace.users.get(users[0] if users else call.channel().partner)
    if person is None:
        raise Refused("user_not_found")
    if person.is_bot:
        raise Refused("cannot_dm_bot")
    if person.deleted:
        raise Refused("user_disabled")
    channel = call.workspace.dm_of(person.id)
    shown = channel_json(channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": False, "already_open": False}


@method(
    "conversations.info",
    tier="tier3",
    required="channel",
    optional="include_locale include_num_members",
    json_body=False,
)
def info(call: Call) -> Json:
    """One conversation; `is_member` tells whether the bot is in."""
    channel = call.channel(READ)
    shown = channel_json(channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.history", tier="tier3", required="channel", optional=PERIOD)
def history(call: Call) -> Json:
    """Top-level messages, newest first."""
    channel = _readable(call)
    messages = [m for m in _settled(call, channel) if m.is_top_level]
    part, paging = page(call, _in_period(call, messages)[::-1], most=999)
    return {"messages": _shown(call, part), "has_more": _more(paging), **paging}


@method(
    "conversations.replies",
    tier="tier3",
    required="channel ts",
    optional=PERIOD,
    json_body=False,
)
def replies(call: Call) -> Json:
    """A thread, parent first; a reply's own ts finds only that reply."""
    channel, ts = _readable(call), call.text("ts")
    settled = _settled(call, channel)
    parent = [m for m in settled if m.ts == ts]
    if not parent:
        raise Refused("thread_not_found")
    answers = _in_period(call, [m for m in settled if m.root_ts == ts])
    part, paging = page(call, [*parent, *answers])
    return {"messages": _shown(call, part), "has_more": _more(paging), **paging}


@method(
    "conversations.list",
    tier="tier2",
    optional="cursor exclude_archived limit team_id types",
    json_body=False,
)
def list_all(call: Call) -> Json:
    """Public channels, and the private ones and direct messages with the bot."""
    found = [c for c in _of_types(call) if c.kind == "channel" or call.workspace.bot_is_in(c)]
    part, paging = page(call, found, most=999)
    return {"channels": [channel_json(channel) for channel in part], **paging}


@method(
    "users.conversations",
    tier="tier3",
    optional="cursor exclude_archived limit team_id types user",
    json_body=False,
)
def of_user(call: Call) -> Json:
    """The conversations of a member: of the bot itself, unless `user` names another."""
    user = call.user() if call.has("user") else call.workspace.users[BOT_USER_ID]
    found = [c for c in _of_types(call) if user.id in c.members]
    part, paging = page(call, found, most=999)
    return {"channels": [channel_json(channel) for channel in part], **paging}


@method(
    "conversations.members",
    tier="tier4",
    required="channel",
    optional="cursor limit",
    json_body=False,
)
def members(call: Call) -> Json:
    """Ids of everyone in a channel, bots included."""
    part, paging = page(call, call.channel(READ).members)
    return {"members": list(part), **paging}


@method("conversations.join", tier="tier3", scope="channels:join", required="channel")
def join(call: Call) -> Json:
    """The bot enters a public channel by itself."""
    channel = call.channel()
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    if not call.workspace.bot_is_in(channel):
        channel.members.append(BOT_USER_ID)
        call.workspace.touch()
    return {"channel": channel_json(channel)}


def _readable(call: Call) -> Channel:
    channel = call.channel(HISTORY)
    if not call.workspace.bot_is_in(channel):
        raise Refused("not_in_channel")
    return channel


def _settled(call: Call, channel: Channel) -> list[Message]:
    """Everything that history knows already; the newest part may lag behind on request."""
    lag: timedelta = call.slack.faults.history_lag
    horizon = call.slack.clock.now() - lag
    return [
        message
        for message in call.workspace.all_in(channel.id)
        if not message.is_ephemeral and (not lag or float(message.ts) <= horizon.timestamp())
    ]


def _in_period(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    inclusive = call.flag("inclusive")
    return [
        message
        for message in messages
        if (not oldest or message.ts > oldest or (inclusive and message.ts == oldest))
        and (not latest or message.ts < latest or (inclusive and message.ts == latest))
    ]


def _bound(call: Call, name: str) -> str:
    value = str(call.args.get(name) or "")
    if value and not value.replace(".", "", 1).isdigit():
        raise Refused(f"invalid_ts_{name}")
    return value if float(value or 0) else ""


def _shown(call: Call, messages: "list[Message] | object") -> list[Json]:
    with_metadata = call.flag("include_all_metadata")
    listed = messages if isinstance(messages, list) else []
    return [message_json(call.workspace, m, with_metadata=with_metadata) for m in listed]


def _more(paging: Json) -> bool:
    return bool(paging["response_metadata"]["next_cursor"])


def _of_types(call: Call) -> list[Channel]:
    types = call.names("types") or ["public_channel"]
    unknown = set(types) - KINDS.keys()
    if unknown:
        raise Refused("invalid_types")
    kinds = [kind for name in types if (kind := KINDS[name])]
    for kind in kinds:
        call.need(READ[kind])
    return [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds and not (channel.archived and call.flag("exclude_archived"))
    ]
