"""Small, valid pieces of Block Kit to build tests from."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "text") -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "text") -> Json:
    """A mrkdwn object that parses nothing by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str = "text", **more: Any) -> Json:
    """A section with text."""
    return {"type": "section", "text": mrkdwn(text), **more}


def option(text: str = "One", value: str = "1") -> Json:
    """An option of a menu."""
    return {"text": plain(text), "value": value}


def button(text: str = "Claim", action_id: str = "claim", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    """A row of elements."""
    return {"type": "actions", "elements": list(elements or [button()]), **more}


def select(**more: Any) -> Json:
    """A menu with two options."""
    options = [option(), option("Two", "2")]
    base = {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick one")}
    return {**base, "options": options, **more}


def text_input(**more: Any) -> Json:
    """A text field."""
    return {"type": "plain_text_input", "action_id": "value", **more}


def field(label: str = "Summary", element: Json | None = None, **more: Any) -> Json:
    """An input block whose block_id is its label in lower case."""
    block_id = label.lower().replace(" ", "_")
    element = element or text_input()
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    """A form with a submit button."""
    base = {"type": "modal", "title": plain("New ticket"), "submit": plain("Send")}
    return {**base, "callback_id": "form", "blocks": list(blocks or [field()]), **more}


def home(*blocks: Json, **more: Any) -> Json:
    """A Home tab."""
    return {"type": "home", "blocks": list(blocks or [section("Welcome")]), **more}


def many(count: int, item: Json) -> list[Json]:
    """The same thing several times."""
    return [item] * count


def rich(*elements: Json) -> Json:
    """A rich text block."""
    return {"type": "rich_text", "elements": list(elements)}


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
