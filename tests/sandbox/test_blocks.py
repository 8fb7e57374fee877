"""For every limit of a block, a payload just inside and one just outside."""

from typing import Any

import pytest

from sandbox.block_kit.check import check_message
from tests.sandbox.kit import (
    CONFIRM,
    IMAGE,
    Json,
    actions,
    button,
    field,
    many,
    mrkdwn,
    option,
    plain,
    rich,
    section,
)

GOOD_MESSAGES: dict[str, list[Json]] = {
    "no blocks": [],
    "fifty blocks": many(50, {"type": "divider"}),
    "long section": [section("x" * 3000)],
    "ten fields": [{"type": "section", "fields": many(10, mrkdwn("x" * 2000))}],
    "section with image": [section(accessory=IMAGE)],
    "header": [{"type": "header", "text": plain("x" * 150), "level": 2}],
    "context": [{"type": "context", "elements": [*many(9, mrkdwn()), IMAGE]}],
    "confirmed button": [actions(button(confirm=CONFIRM, style="danger", value="v" * 2000))],
    "groups": [
        actions(
            {
                "type": "static_select",
                "action_id": "a",
                "option_groups": [{"label": plain(), "options": [option()]}],
            }
        )
    ],
    "overflow": [section(accessory={"type": "overflow", "options": many(5, option())})],
    "rich text": [
        rich(
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "a", "style": {"bold": True}},
                    {"type": "user", "user_id": "U1"},
                    {"type": "date", "timestamp": 1790000000, "format": "{time}"},
                ],
            },
            {"type": "rich_text_list", "style": "bullet", "indent": 8, "elements": []},
        )
    ],
    "same action_id in two blocks": [actions(button()), actions(button())],
    "table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}],
    "markdown": [{"type": "markdown", "text": "x" * 12000}],
    "image": [{**IMAGE, "title": plain()}],
    "boxes with mrkdwn": [
        actions({"type": "checkboxes", "options": [{"text": mrkdwn(), "value": "1"}]})
    ],
}


@pytest.mark.parametrize("name", GOOD_MESSAGES)
def test_a_message_within_the_limits_is_taken(name: str) -> None:
    assert check_message(GOOD_MESSAGES[name]) == []


BAD: dict[str, tuple[Any, str, str]] = {
    "51 blocks": (many(51, {"type": "divider"}), "no more than 50 items allowed", "/blocks"),
    "unknown type": ([{"type": "card"}], "unsupported type: card", "/blocks/0/type"),
    "no object": (["x"], "must provide an object", "/blocks/0"),
    "unknown key": ([section(color="red")], "invalid additional property: color", "/blocks/0"),
    "modal block": (
        [{"type": "alert", "text": plain()}],
        "unsupported type: alert in a message",
        "/blocks/0/type",
    ),
    "empty section": (
        [{"type": "section"}],
        "must define at least one of: text, fields",
        "/blocks/0",
    ),
    "section 3001": (
        [section("x" * 3001)],
        "must be less than 3001 characters",
        "/blocks/0/text/text",
    ),
    "empty text": ([section("")], "must be more than 0 characters", "/blocks/0/text/text"),
    "11 fields": (
        [{"type": "section", "fields": many(11, mrkdwn())}],
        "no more than 10 items allowed",
        "/blocks/0/fields",
    ),
    "long field": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        "must be less than 2001 characters",
        "/blocks/0/fields/0/text",
    ),
    "header 151": (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters",
        "/blocks/0/text/text",
    ),
    "header mrkdwn": (
        [{"type": "header", "text": mrkdwn()}],
        "must be one of: plain_text",
        "/blocks/0/text/type",
    ),
    "verbatim on plain_text": (
        [{"type": "header", "text": {**plain(), "verbatim": True}}],
        "invalid additional property: verbatim",
        "/blocks/0/text",
    ),
    "text as string": (
        [{"type": "section", "text": "x"}],
        "must provide an object",
        "/blocks/0/text",
    ),
    "11 in context": (
        [{"type": "context", "elements": many(11, mrkdwn())}],
        "no more than 10 items allowed",
        "/blocks/0/elements",
    ),
    "26 elements": (
        [actions(*(button(action_id=str(n)) for n in range(26)))],
        "no more than 25 items allowed",
        "/blocks/0/elements",
    ),
    "empty actions": (
        [{"type": "actions", "elements": []}],
        "must have at least 1 items",
        "/blocks/0/elements",
    ),
    "same action_id twice": (
        [actions(button(), button())],
        "action_id already in use in this block: claim",
        "/blocks/0",
    ),
    "same block_id twice": (
        [section(block_id="a"), section(block_id="a")],
        "block_id already in use: a",
        "/blocks/1/block_id",
    ),
    "block_id 256": (
        [section(block_id="x" * 256)],
        "must be less than 256 characters",
        "/blocks/0/block_id",
    ),
    "image without alt_text": (
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "missing required field: alt_text",
        "/blocks/0",
    ),
    "image with two sources": (
        [{**IMAGE, "slack_file": {"id": "F1"}}],
        "must define exactly one of: image_url, slack_file",
        "/blocks/0",
    ),
    "two tables": (
        many(2, {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}),
        "only_one_table_allowed",
        "/blocks",
    ),
    "21 cells": (
        [{"type": "table", "rows": [many(21, {"type": "raw_text", "text": "a"})]}],
        "no more than 20 items allowed",
        "/blocks/0/rows/0",
    ),
    "markdown in total": (
        many(2, {"type": "markdown", "text": "x" * 7000}),
        "markdown text must be less than 12001 characters",
        "/blocks",
    ),
    "indent 9": (
        [rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": []})],
        "must be between 0 and 8",
        "/blocks/0/elements/0/indent",
    ),
    "unknown inline": (
        [rich({"type": "rich_text_section", "elements": [{"type": "image"}]})],
        "unsupported type: image",
        "/blocks/0/elements/0/elements/0/type",
    ),
    "flag as word": ([section(expand="true")], "must be a boolean", "/blocks/0/expand"),
    "file_input in a message": (
        [field(element={"type": "file_input"})],
        "unsupported type: file_input in a message",
        "/blocks/0/element/type",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_message_outside_the_limits_is_refused_with_the_place(name: str) -> None:
    blocks, sentence, pointer = BAD[name]

    assert f"{sentence} [json-pointer:{pointer}]" in check_message(blocks)
