"""Slack's "are you sure?" dialog for elements that carry a `confirm` object."""

from functools import partial

from nicegui import ui

from sandbox.page.dialogs import dialog_box
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain
from sandbox.records import Json


async def confirmed(confirm: Json | None) -> bool:
    """Ask if there is something to ask; True means go on."""
    if not confirm:
        return True
    with ui.dialog() as dialog, dialog_box(str(confirm["title"]["text"]), "small"):
        markup(plain(confirm["title"]["text"]), "modal-title")
        markup(plain(confirm["text"]["text"]), "modal-body text")
        with ui.element("div").classes("modal-foot"):
            with (
                ui.element("button")
                .classes("btn")
                .on("click", partial(dialog.submit, result=False))
            ):
                markup(plain(confirm["deny"]["text"]), tag="span")
            style = f"btn {confirm.get('style', 'primary')}"
            with (
                ui.element("button").classes(style).on("click", partial(dialog.submit, result=True))
            ):
                markup(plain(confirm["confirm"]["text"]), tag="span")
    answer = bool(await dialog)
    dialog.delete()
    return answer
