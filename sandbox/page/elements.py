"""Interactive Block Kit elements: buttons, menus and pickers, in messages and modals alike."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from nicegui import events, ui

from sandbox.page import emoji
from sandbox.page.busy import busy
from sandbox.page.confirmation import confirmed
from sandbox.page.markup import icon, markup
from sandbox.page.mrkdwn import plain, text_object
from sandbox.page.surface import Control
from sandbox.page.text_fields import draw_text_field
from sandbox.records import Json

_FILTER_FROM: Final = 9  # a list this long gets a box to type into
_GROUP: Final = "\u2063"
"""Invisible; what it begins is a group's heading, which cannot be picked."""
_OPTION: Final = f"""
    <q-item v-if="props.opt.label.startsWith('{_GROUP}')" dense class="group">
        {{{{ props.opt.label }}}}
    </q-item>
    <q-item v-else v-bind="props.itemProps">
        <q-item-section>{{{{ props.opt.label }}}}</q-item-section>
    </q-item>
"""


def draw_element(control: Control) -> None:
    """Draw one element into the current container."""
    draw = _ELEMENTS.get(control.kind)
    if draw:
        draw(control)
    else:
        markup(f"This page can't draw a <code>{plain(control.kind)}</code>.", "undrawn")


def _button(control: Control) -> None:
    element = control.element
    url = element.get("url")
    with ui.element("a" if url else "button").classes(f"btn {element.get('style', '')}") as button:
        markup(text_object(element["text"], control.surface.viewer), tag="span")
    if url:
        button.props["href"], button.props["target"] = str(url), "_blank"

    async def press() -> None:
        if await confirmed(element.get("confirm")):
            with busy(button):
                await control.send({})

    button.on("click.stop", press)


def _overflow(control: Control) -> None:
    with ui.element("button").classes("btn dots").props('aria-label="More actions"'):
        ui.icon("more_horiz")
        with ui.menu().props("auto-close"):
            for option in control.element.get("options", []):
                ui.menu_item(_label(option), on_click=_overflow_choice(control, option))


def _overflow_choice(control: Control, option: Json) -> Callable[[], Awaitable[None]]:
    async def choose() -> None:
        if await confirmed(control.element.get("confirm")):
            await control.send({"selected_option": option})

    return choose


def _static_select(control: Control) -> None:
    by_value: dict[str, Json] = {}
    labels: dict[str, str] = {}
    groups: list[Json] = control.element.get("option_groups") or [control.element]
    for group in groups:
        if "label" in group:
            heading = _GROUP + emoji.as_text(str(group["label"]["text"]))
            labels[heading] = heading
        for option in group.get("options", []):
            by_value[str(option["value"])] = option
            labels[str(option["value"])] = _label(option)
    chosen: Any = control.value
    if control.kind.startswith("multi_"):
        values = [str(option["value"]) for option in chosen or []]
        _select(control, labels, values, lambda picked: [by_value[one] for one in picked])
    else:
        value = str(chosen["value"]) if chosen else None
        _select(control, labels, value, lambda picked: by_value[picked] if picked else None)


def _directory_select(control: Control) -> None:
    surface = control.surface
    labels = surface.people if "users" in control.kind else surface.channels
    _select(control, labels, control.value, lambda picked: picked)


def _select(
    control: Control,
    labels: Mapping[str, str],
    value: object,
    shape: Callable[[Any], object],
) -> None:
    """A drop-down; `shape` turns what was picked into Slack's value."""
    several = control.kind.startswith("multi_")
    known = value if several else (value if value in labels else None)
    rest: Any = (known or []) if several else known

    async def change(event: events.ValueChangeEventArguments[Any]) -> None:
        if not control.is_input and event.value == rest:
            return
        if await confirmed(control.element.get("confirm")):
            await control.choose(shape(event.value))
        if not control.is_input and not menu.is_deleted:
            menu.value = rest  # so that the same thing can be picked again

    menu = ui.select(
        dict(labels),
        value=rest,
        multiple=several,
        with_input=len(labels) >= _FILTER_FROM,
        clearable=control.is_input and bool(control.block.get("optional")),
        on_change=change,
    )
    menu.add_slot("option", _OPTION)
    menu.classes("pick").props("outlined dense options-dense behavior=menu hide-bottom-space")
    menu.props["label"] = control.name or "Choose an option"
    with menu.add_slot("label"):
        ui.label(control.placeholder or "Choose an option")


def _radio_buttons(control: Control) -> None:
    chosen: Any = control.value
    group = f"{control.block.get('block_id')}/{control.element.get('action_id')}"
    with _group_of(control, "radiogroup"):
        for option in control.element.get("options", []):
            with ui.element("label").classes("choice"):
                dot = ui.element("input").props("type=radio")
                dot.props["name"] = group
                dot.props["checked"] = bool(chosen) and chosen["value"] == option["value"]
                dot.on("change", _radio_choice(control, option))
                markup(_choice_label(control, option), "choice-text")


def _radio_choice(control: Control, option: Json) -> Callable[[], Awaitable[None]]:
    return lambda: control.choose(option)


def _checkboxes(control: Control) -> None:
    before: Any = control.value
    ticked = {str(option["value"]) for option in before or []}
    options = control.element.get("options", [])

    def toggle(value: str) -> Callable[[], Awaitable[None]]:
        async def change() -> None:
            ticked.symmetric_difference_update({value})
            await control.choose([one for one in options if str(one["value"]) in ticked])

        return change

    with _group_of(control):
        for option in options:
            value = str(option["value"])
            with ui.element("label").classes("choice"):
                box = ui.element("input").props("type=checkbox").on("change", toggle(value))
                box.props["checked"] = value in ticked
                markup(_choice_label(control, option), "choice-text")


def _group_of(control: Control, role: str = "group") -> ui.element:
    """Around the choices of one field, so that each is heard with the question it answers."""
    box = ui.element("div").classes("choices")
    box.props["role"], box.props["aria-label"] = role, control.name
    return box


def _choice_label(control: Control, option: Json) -> str:
    viewer = control.surface.viewer
    shown = text_object(option["text"], viewer)
    if option.get("description"):
        shown += f"<small>{text_object(option['description'], viewer)}</small>"
    return shown


def _picker(control: Control) -> None:
    """Date and time pickers: the browser's own, which speak Slack's formats already."""
    kinds = {"datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local"}
    zone = control.surface.viewer.zone
    moment: Any = control.value
    if control.kind == "datetimepicker" and moment:
        moment = f"{datetime.fromtimestamp(int(moment), zone):%Y-%m-%dT%H:%M}"

    async def change(event: events.ValueChangeEventArguments[Any]) -> None:
        value: object = event.value or None
        if value and control.kind == "datetimepicker":
            value = int(datetime.fromisoformat(event.value).replace(tzinfo=zone).timestamp())
        await control.choose(value)

    box = ui.input(value=moment or "", on_change=change).props("outlined dense hide-bottom-space")
    box.props["type"], box.props["aria-label"] = kinds[control.kind], control.name
    box.classes("pick")


def _files(control: Control) -> None:
    """What was added so far, and a button that adds the page's stand-in for a file."""
    held: Any = control.value or []
    files: list[Json] = list(held)

    def show(file: Json) -> None:
        name = plain(str(file["name"]))
        markup(
            f"{icon('description')}<span>{name}</span>",
            "file",
        )

    async def add() -> None:
        files.append(control.surface.upload("screenshot.png"))
        with added:
            show(files[-1])
        await control.choose(list(files))

    with _group_of(control) as added:
        for file in files:
            show(file)
    with ui.element("button").classes("btn") as button:
        markup("Add screenshot.png", tag="span")
    button.props["aria-label"] = f"{control.name}: add screenshot.png"
    button.on("click.stop", add)


def _label(option: Json) -> str:
    return emoji.as_text(str(option["text"]["text"]))


_ELEMENTS: Final[dict[str, Callable[[Control], None]]] = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "users_select": _directory_select,
    "multi_users_select": _directory_select,
    "channels_select": _directory_select,
    "conversations_select": _directory_select,
    "radio_buttons": _radio_buttons,
    "checkboxes": _checkboxes,
    "datepicker": _picker,
    "timepicker": _picker,
    "datetimepicker": _picker,
    "file_input": _files,
    "plain_text_input": draw_text_field,
    "email_text_input": draw_text_field,
    "url_text_input": draw_text_field,
    "number_input": draw_text_field,
}
