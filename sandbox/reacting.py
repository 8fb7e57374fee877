"""Reactions, whoever gives them."""

from sandbox.records import Message
from sandbox.slack import Slack


def announce_reaction(slack: Slack, type_: str, user_id: str, message: Message, name: str) -> None:
    """Tell the app about a reaction that came or went, if the bot is in that channel."""
    slack.workspace.touch()
    if not slack.workspace.bot_is_in(slack.workspace.channels[message.channel]):
        return
    event = {
        "type": type_,
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
    }
    slack.events.emit(type_, event, f"{type_} {name}")
