"""What stands in the fields of a view: Slack calls it state, keyed by block id and action id."""

from collections.abc import Iterator

from sandbox.block_kit.check import elements_of, options_of
from sandbox.records import Json

_SINGLE = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
_SEVERAL = {
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}
KEYS = {kind: keys[0] for kind, keys in (_SINGLE | _SEVERAL).items()}
"""Under which key an element's state holds its value."""

Values = dict[str, dict[str, Json]]


def stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) that has a state; buttons and overflow menus have none."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in KEYS:
                yield block, element


def initial_values(blocks: list[Json]) -> Values:
    """The state right after opening: initial values, null or an empty list."""
    values: Values = {}
    for block, element in stateful(blocks):
        values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def kept_values(old: Values, blocks: list[Json]) -> Values:
    """The state after an update: what was entered stays where block_id and action_id stayed."""
    values = initial_values(blocks)
    for block, element in stateful(blocks):
        before = old.get(block["block_id"], {}).get(element["action_id"])
        if before and before["type"] == element["type"] and _still_offered(before, element):
            values[block["block_id"]][element["action_id"]] = before
    return values


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in _SINGLE:
        key, initial = _SINGLE[kind]
        value = element.get(initial)
    else:
        key, initial = _SEVERAL[kind]
        value = list(element.get(initial) or [])
    state: Json = {"type": kind, key: value}
    if kind == "timepicker" and element.get("timezone"):
        state["timezone"] = element["timezone"]
    return state


def _still_offered(before: Json, element: Json) -> bool:
    if "options" not in element and "option_groups" not in element:
        return True
    chosen = before.get("selected_options") or [before.get("selected_option")]
    offered = [option.get("value") for option in options_of(element)]
    return all(option is None or option["value"] in offered for option in chosen)
