"""The modal on top of the acting person's stack, as a dialog."""

from collections.abc import Hashable
from functools import partial

from nicegui import ui

from sandbox.page import doing
from sandbox.page.blocks import draw_blocks
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain, text_object
from sandbox.page.parts import Part
from sandbox.page.surface import Surface
from sandbox.page.visit import Visit
from sandbox.records import View


class Modal:
    """Opens, changes and closes with the person's view stack in the sandbox."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        with ui.dialog().props("persistent no-shake") as self._dialog:
            box = ui.element("div").classes("modal").props("role=dialog aria-modal=true")
        self._dialog.on("keydown.esc", self._cancel)
        self._part = Part(box, self._shown, self._draw)

    def refresh(self) -> None:
        """Follow the stack."""
        self._part.refresh()
        self._dialog.value = self._view is not None

    @property
    def _view(self) -> View | None:
        return self._visit.workspace.modal_of(self._visit.user_id)

    def _shown(self) -> Hashable:
        """Not what was typed: a redraw per key stroke would throw the cursor out."""
        view = self._view
        if view is None:
            return None
        return view.id, view.hash, repr(view.blocks), repr(view.errors), view.problem

    def _draw(self) -> None:
        view = self._view
        if view is None:
            return
        self._head(view)
        if view.problem:
            markup(plain(view.problem), "problem").props("role=alert")
        with ui.element("div").classes("modal-body"):
            draw_blocks(view.blocks, self._surface(view))
        self._foot(view)

    def _head(self, view: View) -> None:
        visit = self._visit
        with ui.element("div").classes("modal-head"):
            markup(text_object(view.title or {}, visit.viewer()), "modal-title")
            with ui.element("button").classes("tool close") as close:
                ui.icon("close")
            close.props["aria-label"] = "Close"
            close.on("click", partial(doing.close_all, visit))

    def _foot(self, view: View) -> None:
        viewer = self._visit.viewer()
        with ui.element("div").classes("modal-foot"):
            with ui.element("button").classes("btn").on("click", self._cancel):
                markup(text_object(view.close, viewer) if view.close else "Cancel", tag="span")
            if view.submit:
                submit = ui.element("button").classes("btn primary submit")
                with submit.on("click", partial(doing.submit, self._visit, view)):
                    markup(text_object(view.submit, viewer), tag="span")

    async def _cancel(self) -> None:
        view = self._view
        if view is not None:
            await doing.close(self._visit, view)

    def _surface(self, view: View) -> Surface:
        visit = self._visit
        return Surface(
            viewer=visit.viewer(),
            people=doing.pickable_people(visit),
            channels=doing.pickable_channels(visit),
            act=partial(doing.act_in_view, visit, view),
            keep=partial(doing.keep_in_view, visit, view),
            state=view.values,
            errors=view.errors,
        )
