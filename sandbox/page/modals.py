"""The modal on top of the acting person's stack, as a dialog."""

from functools import partial
from typing import Final

from nicegui import ui

from sandbox.page import doing
from sandbox.page.blocks import draw_block
from sandbox.page.busy import busy
from sandbox.page.dialogs import dialog_box
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain, text_object
from sandbox.page.parts import Entry, EntryList, Part
from sandbox.page.surface import Surface
from sandbox.page.visit import Visit
from sandbox.records import Json, View

_TO_FIRST_ERROR: Final = (
    "document.querySelector('.modal .wrong')?.scrollIntoView({block: 'center'})"
)


class Modal:
    """Opens, changes and closes with the person's view stack in the sandbox."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._form: Form | None = None
        with ui.dialog().props("persistent no-shake") as self._dialog:
            self._box = dialog_box("Form")
        self._dialog.on("keydown.esc", self._escape)

    def refresh(self) -> None:
        """Follow the stack."""
        view = self._visit.workspace.modal_of(self._visit.user_id)
        if view is not (self._form and self._form.view):
            self._box.clear()
            with self._box:
                self._form = Form(self._visit, view) if view else None
        if self._form:
            self._form.refresh()
            self._box.props["aria-label"] = str((self._form.view.title or {}).get("text", ""))
        self._dialog.value = view is not None

    async def _escape(self) -> None:
        if self._form:
            await self._form.cancel()


def _without_initial(block: Json) -> Json:
    """What a field began with matters no more once it is there: it keeps what was entered."""
    element = block.get("element") or {}
    kept = {key: value for key, value in element.items() if not key.startswith("initial_")}
    return {**block, "element": kept} if block.get("type") == "input" else block


class Form:
    """One modal view, kept in step with its changes without disturbing whoever fills it in."""

    def __init__(self, visit: Visit, view: View) -> None:
        self._visit = visit
        self.view = view
        head = ui.element("div").classes("modal-head")
        self._problem = markup("", "problem").props("role=alert")
        with ui.element("div").classes("modal-body"):
            self._blocks = EntryList(ui.element("div").classes("blocks"))
        foot = ui.element("div").classes("modal-foot")
        self._parts = [
            Part(head, lambda: repr(view.title), self._head),
            Part(foot, lambda: repr((view.submit, view.close)), self._foot),
        ]
        self._surface = Surface(
            viewer=visit.viewer(),
            people=doing.pickable_people(visit),
            channels=doing.pickable_channels(visit),
            act=partial(doing.act_in_view, visit, view),
            keep=partial(doing.keep_in_view, visit, view),
            value_of=lambda block_id, action_id: view.values.get(block_id, {}).get(action_id),
            error_at=lambda block_id: view.errors.get(block_id, ""),
            upload=partial(doing.upload_into_form, visit),
        )

    def refresh(self) -> None:
        """Redraw the blocks that the app changed, and show what is wrong now."""
        for part in self._parts:
            part.refresh()
        self._blocks.refresh([self._entry(block) for block in self.view.blocks])
        for show in self._surface.fields.values():
            show()
        self._problem.visible = bool(self.view.problem)
        self._problem.set_content(plain(self.view.problem))

    async def cancel(self) -> None:
        """Back to the view below, or to none."""
        await doing.close(self._visit, self.view, everything=False)

    def _entry(self, block: Json) -> Entry:
        key = str(block["block_id"])
        return Entry(key, repr(_without_initial(block)), partial(draw_block, block, self._surface))

    def _head(self) -> None:
        markup(text_object(self.view.title or {}, self._surface.viewer), "modal-title")
        with ui.element("button").classes("tool close") as close:
            ui.icon("close")
        close.props["aria-label"] = "Close"
        close.on("click", partial(doing.close, self._visit, self.view, everything=True))

    def _foot(self) -> None:
        viewer, view = self._surface.viewer, self.view
        with ui.element("button").classes("btn").on("click", self.cancel):
            markup(text_object(view.close, viewer) if view.close else "Cancel", tag="span")
        if view.submit:
            submit = ui.element("button").classes("btn primary submit")
            with submit.on("click", partial(self._submit, submit)):
                markup(text_object(view.submit, viewer), tag="span")

    async def _submit(self, button: ui.element) -> None:
        with busy(button):
            await doing.submit(self._visit, self.view)
        if button.is_deleted or not self.view.errors:
            return
        self.refresh()
        button.client.run_javascript(_TO_FIRST_ERROR)
