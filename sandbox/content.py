"""What an app puts into messages and views: judged, completed, and watched for carelessness."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.block_kit.check import check_message, check_view
from sandbox.block_kit.fill import complete, complete_text
from sandbox.escaping import BARE_BROADCAST, BROADCAST
from sandbox.interactions import Refused
from sandbox.records import Json, View
from sandbox.workspace import Workspace

VIEW_BYTES = 250_000
"""Largest view as JSON."""


def message_blocks(workspace: Workspace, blocks: object, where: str) -> list[Json]:
    """The blocks of a message as Slack stores them; wrong ones are refused as invalid_blocks."""
    if blocks is None or blocks == "":
        return []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    problems = check_message(blocks)
    if problems:
        marked = [f"[ERROR] {problem}" for problem in problems]
        raise Refused("invalid_blocks", errors=problems, response_metadata={"messages": marked})
    watch_blocks(workspace, blocks, where)
    return complete(blocks, workspace.next_id)


def judged_view(view: object) -> Json:
    """The view, if Slack would take it; wrong ones are refused as invalid_arguments."""
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    problems = check_view(view)
    if problems or not isinstance(view, dict):
        marked = ["[ERROR] failed to match all allowed schemas [json-pointer:/view]"]
        marked += [f"[ERROR] {problem}" for problem in problems]
        raise Refused("invalid_arguments", response_metadata={"messages": marked})
    return view


def put_into(workspace: Workspace, view: View, given: Json, where: str) -> View:
    """Give an open view new content; its identity and place in the stack stay."""
    watch_blocks(workspace, given["blocks"], where)
    view.blocks = complete(given["blocks"], workspace.next_id)
    view.title, view.submit, view.close = (
        complete_text(given.get(key)) for key in ("title", "submit", "close")
    )
    view.private_metadata = given.get("private_metadata") or ""
    view.callback_id = given.get("callback_id") or ""
    view.external_id = given.get("external_id") or ""
    view.clear_on_close = bool(given.get("clear_on_close"))
    view.notify_on_close = bool(given.get("notify_on_close"))
    view.hash = f"{workspace.new_ts().partition('.')[0]}.{workspace.next_id('h')[-8:]}"
    view.errors, view.problem = {}, ""
    return view


# Carelessness: Slack takes it, people suffer


def watch_text(workspace: Workspace, text: str, where: str, *, parses_names: bool = False) -> None:
    """Record a violation when text of the app would ring for a whole channel."""
    if BROADCAST.search(text) or (parses_names and BARE_BROADCAST.search(text)):
        workspace.violate(f"{where}: the text would notify a whole channel: {text[:80]!r}")


def watch_blocks(workspace: Workspace, blocks: Any, where: str) -> None:
    """The same for every mrkdwn object and broadcast element inside blocks."""
    for part in _parts(blocks):
        if part.get("type") == "mrkdwn":
            parses = part.get("verbatim") is not True
            watch_text(workspace, str(part.get("text")), where, parses_names=parses)
        elif part.get("type") == "broadcast":
            workspace.violate(f"{where}: a broadcast element would notify a whole channel")


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _parts(item)
