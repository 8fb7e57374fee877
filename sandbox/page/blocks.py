"""Block Kit blocks as page elements: what a message, a modal or a Home tab is made of."""

import html
from collections.abc import Callable, Iterable
from typing import Final

from nicegui import ui

from sandbox.page.elements import draw_element
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain, text_object
from sandbox.page.rich_text import rich_text
from sandbox.page.surface import Control, Surface
from sandbox.page.viewer import Viewer
from sandbox.records import Json


def draw_blocks(blocks: Iterable[Json], surface: Surface) -> None:
    """Draw all blocks into the current container, in order."""
    with ui.element("div").classes("blocks"):
        for block in blocks:
            draw_block(block, surface)


def draw_block(block: Json, surface: Surface) -> None:
    """Draw one block into the current container."""
    _BLOCKS.get(str(block.get("type")), _unknown)(block, surface)


def _section(block: Json, surface: Surface) -> None:
    accessory = block.get("accessory")
    with ui.element("div").classes("section"):
        with ui.element("div").classes("section-text"):
            if block.get("text"):
                markup(text_object(block["text"], surface.viewer), "text")
            if block.get("fields"):
                markup(_fields(block["fields"], surface.viewer), "fields")
        if accessory and accessory.get("type") == "image":
            markup(_image_tag(accessory), "thumb")
        elif accessory:
            with ui.element("div").classes("accessory"):
                draw_element(Control(block, accessory, surface))


def _fields(fields: Iterable[Json], viewer: Viewer) -> str:
    return "".join(f'<div class="text">{text_object(field, viewer)}</div>' for field in fields)


def _header(block: Json, surface: Surface) -> None:
    markup(text_object(block["text"], surface.viewer), "header")


def _divider(block: Json, surface: Surface) -> None:
    ui.element("hr").classes("divider")


def _context(block: Json, surface: Surface) -> None:
    parts = (
        _image_tag(part)
        if part.get("type") == "image"
        else f"<span>{text_object(part, surface.viewer)}</span>"
        for part in block.get("elements", [])
    )
    markup("".join(parts), "context text")


def _actions(block: Json, surface: Surface) -> None:
    with ui.element("div").classes("actions"):
        for element in block.get("elements", []):
            draw_element(Control(block, element, surface))


def _input(block: Json, surface: Surface) -> None:
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    with ui.element("div").classes("field") as field:
        markup(text_object(block["label"], surface.viewer) + optional, "label")
        draw_element(Control(block, block["element"], surface))
        error = markup("", "field-error").props("role=alert")
        if block.get("hint"):
            markup(text_object(block["hint"], surface.viewer), "hint")

    block_id = str(block.get("block_id"))

    def complain() -> None:
        sentence = surface.error_at(block_id)
        error.visible = bool(sentence)
        error.set_content(plain(sentence))
        field.classes(add="wrong" if sentence else "", remove="" if sentence else "wrong")

    complain()
    surface.fields[block_id] = complain


def _image(block: Json, surface: Surface) -> None:
    title = text_object(block["title"], surface.viewer) if block.get("title") else ""
    markup(f"{_image_tag(block)}<figcaption>{title}</figcaption>", "image")


def _image_tag(image: Json) -> str:
    url, alt = (html.escape(str(image.get(key, ""))) for key in ("image_url", "alt_text"))
    return f'<img src="{url}" alt="{alt}" title="{alt}" loading="lazy">'


def _rich_text(block: Json, surface: Surface) -> None:
    markup(rich_text(block, surface.viewer), "text rich")


def _unknown(block: Json, surface: Surface) -> None:
    kind = html.escape(str(block.get("type")))
    markup(f"This page can't draw blocks of type <code>{kind}</code>.", "undrawn")


_BLOCKS: Final[dict[str, Callable[[Json, Surface], None]]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "rich_text": _rich_text,
}
