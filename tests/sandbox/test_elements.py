"""For every limit of an interactive element, a payload that breaks it, and how Slack says no."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.block_kit.check import check_message
from tests.sandbox.kit import (
    CONFIRM,
    actions,
    button,
    many,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    select,
    text_input,
)

BAD: dict[str, tuple[Any, str, str]] = {
    "input element in actions": (
        [actions(text_input())],
        "unsupported type: plain_text_input",
        "/blocks/0/elements/0/type",
    ),
    "button text 76": (
        [actions(button("x" * 76))],
        "must be less than 76 characters",
        "/blocks/0/elements/0/text/text",
    ),
    "button value 2001": (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters",
        "/blocks/0/elements/0/value",
    ),
    "button style": (
        [actions(button(style="green"))],
        "must be one of: primary, danger",
        "/blocks/0/elements/0/style",
    ),
    "button without text": (
        [actions({"type": "button"})],
        "missing required field: text",
        "/blocks/0/elements/0",
    ),
    "value as number": (
        [actions(button(value=42))],
        "must be a string",
        "/blocks/0/elements/0/value",
    ),
    "confirm without deny": (
        [actions(button(confirm={k: v for k, v in CONFIRM.items() if k != "deny"}))],
        "missing required field: deny",
        "/blocks/0/elements/0/confirm",
    ),
    "confirm title 101": (
        [actions(button(confirm={**CONFIRM, "title": plain("x" * 101)}))],
        "must be less than 101 characters",
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "101 options": (
        [actions(select(options=many(101, option())))],
        "no more than 100 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "no options": (
        [actions(select(options=[]))],
        "must have at least 1 items",
        "/blocks/0/elements/0/options",
    ),
    "options and groups": (
        [actions(select(option_groups=[{"label": plain(), "options": [option()]}]))],
        "must define exactly one of: options, option_groups",
        "/blocks/0/elements/0",
    ),
    "option text 76": (
        [actions(select(options=[option("x" * 76)]))],
        "must be less than 76 characters",
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "option value 151": (
        [actions(select(options=[option(value="x" * 151)]))],
        "must be less than 151 characters",
        "/blocks/0/elements/0/options/0/value",
    ),
    "option description 76": (
        [actions(select(options=[{**option(), "description": plain("x" * 76)}]))],
        "must be less than 76 characters",
        "/blocks/0/elements/0/options/0/description/text",
    ),
    "mrkdwn option in a select": (
        [actions(select(options=[{"text": mrkdwn(), "value": "1"}]))],
        "must be one of: plain_text",
        "/blocks/0/elements/0/options/0/text/type",
    ),
    "link outside overflow": (
        [actions(select(options=[{**option(), "url": "https://example.com"}]))],
        "invalid additional property: url",
        "/blocks/0/elements/0/options/0",
    ),
    "initial option unknown": (
        [actions(select(initial_option=option("Three", "3")))],
        "initial option must be exactly one of the options",
        "/blocks/0",
    ),
    "initial option differs in text": (
        [actions(select(initial_option=option("one", "1")))],
        "initial option must be exactly one of the options",
        "/blocks/0",
    ),
    "6 in overflow": (
        [actions({"type": "overflow", "options": many(6, option())})],
        "no more than 5 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "11 boxes": (
        [actions({"type": "checkboxes", "options": many(11, option())})],
        "no more than 10 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "placeholder 151": (
        [actions(select(placeholder=plain("x" * 151)))],
        "must be less than 151 characters",
        "/blocks/0/elements/0/placeholder/text",
    ),
    "bad date": (
        [actions({"type": "datepicker", "initial_date": "21.11.2026"})],
        "must match the expected format",
        "/blocks/0/elements/0/initial_date",
    ),
    "bad time": (
        [actions({"type": "timepicker", "initial_time": "24:00"})],
        "must match the expected format",
        "/blocks/0/elements/0/initial_time",
    ),
    "bad moment": (
        [actions({"type": "datetimepicker", "initial_date_time": 42})],
        "must be between 1000000000 and 9999999999",
        "/blocks/0/elements/0/initial_date_time",
    ),
    "datetimepicker in section": (
        [section(accessory={"type": "datetimepicker"})],
        "unsupported type: datetimepicker",
        "/blocks/0/accessory/type",
    ),
    "action_id 256": (
        [actions(button(action_id="x" * 256))],
        "must be less than 256 characters",
        "/blocks/0/elements/0/action_id",
    ),
    "response_url_enabled in a message": (
        [actions({"type": "channels_select", "response_url_enabled": True})],
        "response_url_enabled works only in an input block of a modal",
        "/blocks/0",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_an_element_outside_the_limits_is_refused_with_the_place(name: str) -> None:
    blocks, sentence, pointer = BAD[name]

    assert f"{sentence} [json-pointer:{pointer}]" in check_message(blocks)


def test_wrong_blocks_are_refused_as_invalid_blocks_with_pointers(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0HELPDESK2", text="x", blocks=[section("x" * 3001)])

    reply = refused.value.response
    problem = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert reply["error"] == "invalid_blocks"
    assert reply["errors"] == [problem]
    assert reply["response_metadata"]["messages"] == [f"[ERROR] {problem}"]


def test_a_wrong_view_is_refused_as_invalid_arguments_with_pointers(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id="x", view=modal(title=plain("x" * 25)))

    reply = refused.value.response
    assert reply["error"] == "invalid_arguments"
    assert reply["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
    ]


def test_blocks_that_are_no_list_have_an_error_of_their_own(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        client.chat_postMessage(channel="C0HELPDESK2", text="x", blocks="{broken")


def test_slack_fills_in_ids_and_defaults(client: WebClient) -> None:
    sent = [actions({"type": "button", "text": plain("Go")}), section()]
    reply = client.chat_postMessage(channel="C0HELPDESK2", text="x", blocks=sent)

    row, text = reply["message"]["blocks"]
    assert row["block_id"] != text["block_id"]
    assert row["elements"][0]["action_id"]
    assert row["elements"][0]["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
