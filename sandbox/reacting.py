"""Reactions, whoever gives them."""

import re
from concurrent.futures import Future

from sandbox.delivery import Ack
from sandbox.records import Json, Message
from sandbox.slack import Slack

NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")
"""An emoji without its colons."""


def announce_reaction(
    slack: Slack, type_: str, user_id: str, message: Message, name: str
) -> "Future[Ack] | None":
    """Tell the app about a reaction that came or went, if the bot is in that channel. Of what an
    app wrote, Slack does not say whose it is.
    """
    slack.workspace.touch()
    if not slack.workspace.bot_is_in(slack.workspace.channels[message.channel]):
        return None
    event: Json = {
        "type": type_,
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
    }
    if not message.bot_id:
        event["item_user"] = message.user
    return slack.events.emit(type_, event, f"{type_} {name}")
