"""Completes blocks the way Slack stores them: missing ids invented, defaults written out."""

from collections.abc import Callable
from typing import Any

from sandbox.block_kit.check import elements_of
from sandbox.escaping import tidy
from sandbox.records import Json

NewId = Callable[[str], str]


def complete(blocks: list[Json], new_id: NewId) -> list[Json]:
    """A deep copy with every block_id, action_id and default in its place."""
    return [_complete_block(_copy(block), new_id) for block in blocks]


def complete_text(text: Json | None) -> Json | None:
    """A text object with its defaults; nothing stays nothing."""
    return _copy(text) if text else None


def _complete_block(block: Json, new_id: NewId) -> Json:
    if not block.get("block_id"):
        block["block_id"] = new_id("b")
    for element in elements_of(block):
        if element.get("type") != "image" and not element.get("action_id"):
            element["action_id"] = new_id("a")
    if block.get("type") == "input":
        block.setdefault("optional", False)
        block.setdefault("dispatch_action", False)
    return block


def _copy(value: Any) -> Any:
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _copy(item) for key, item in value.items()}
    if copied.get("type") == "plain_text":
        copied.setdefault("emoji", True)
    elif copied.get("type") == "mrkdwn":
        copied["text"] = tidy(str(copied.get("text", "")))
        copied.setdefault("verbatim", False)
    return copied
