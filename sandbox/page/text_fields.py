"""Fields one types into: text, e-mail, URL and number inputs."""

from typing import Any, Final

from nicegui import events, ui

from sandbox.page.surface import Control
from sandbox.telling import tells_at_enter, tells_every_character

_BROWSER_TYPE: Final = {
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
}


_PAUSE_SECONDS: Final = 0.3
"""While somebody types on, what they type is told together; how long Slack waits, it does not
say."""


def draw_text_field(control: Control) -> None:
    """Remembers every key stroke. If the block dispatches, the app hears of it on Enter or, where
    the element says so, while it is typed.
    """
    element = control.element
    long = bool(element.get("multiline"))
    make = ui.textarea if long else ui.input
    box = make(value=str(control.value or ""), placeholder=control.placeholder)
    box.props("outlined dense hide-bottom-space").classes("typed")
    box.props["aria-label"] = control.name
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
        _tell_the_app(control, box)


def _tell_the_app(control: Control, box: ui.input | ui.textarea) -> None:
    async def tell() -> None:
        await control.choose(box.value or None)

    if tells_every_character(control.element):
        box.on("update:model-value", tell, throttle=_PAUSE_SECONDS, leading_events=False)
    if tells_at_enter(control.element):
        box.on("keydown.enter", tell)
