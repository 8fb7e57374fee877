"""For every limit of a modal or Home tab, a view just inside and one just outside."""

from typing import Any

import pytest

from sandbox.block_kit.check import check_view
from tests.sandbox.kit import (
    Json,
    actions,
    button,
    field,
    home,
    many,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    select,
    text_input,
)

GOOD_VIEWS: dict[str, Json] = {
    "modal": modal(),
    "full modal": modal(
        *many(100, {"type": "divider"}),
        title=plain("x" * 24),
        close=plain("x" * 24),
        private_metadata="x" * 3000,
        callback_id="x" * 255,
        external_id="x" * 255,
    ),
    "modal without inputs needs no submit": {
        "type": "modal",
        "title": plain(),
        "blocks": [section()],
    },
    "home": home(actions(select())),
    "one focus": modal(field(element=text_input(focus_on_load=True))),
    "alert": modal(field(), {"type": "alert", "text": plain(), "level": "warning"}),
    "every input": modal(
        field("a", text_input(min_length=0, max_length=3000, multiline=True)),
        field("b", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        field("c", {"type": "email_text_input"}),
        field("d", {"type": "url_text_input"}),
        field("e", {"type": "users_select"}),
        field("f", {"type": "multi_users_select", "max_selected_items": 3}),
        field("g", {"type": "conversations_select", "response_url_enabled": True}),
        field("h", {"type": "radio_buttons", "options": [option()]}),
        field("i", {"type": "file_input", "max_files": 10}),
        field("j", {"type": "rich_text_input", "action_id": "r"}),
        field("k", {"type": "datetimepicker"}),
        field("l", {"type": "external_select", "min_query_length": 0}),
    ),
}


@pytest.mark.parametrize("name", GOOD_VIEWS)
def test_a_view_within_the_limits_is_taken(name: str) -> None:
    assert check_view(GOOD_VIEWS[name]) == []


def without(view: Json, key: str) -> Json:
    """The view, with one key left out."""
    return {name: value for name, value in view.items() if name != key}


BAD_VIEWS: dict[str, tuple[Any, str, str]] = {
    "not an object": ("x", "must provide an object", "/view"),
    "unknown type": ({**modal(), "type": "dialog"}, "unsupported type: dialog", "/view/type"),
    "without title": (without(modal(), "title"), "missing required field: title", "/view"),
    "without blocks": (without(modal(), "blocks"), "missing required field: blocks", "/view"),
    "no block": ({**modal(), "blocks": []}, "must have at least 1 items", "/view/blocks"),
    "title 25": (
        modal(title=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/title/text",
    ),
    "submit 25": (
        modal(submit=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/submit/text",
    ),
    "close mrkdwn": (modal(close=mrkdwn()), "must be one of: plain_text", "/view/close/type"),
    "input without submit": (
        without(modal(), "submit"),
        "missing required field: submit, because there is an input block",
        "/view",
    ),
    "private_metadata 3001": (
        modal(private_metadata="x" * 3001),
        "must be less than 3001 characters",
        "/view/private_metadata",
    ),
    "callback_id 256": (
        modal(callback_id="x" * 256),
        "must be less than 256 characters",
        "/view/callback_id",
    ),
    "external_id 256": (
        modal(external_id="x" * 256),
        "must be less than 256 characters",
        "/view/external_id",
    ),
    "101 blocks": (
        modal(*many(101, {"type": "divider"})),
        "no more than 100 items allowed",
        "/view/blocks",
    ),
    "table in a modal": (
        modal({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}),
        "unsupported type: table in a modal",
        "/view/blocks/0/type",
    ),
    "markdown on the Home tab": (
        home({"type": "markdown", "text": "x"}),
        "unsupported type: markdown in a home",
        "/view/blocks/0/type",
    ),
    "title on the Home tab": (
        home(title=plain()),
        "invalid additional property: title",
        "/view",
    ),
    "button as input": (
        modal(field(element=button())),
        "unsupported type: button",
        "/view/blocks/0/element/type",
    ),
    "label mrkdwn": (
        modal({**field(), "label": mrkdwn()}),
        "must be one of: plain_text",
        "/view/blocks/0/label/type",
    ),
    "label 2001": (
        modal({**field(), "label": plain("x" * 2001)}),
        "must be less than 2001 characters",
        "/view/blocks/0/label/text",
    ),
    "max_length 3001": (
        modal(field(element=text_input(max_length=3001))),
        "must be between 1 and 3000",
        "/view/blocks/0/element/max_length",
    ),
    "number without decimals rule": (
        modal(field(element={"type": "number_input"})),
        "missing required field: is_decimal_allowed",
        "/view/blocks/0/element",
    ),
    "two focused": (
        modal(
            field("a", text_input(focus_on_load=True)), field("b", text_input(focus_on_load=True))
        ),
        "only one element may have focus_on_load",
        "/view/blocks",
    ),
    "dispatching file_input": (
        modal(field(element={"type": "file_input"}, dispatch_action=True)),
        "dispatch_action cannot be used with file_input",
        "/view/blocks/0",
    ),
    "response_url_enabled in actions": (
        modal(field(), actions({"type": "channels_select", "response_url_enabled": True})),
        "response_url_enabled works only in an input block of a modal",
        "/view/blocks/1",
    ),
    "bad trigger words": (
        modal(
            field(element=text_input(dispatch_action_config={"trigger_actions_on": ["on_blur"]}))
        ),
        "must be one of: on_enter_pressed, on_character_entered",
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    "empty conversation filter": (
        modal(field(element={"type": "conversations_select", "filter": {}})),
        "must define at least one of: include, exclude_external_shared_channels, exclude_bot_users",
        "/view/blocks/0/element/filter",
    ),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_a_view_outside_the_limits_is_refused_with_the_place(name: str) -> None:
    view, sentence, pointer = BAD_VIEWS[name]

    assert f"{sentence} [json-pointer:{pointer}]" in check_view(view)
