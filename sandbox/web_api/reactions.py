"""reactions.*: the bot reacts with emoji."""

from sandbox.company import BOT_USER_ID
from sandbox.interactions import Refused
from sandbox.reacting import NAME, announce_reaction
from sandbox.records import Json, Message
from sandbox.web_api.method import Call, method


@method("reactions.add", tier="tier3", scope="reactions:write", required="channel name timestamp")
def add(call: Call) -> Json:
    """The bot reacts with an emoji, named without colons."""
    message, name = _item(call)
    users = message.reactions.setdefault(name, [])
    if BOT_USER_ID in users:
        raise Refused("already_reacted")
    users.append(BOT_USER_ID)
    announce_reaction(call.slack, "reaction_added", BOT_USER_ID, message, name)
    return {}


@method(
    "reactions.remove", tier="tier2", scope="reactions:write", required="channel name timestamp"
)
def remove(call: Call) -> Json:
    """The bot takes a reaction back."""
    message, name = _item(call)
    if BOT_USER_ID not in message.reactions.get(name, []):
        raise Refused("no_reaction")
    message.reactions[name].remove(BOT_USER_ID)
    if not message.reactions[name]:
        del message.reactions[name]
    announce_reaction(call.slack, "reaction_removed", BOT_USER_ID, message, name)
    return {}


def _item(call: Call) -> tuple[Message, str]:
    channel, name = call.channel(), call.text("name")
    if not NAME.fullmatch(name):
        raise Refused("invalid_name")
    if channel.archived:
        raise Refused("is_archived")
    if not call.workspace.bot_is_in(channel):
        raise Refused("not_in_channel")
    message = call.workspace.message(channel.id, call.text("timestamp"))
    if message is None or message.is_ephemeral:
        raise Refused("message_not_found")
    return message, name
