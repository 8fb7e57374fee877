"""A form drawn anew: as somebody had filled it in, or with other words in some of its fields."""

from collections.abc import Mapping
from typing import Any, Final

from slack_sdk.models.views import View

from handlers.views.form import KEPT, LONGEST, TURN, Json
from handlers.views.wire import Sheet
from handlers.views.words import cut

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


def refilled(view: Json, texts: Mapping[str, str]) -> View:
    """The same form with other words in these fields. Slack shows them only where a field's id is
    new: it gets one of its own behind the name.
    """
    kept = {key: view[key] for key in KEPT if view.get(key)}
    return Sheet(**kept, blocks=[_refilled(block, texts, view["hash"]) for block in view["blocks"]])


def _refilled(block: dict[str, Any], texts: Mapping[str, str], turn: str) -> dict[str, Any]:
    field, element = str(block.get("block_id")).split(TURN)[0], block.get("element") or {}
    if field not in texts or element.get("type") != "plain_text_input":
        return block
    text = cut(texts[field], element.get("max_length", LONGEST))
    return {
        **block, "block_id": f"{field}{TURN}{turn}", "element": {**element, "initial_value": text}
    }  # fmt: skip
