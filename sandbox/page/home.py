"""The app's Home tab, as it was last published for the person acting."""

from collections.abc import Hashable
from functools import partial

from nicegui import ui

from sandbox.page import doing
from sandbox.page.blocks import draw_blocks
from sandbox.page.markup import markup
from sandbox.page.surface import Surface
from sandbox.page.visit import HOME, Visit


def home_shown(visit: Visit) -> Hashable:
    """What the drawing depends on."""
    view = visit.workspace.homes.get(visit.user_id)
    published = repr(view.blocks) + view.hash if view else ""
    return visit.place == HOME, visit.user_id, published, visit.now.date()


def draw_home(visit: Visit) -> None:
    """Draw the published view, or say that there is none yet."""
    view = visit.workspace.homes.get(visit.user_id)
    if view is None:
        markup("The app hasn't published anything here yet.", "nothing")
        return
    surface = Surface(
        viewer=visit.viewer(),
        people=doing.pickable_people(visit),
        channels=doing.pickable_channels(visit),
        act=partial(doing.act_in_view, visit, view),
        keep=partial(doing.keep_in_view, visit, view),
        value_of=lambda block_id, action_id: view.values.get(block_id, {}).get(action_id),
    )
    with ui.element("div").classes("home-page"):
        draw_blocks(view.blocks, surface)
