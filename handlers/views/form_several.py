"""Inputs that hold more than one thing: files, and several options."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import InputBlock, StaticMultiSelectElement
from slack_sdk.models.blocks.block_elements import FileInputElement

from handlers.views.form import VALUE, Json, as_option, input_block
from handlers.views.words import plain

FILES: Final = "files"
"""The field of files that go with a form's words. Forms that take each other's place both have it:
what was attached stays.
"""


def files_input(
    field: str, label: str, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """Files from the person's own machine: ten of 10 MB each, says Slack."""
    return input_block(
        field, label, FileInputElement(action_id=VALUE), optional=optional, hint=hint
    )


def attached(view: Json, field: str) -> list[Json]:
    """What was put into a field of files, as Slack describes it."""
    state = view.get("state", {}).get("values", {}).get(field, {})
    return [file for held in state.values() for file in held.get("files") or ()]


def several_input(
    field: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    optional: bool = False,
    hint: str | None = None,
    tells: str | None = None,
) -> InputBlock:
    """Any of `options`; otherwise as `menu`."""
    element = StaticMultiSelectElement(
        action_id=tells or VALUE,
        placeholder=plain("Choose…"),
        options=[as_option(*each) for each in options[:100]],
    )
    return input_block(field, label, element, optional=optional, hint=hint, dispatch=bool(tells))


def chosen_values(view: Json, field: str) -> list[str]:
    """Values of the one or several options that were chosen."""
    state = view.get("state", {}).get("values", {}).get(field, {})
    chosen = [
        option
        for held in state.values()
        for option in (held.get("selected_option"), *(held.get("selected_options") or ()))
    ]
    return [str(option["value"]) for option in chosen if option]
