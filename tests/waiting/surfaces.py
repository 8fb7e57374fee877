"""Everything that reaches some people, as it crossed the wire: whole payloads, hidden parts too."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.people import Person
from sandbox.records import Json
from sandbox.wire import WireEntry


def reaching(people: list[Person]) -> Iterator[tuple[str, Json]]:
    """What Slack was given for these people's eyes, and through which door: messages, redraws,
    modals, Home, answers to commands and buttons, errors in forms.
    """
    workspace = people[0].slack.workspace
    users = {person.user.id for person in people}
    places = users | {workspace.dm_of(user).id for user in users}
    entries = list(workspace.wire.entries)
    mine = [entry for entry in entries if entry.direction == "to app" and _by(entry) in users]
    triggers = {entry.payload.get("trigger_id") for entry in mine} - {None}
    views = {
        (entry.answer or {}).get("view", {}).get("id")
        for entry in entries
        if entry.payload.get("trigger_id") in triggers
    }
    for entry in mine:
        yield f"answer to {entry.kind}", entry.answer or {}
    for entry in entries:
        args = entry.payload
        if entry.direction == "to slack" and (
            (args.get("channel") in places and args.get("user", "") in {"", *users})
            or args.get("user") in users
            or args.get("user_id") in users
            or args.get("trigger_id") in triggers
            or (args.get("view_id") and args["view_id"] in views)
        ):
            yield entry.kind, args
    for channel in list(workspace.channels):
        for message in workspace.all_in(channel):
            if message.only_for in users:
                yield "response_url", {"text": message.text, "blocks": message.blocks}


def _by(entry: WireEntry) -> str:
    payload: dict[str, Any] = entry.payload
    user = payload.get("user") or payload.get("user_id") or payload.get("event", {}).get("user")
    return str(user["id"] if isinstance(user, dict) else user or "")


def spelled(sent: object) -> str:
    """As one text, to look for words in; views arrive as JSON within JSON."""
    return json.dumps(sent, ensure_ascii=False).casefold()
