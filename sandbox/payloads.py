"""Interaction payloads, key by key as Slack sends them."""

from dataclasses import dataclass, field

from sandbox.company import APP_ID, TEAM_ID
from sandbox.events import VERIFICATION_TOKEN
from sandbox.formats import message_json, view_json
from sandbox.records import Channel, Json, Message, User, View
from sandbox.slack import Slack
from sandbox.views_state import Values, initial_values


@dataclass(frozen=True)
class Used:
    """One element that a person used; `selection` is its new state, empty for buttons."""

    block: Json
    element: Json
    selection: Json = field(default_factory=dict)


def base(slack: Slack, type_: str, user: User) -> Json:
    """What every interaction has."""
    return {
        "type": type_,
        "user": {
            "id": user.id,
            "username": user.handle,
            "name": user.handle,
            "team_id": TEAM_ID,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM_ID, "domain": slack.workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def response_url(slack: Slack, user: User, channel: Channel, message: Json | None = None) -> str:
    """A fresh address for answering this interaction."""
    home = f"http://{slack.host}/hooks"
    return slack.response_urls.issue(home, slack.clock.now(), user.id, channel.id, message)


def place(channel: Channel) -> Json:
    """The channel of an interaction; direct messages are all called directmessage."""
    names = {"im": "directmessage", "group": "privategroup"}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}


def action(slack: Slack, used: Used) -> Json:
    """The entry in `actions` for one used element."""
    element = used.element
    shown: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": used.block["block_id"],
        **used.selection,
        "action_ts": slack.workspace.new_ts(),
    }
    copied = ("text", "value", "style", "url", "placeholder", "initial_option", "initial_user")
    return shown | {key: element[key] for key in copied if key in element and key not in shown}


def message_actions(slack: Slack, user: User, message: Message, used: Used) -> Json:
    """Something in a message was used; of an ephemeral message the app gets no copy."""
    channel = slack.workspace.channels[message.channel]
    shown = message_json(slack.workspace, message)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if message.root_ts:
        container["thread_ts"] = message.root_ts
    values: Values = initial_values(message.blocks)
    fields = values.get(used.block["block_id"], {})
    if used.element["action_id"] in fields:
        fields[used.element["action_id"]] |= used.selection
    payload = base(slack, "block_actions", user) | {
        "container": container,
        "trigger_id": slack.triggers.issue(user.id),
        "response_url": response_url(slack, user, channel, shown),
        "channel": place(channel),
        "state": {"values": values},
        "actions": [action(slack, used)],
    }
    return payload if message.is_ephemeral else payload | {"message": shown}


def view_actions(slack: Slack, user: User, view: View, used: Used) -> Json:
    """Something in a modal or on the Home tab was used."""
    return base(slack, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.triggers.issue(user.id, view.id if view.type == "modal" else ""),
        "view": view_json(view),
        "actions": [action(slack, used)],
    }


def suggestion(slack: Slack, user: User, where: Message | View, used: Used, typed: str) -> Json:
    """A person types into a menu whose options the app provides."""
    payload = base(slack, "block_suggestion", user) | {
        "action_id": used.element["action_id"],
        "block_id": used.block["block_id"],
        "value": typed,
    }
    if isinstance(where, View):
        container = {"type": "view", "view_id": where.id}
        return payload | {"container": container, "view": view_json(where)}
    channel = slack.workspace.channels[where.channel]
    container = {"type": "message", "message_ts": where.ts, "channel_id": channel.id}
    shown = message_json(slack.workspace, where)
    return payload | {"container": container, "channel": place(channel), "message": shown}


def submission(slack: Slack, user: User, view: View) -> Json:
    """A modal was sent off."""
    return base(slack, "view_submission", user) | {
        "trigger_id": slack.triggers.issue(user.id, view.id),
        "view": view_json(view),
        "response_urls": _response_urls(slack, user, view),
    }


def _response_urls(slack: Slack, user: User, view: View) -> list[Json]:
    found = []
    for block in view.blocks:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        state = view.values[block["block_id"]][element["action_id"]]
        chosen = state.get("selected_conversation") or state.get("selected_channel")
        channel = slack.workspace.channels.get(str(chosen))
        if channel:
            found.append(
                {
                    "response_url": response_url(slack, user, channel),
                    "channel_id": channel.id,
                    "action_id": element["action_id"],
                    "block_id": block["block_id"],
                }
            )
    return found


def closing(slack: Slack, user: User, view: View, *, is_cleared: bool) -> Json:
    """A modal was closed without being sent; there is no trigger in here."""
    return base(slack, "view_closed", user) | {"view": view_json(view), "is_cleared": is_cleared}


def shortcut(slack: Slack, user: User, callback_id: str) -> Json:
    """A global shortcut: no channel, no response URL, and the user has no `name`."""
    payload = base(slack, "shortcut", user) | {
        "action_ts": slack.workspace.new_ts(),
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(user.id),
    }
    del payload["api_app_id"], payload["user"]["name"]
    return payload


def message_shortcut(slack: Slack, user: User, callback_id: str, message: Message) -> Json:
    """A shortcut used on a message that the person can see; the bot need not be in there."""
    channel = slack.workspace.channels[message.channel]
    payload = base(slack, "message_action", user) | {
        "action_ts": slack.workspace.new_ts(),
        "channel": place(channel),
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(user.id),
        "response_url": response_url(slack, user, channel),
        "message_ts": message.ts,
        "message": message_json(slack.workspace, message),
    }
    del payload["api_app_id"]
    return payload


def command(slack: Slack, user: User, channel: Channel, name: str, text: str) -> Json:
    """A slash command: all values are strings."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": slack.workspace.domain,
        "channel_id": channel.id,
        "channel_name": str(place(channel)["name"]),
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url(slack, user, channel),
        "trigger_id": slack.triggers.issue(user.id),
    }
