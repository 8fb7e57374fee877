"""Limits of the blocks, of text inside rich text, and of the two kinds of view.

Figures: Slack's Block Kit reference, as of mid 2026. Blocks meant for assistants (cards, plans,
charts) are left out on purpose: a payload that holds one is refused as an unsupported type.
"""

from sandbox.block_kit.elements import BOTH, ELEMENTS, ID, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from sandbox.block_kit.elements import element as element_of
from sandbox.block_kit.shapes import (
    Anything,
    Flag,
    Items,
    Number,
    OneOfTypes,
    Shape,
    Spec,
    String,
    Text,
)

MESSAGE_ONLY = ("message",)

_INLINE: dict[str, Spec] = {
    "text": Shape({"text": String(min=1), "style": Anything()}, required=("text",)),
    "link": Shape(
        {"url": String(3000, min=1), "text": String(), "unsafe": Flag(), "style": Anything()},
        required=("url",),
    ),
    "user": Shape({"user_id": String(min=1), "style": Anything()}, required=("user_id",)),
    "usergroup": Shape(
        {"usergroup_id": String(min=1), "style": Anything()}, required=("usergroup_id",)
    ),
    "channel": Shape({"channel_id": String(min=1), "style": Anything()}, required=("channel_id",)),
    "emoji": Shape(
        {"name": String(min=1), "unicode": String(), "style": Anything()}, required=("name",)
    ),
    "broadcast": Shape(
        {"range": String(values=("here", "channel", "everyone")), "style": Anything()},
        required=("range",),
    ),
    "date": Shape(
        {
            "timestamp": Number(),
            "format": String(min=1),
            "url": String(),
            "fallback": String(),
            "style": Anything(),
        },
        required=("timestamp", "format"),
    ),
    "color": Shape({"value": String(min=1), "style": Anything()}, required=("value",)),
}
_INLINES = Items(OneOfTypes(_INLINE), min=0)
_SECTION = Shape({"elements": _INLINES}, required=("elements",))
_RICH: dict[str, Spec] = {
    "rich_text_section": _SECTION,
    "rich_text_list": Shape(
        {
            "style": String(values=("bullet", "ordered")),
            "elements": Items(OneOfTypes({"rich_text_section": _SECTION}), min=0),
            "indent": Number(0, 8),
            "offset": Number(),
            "border": Number(0, 1),
        },
        required=("style", "elements"),
    ),
    "rich_text_preformatted": Shape(
        {"elements": _INLINES, "border": Number(0, 1), "language": String()},
        required=("elements",),
    ),
    "rich_text_quote": Shape(
        {"elements": _INLINES, "border": Number(0, 1)}, required=("elements",)
    ),
}
RICH_TEXT = Shape(
    {"block_id": ID, "elements": Items(OneOfTypes(_RICH), min=0)}, required=("elements",)
)
_CELL = OneOfTypes(
    {
        "raw_text": Shape({"text": String(min=1)}, required=("text",)),
        "raw_number": Shape({"value": Anything()}, required=("value",)),
        "rich_text": RICH_TEXT,
    }
)

BLOCKS: dict[str, Spec] = {
    "section": Shape(
        {
            "block_id": ID,
            "text": Text(3000, BOTH),
            "fields": Items(Text(2000, BOTH), 10),
            "accessory": element_of(IN_SECTION),
            "expand": Flag(),
        },
        any_of=("text", "fields"),
    ),
    "header": Shape({"block_id": ID, "text": Text(150), "level": Number(1, 4)}, ("text",)),
    "divider": Shape({"block_id": ID}),
    "context": Shape(
        {
            "block_id": ID,
            "elements": Items(
                OneOfTypes(
                    {
                        "image": IMAGE,
                        "plain_text": Text(3000, BOTH),
                        "mrkdwn": Text(3000, BOTH),
                    }
                ),
                10,
            ),
        },
        required=("elements",),
    ),
    "actions": Shape(
        {"block_id": ID, "elements": Items(element_of(IN_ACTIONS), 25)}, required=("elements",)
    ),
    "input": Shape(
        {
            "block_id": ID,
            "label": Text(2000),
            "element": element_of(IN_INPUT),
            "hint": Text(2000),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        required=("label", "element"),
    ),
    "image": Shape(
        {**IMAGE.fields, "block_id": ID, "title": Text(2000)},
        required=IMAGE.required,
        one_of=IMAGE.one_of,
    ),
    "rich_text": RICH_TEXT,
    "markdown": Shape(
        {"block_id": ID, "text": String(12000, min=1)}, ("text",), surfaces=MESSAGE_ONLY
    ),
    "table": Shape(
        {
            "block_id": ID,
            "rows": Items(Items(_CELL, 20), 100),
            "column_settings": Items(Anything(), 20, min=0),
        },
        required=("rows",),
        surfaces=MESSAGE_ONLY,
    ),
    "video": Shape(
        {
            "block_id": ID,
            "title": Text(199),
            "title_url": String(),
            "video_url": String(min=1),
            "thumbnail_url": String(min=1),
            "alt_text": String(min=1),
            "description": Text(200),
            "author_name": String(49),
            "provider_name": String(50),
            "provider_icon_url": String(),
        },
        required=("title", "video_url", "thumbnail_url", "alt_text"),
    ),
    "alert": Shape(
        {
            "block_id": ID,
            "text": Text(200, BOTH),
            "level": String(values=("default", "info", "warning", "error", "success")),
        },
        required=("text",),
        surfaces=("modal",),
    ),
}

_VIEW: dict[str, Spec] = {
    "blocks": Items(OneOfTypes(BLOCKS), 100),
    "private_metadata": String(3000),
    "callback_id": String(255),
    "external_id": String(255),
}
VIEWS: dict[str, Spec] = {
    "modal": Shape(
        {
            **_VIEW,
            "title": Text(24),
            "submit": Text(24),
            "close": Text(24),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
            "submit_disabled": Flag(),
        },
        required=("title", "blocks"),
        surfaces=("modal",),
    ),
    "home": Shape(_VIEW, required=("blocks",), surfaces=("home",)),
}
MESSAGE_BLOCKS = Items(OneOfTypes(BLOCKS), 50, min=0)

__all__ = ["BLOCKS", "ELEMENTS", "MESSAGE_BLOCKS", "RICH_TEXT", "VIEWS"]
