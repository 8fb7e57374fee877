"""rich_text blocks as safe HTML: sections, lists, quotes and preformatted text."""

import html
from typing import Final

from sandbox.page import emoji
from sandbox.page.mrkdwn import link, mention
from sandbox.page.viewer import Viewer
from sandbox.records import Json

_STYLE_TAGS: Final = {"bold": "b", "italic": "i", "strike": "s", "code": "code", "underline": "u"}


def rich_text(block: Json, viewer: Viewer) -> str:
    """Render the whole block."""
    return "".join(_container(part, viewer) for part in block.get("elements", []))


def _container(part: Json, viewer: Viewer) -> str:
    kind = part.get("type")
    if kind == "rich_text_list":
        return _list(part, viewer)
    inner = "".join(_element(element, viewer) for element in part.get("elements", []))
    tag = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}.get(str(kind), "div")
    return f"<{tag}>{inner}</{tag}>"


def _list(part: Json, viewer: Viewer) -> str:
    tag = "ol" if part.get("style") == "ordered" else "ul"
    indent = int(part.get("indent", 0))
    start = f' start="{int(part.get("offset", 0)) + 1}"' if tag == "ol" else ""
    items = "".join(f"<li>{_container(item, viewer)}</li>" for item in part.get("elements", []))
    return f'<{tag}{start} class="indent-{indent}">{items}</{tag}>'


def _element(element: Json, viewer: Viewer) -> str:
    kind = str(element.get("type"))
    styles = element.get("style") or {}
    shown = _leaf(kind, element, viewer)
    for name, tag in _STYLE_TAGS.items():
        if styles.get(name):
            shown = f"<{tag}>{shown}</{tag}>"
    return shown


def _leaf(kind: str, element: Json, viewer: Viewer) -> str:
    """One inline element without its style."""
    if kind == "link":
        url = str(element.get("url", ""))
        return link(url, str(element.get("text") or url))
    if kind == "emoji":
        return emoji.reaction(str(element.get("name", "")))
    if kind == "date":
        shown = viewer.date(element["timestamp"], str(element["format"]), rich_text=True)
        return f"<time>{html.escape(shown)}</time>"
    if kind == "broadcast":
        return f'<span class="mention me">@{html.escape(str(element.get("range")))}</span>'
    key = {"user": "user_id", "usergroup": "usergroup_id", "channel": "channel_id"}.get(kind)
    if key:
        return mention(str(element.get(key)), viewer, "#" if kind == "channel" else "@")
    return emoji.pictured(html.escape(str(element.get("text", ""))))
