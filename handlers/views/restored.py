"""A form as somebody had filled it in, drawn anew."""

from collections.abc import Mapping
from typing import Any, Final

_INITIAL: Final = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_date": "initial_date",
}
"""Where Slack's state keeps what was entered, and where an element takes it to begin with."""


def filled_in(view: Mapping[str, Any]) -> dict[str, Any]:
    """Slack's copy of a submitted view, with every input beginning with what was entered."""
    entered = view.get("state", {}).get("values", {})
    return {**view, "blocks": [_filled(block, entered) for block in view["blocks"]]}


def _filled(block: Mapping[str, Any], entered: Mapping[str, Any]) -> Mapping[str, Any]:
    element = block.get("element") or {}
    held = entered.get(str(block.get("block_id")), {}).get(element.get("action_id"))
    if held is None:
        return block
    empty = {key: value for key, value in element.items() if key not in _INITIAL.values()}
    begun = {_INITIAL[key]: value for key, value in held.items() if key in _INITIAL and value}
    return {**block, "element": {**empty, **begun}}
