"""Limits of the interactive elements and of the small objects they are made of.

Figures: Slack's Block Kit reference, as of mid 2026.
"""

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

BOTH = ("plain_text", "mrkdwn")
ID = String(255, min=1)
STYLE = String(values=("primary", "danger"))
PLACEHOLDER = Text(150)

CONFIRM = Shape(
    {
        "title": Text(100),
        "text": Text(300, BOTH),
        "confirm": Text(30),
        "deny": Text(30),
        "style": STYLE,
    },
    required=("title", "text", "confirm", "deny"),
)


def option(*, kinds: tuple[str, ...] = ("plain_text",), url: bool = False) -> Shape:
    """One choice; `value` takes 150 characters, and only an overflow menu's option has a link."""
    extra: dict[str, Spec] = {"url": String(3000)} if url else {}
    fields: dict[str, Spec] = {
        "text": Text(75, kinds),
        "value": String(150),
        "description": Text(75, kinds),
    }
    return Shape(fields | extra, required=("text", "value"))


OPTION = option()
RICH_OPTION = option(kinds=BOTH)
OPTION_GROUP = Shape(
    {"label": Text(75), "options": Items(OPTION, 100)}, required=("label", "options")
)
DISPATCH = Shape(
    {"trigger_actions_on": Items(String(values=("on_enter_pressed", "on_character_entered")), 2)}
)
CONVERSATION_FILTER = Shape(
    {
        "include": Items(String(values=("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    any_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
SLACK_FILE = Shape({"id": String(min=1), "url": String(3000, min=1)}, one_of=("id", "url"))
IMAGE = Shape(
    {
        "image_url": String(3000, min=1),
        "slack_file": SLACK_FILE,
        "alt_text": String(2000, min=1),
    },
    required=("alt_text",),
    one_of=("image_url", "slack_file"),
)

_COMMON: dict[str, Spec] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Flag()}
_MENU: dict[str, Spec] = {**_COMMON, "placeholder": PLACEHOLDER}
_CHOICES: dict[str, Spec] = {
    "options": Items(OPTION, 100),
    "option_groups": Items(OPTION_GROUP, 100),
}
_MANY: dict[str, Spec] = {**_MENU, "max_selected_items": Number(1)}
_TYPED: dict[str, Spec] = {
    "action_id": ID,
    "focus_on_load": Flag(),
    "placeholder": PLACEHOLDER,
    "initial_value": String(3000),
    "dispatch_action_config": DISPATCH,
}
_CONVERSATIONS: dict[str, Spec] = {
    "filter": CONVERSATION_FILTER,
    "default_to_current_conversation": Flag(),
}
_REFERENCES = Items(String(min=1))

ELEMENTS: dict[str, Spec] = {
    "button": Shape(
        {
            "action_id": ID,
            "text": Text(75),
            "value": String(2000),
            "url": String(3000),
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": String(75),
            "agent_prompt": String(4000),
        },
        required=("text",),
    ),
    "workflow_button": Shape(
        {
            "action_id": ID,
            "text": Text(75),
            "workflow": Anything(),
            "style": STYLE,
            "accessibility_label": String(75),
        },
        required=("text", "workflow", "action_id"),
    ),
    "overflow": Shape(
        {"action_id": ID, "confirm": CONFIRM, "options": Items(option(url=True), 5)},
        required=("options",),
    ),
    "radio_buttons": Shape(
        {**_COMMON, "options": Items(RICH_OPTION, 10), "initial_option": RICH_OPTION},
        required=("options",),
    ),
    "checkboxes": Shape(
        {**_COMMON, "options": Items(RICH_OPTION, 10), "initial_options": Items(RICH_OPTION, 10)},
        required=("options",),
    ),
    "datepicker": Shape({**_MENU, "initial_date": String(pattern=r"\d{4}-\d{2}-\d{2}")}),
    "timepicker": Shape(
        {
            **_MENU,
            "initial_time": String(pattern=r"([01]\d|2[0-3]):[0-5]\d"),
            "timezone": String(min=1),
        }
    ),
    "datetimepicker": Shape(
        {**_COMMON, "initial_date_time": Number(1_000_000_000, 9_999_999_999)}
    ),
    "static_select": Shape(
        {**_MENU, **_CHOICES, "initial_option": OPTION}, one_of=("options", "option_groups")
    ),
    "multi_static_select": Shape(
        {**_MANY, **_CHOICES, "initial_options": Items(OPTION, 100)},
        one_of=("options", "option_groups"),
    ),
    "external_select": Shape(
        {**_MENU, "initial_option": OPTION, "min_query_length": Number()}
    ),
    "multi_external_select": Shape(
        {**_MANY, "initial_options": Items(OPTION, 100), "min_query_length": Number()}
    ),
    "users_select": Shape({**_MENU, "initial_user": String(min=1)}),
    "multi_users_select": Shape({**_MANY, "initial_users": _REFERENCES}),
    "conversations_select": Shape(
        {
            **_MENU,
            **_CONVERSATIONS,
            "initial_conversation": String(min=1),
            "response_url_enabled": Flag(),
        }
    ),
    "multi_conversations_select": Shape(
        {**_MANY, **_CONVERSATIONS, "initial_conversations": _REFERENCES}
    ),
    "channels_select": Shape(
        {**_MENU, "initial_channel": String(min=1), "response_url_enabled": Flag()}
    ),
    "multi_channels_select": Shape({**_MANY, "initial_channels": _REFERENCES}),
    "plain_text_input": Shape(
        {
            **_TYPED,
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        }
    ),
    "email_text_input": Shape(_TYPED),
    "url_text_input": Shape(_TYPED),
    "number_input": Shape(
        {**_TYPED, "is_decimal_allowed": Flag(), "min_value": String(), "max_value": String()},
        required=("is_decimal_allowed",),
    ),
    "rich_text_input": Shape(
        {**_TYPED, "initial_value": Anything(), "min_lines": Number(1, 100),
         "max_lines": Number(1, 100)},
        required=("action_id",),
    ),
    "file_input": Shape(
        {"action_id": ID, "filetypes": Items(String()), "max_files": Number(1, 10)},
        surfaces=("modal",),
    ),
    "image": IMAGE,
}  # fmt: skip

MENUS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
IN_ACTIONS = MENUS | {
    "button",
    "workflow_button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
}
IN_SECTION = (IN_ACTIONS - {"datetimepicker"}) | {"image"}
IN_INPUT = (IN_ACTIONS - {"button", "workflow_button", "overflow"}) | {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}


def element(allowed: frozenset[str]) -> OneOfTypes:
    """An element out of those which the place takes."""
    return OneOfTypes(ELEMENTS, allowed)
