"""Changing what one has said."""

from nicegui import ui

from sandbox.escaping import unescape
from sandbox.page import doing
from sandbox.page.dialogs import dialog_box
from sandbox.page.visit import Visit
from sandbox.records import Message


async def edit_dialog(visit: Visit, message: Message) -> None:
    """Offer the text for changing; an empty one changes nothing."""
    with ui.dialog() as dialog, dialog_box("Edit message", "small"):
        ui.label("Edit message").classes("modal-title")
        with ui.element("div").classes("modal-body"):
            box = ui.textarea(value=unescape(message.text)).props("outlined autogrow autofocus")
            box.props["aria-label"] = "Message"
            box.classes("typed")
        with ui.element("div").classes("modal-foot"):
            with ui.element("button").classes("btn").on("click", dialog.close):
                ui.label("Cancel")
            save = ui.element("button").classes("btn primary")
            with save.on("click", lambda: dialog.submit(box.value)):
                ui.label("Save")
    text = await dialog
    dialog.delete()
    if text and text != unescape(message.text):
        await doing.edit(visit, message, text)
