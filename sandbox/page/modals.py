"""The modal on top of the acting person's stack, as a dialog."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Final

from nicegui import ui

from sandbox.page import doing
from sandbox.page.blocks import draw_blocks
from sandbox.page.busy import busy
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain, text_object
from sandbox.page.parts import Part
from sandbox.page.surface import Surface
from sandbox.page.visit import Visit
from sandbox.records import View

_TO_FIRST_ERROR: Final = (
    "document.querySelector('.modal .wrong')?.scrollIntoView({block: 'center'})"
)


class Modal:
    """Opens, changes and closes with the person's view stack in the sandbox."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        with ui.dialog().props("persistent no-shake") as self._dialog:
            box = ui.element("div").classes("modal").props("role=dialog aria-modal=true")
        self._dialog.on("keydown.esc", self._cancel)
        self._fields: list[Callable[[], None]] = []
        self._part = Part(box, self._shown, self._draw)

    def refresh(self) -> None:
        """Follow the stack."""
        self._part.refresh()
        for show in self._fields:
            show()
        self._dialog.value = self._view is not None

    @property
    def _view(self) -> View | None:
        return self._visit.workspace.modal_of(self._visit.user_id)

    def _shown(self) -> Hashable:
        """Not what was typed or is wrong: a redraw per key stroke would throw the cursor out."""
        view = self._view
        return (view.id, view.hash) if view else None

    def _draw(self) -> None:
        view = self._view
        if view is None:
            self._fields = []
            return
        self._head(view)
        problem = markup("", "problem").props("role=alert")
        surface = self._surface(view)
        with ui.element("div").classes("modal-body"):
            draw_blocks(view.blocks, surface)
        self._foot(view)

        def complain() -> None:
            problem.visible = bool(view.problem)
            problem.set_content(plain(view.problem))

        self._fields = [*surface.fields, complain]

    def _head(self, view: View) -> None:
        with ui.element("div").classes("modal-head"):
            markup(text_object(view.title or {}, self._visit.viewer()), "modal-title")
            with ui.element("button").classes("tool close") as close:
                ui.icon("close")
            close.props["aria-label"] = "Close"
            close.on("click", partial(doing.close, self._visit, view, everything=True))

    def _foot(self, view: View) -> None:
        viewer = self._visit.viewer()
        with ui.element("div").classes("modal-foot"):
            with ui.element("button").classes("btn").on("click", self._cancel):
                markup(text_object(view.close, viewer) if view.close else "Cancel", tag="span")
            if view.submit:
                submit = ui.element("button").classes("btn primary submit")
                with submit.on("click", partial(self._submit, view, submit)):
                    markup(text_object(view.submit, viewer), tag="span")

    async def _submit(self, view: View, button: ui.element) -> None:
        with busy(button):
            await doing.submit(self._visit, view)
        self.refresh()
        if view.errors and not button.is_deleted:
            button.client.run_javascript(_TO_FIRST_ERROR)

    async def _cancel(self) -> None:
        view = self._view
        if view is not None:
            await doing.close(self._visit, view, everything=False)

    def _surface(self, view: View) -> Surface:
        visit = self._visit
        return Surface(
            viewer=visit.viewer(),
            people=doing.pickable_people(visit),
            channels=doing.pickable_channels(visit),
            act=partial(doing.act_in_view, visit, view),
            keep=partial(doing.keep_in_view, visit, view),
            state=view.values,
            error_at=lambda block_id: view.errors.get(block_id, ""),
        )
