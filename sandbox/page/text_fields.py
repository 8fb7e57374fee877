"""Fields one types into: text, e-mail, URL and number inputs."""

from typing import Any, Final

from nicegui import events, ui

from sandbox.page.surface import Control

_BROWSER_TYPE: Final = {
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
}


def draw_text_field(control: Control) -> None:
    """Remembers every key stroke; tells the app only on Enter, if the block dispatches."""
    element = control.element
    long = bool(element.get("multiline"))
    make = ui.textarea if long else ui.input
    box = make(value=str(control.value or ""), placeholder=control.placeholder)
    box.props("outlined dense hide-bottom-space").classes("typed")
    if long:
        box.props("autogrow")
    if control.kind in _BROWSER_TYPE:
        box.props["type"] = _BROWSER_TYPE[control.kind]
    if element.get("focus_on_load"):
        box.props("autofocus")
    if element.get("max_length"):
        box.props["counter"], box.props["maxlength"] = True, element["max_length"]
        box.props(remove="hide-bottom-space")

    def typed(event: events.ValueChangeEventArguments[Any]) -> None:
        control.enter(event.value or None)

    box.on_value_change(typed)
    if control.block.get("dispatch_action"):
        box.on("keydown.enter", lambda: control.choose(box.value or None))
