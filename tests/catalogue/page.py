"""All shots one below the other, drawn as the local Slack's own page draws them."""

import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from nicegui import app as nicegui_app
from nicegui import ui

from sandbox import Sandbox, SandboxClock, sample_company
from sandbox.page.blocks import draw_blocks
from sandbox.page.message import Standing, draw_message, message_surface
from sandbox.page.modals import Form
from sandbox.page.shell import LOOK
from sandbox.page.threads import ThreadsRead
from sandbox.page.visit import Visit
from sandbox.records import Message, View
from tests.catalogue.album import Shot, kept
from tests.desk import MANIFEST

_AS_PICTURES: Final = """
.shot.shell { display: block; position: static; width: 600px; background: #fff; margin: 12px; }
.shot .modal { width: 540px; max-height: none !important; box-shadow: none; }
.shot .modal { border: 1px solid #ddd; margin: 8px; }
.shot .home-page { padding: 14px 20px; }
.hover-bar { display: none !important; }
"""


def main(port: int, shots: Path) -> None:
    """Serve until SIGINT; says "ready" once one may look."""
    clock = SandboxClock(frozen_at=datetime.fromisoformat("2026-11-16T09:00:00+00:00"))
    with suppress(KeyboardInterrupt), Sandbox(MANIFEST, sample_company(), clock) as sandbox:
        nicegui_app.on_startup(lambda: print("ready", flush=True))  # noqa: T201 - to whoever waits
        ui.run(
            lambda: _draw(sandbox, clock, kept(shots)), host="127.0.0.1", port=port, show=False,
            reload=False, tailwind=False, show_welcome_message=False,
        )  # fmt: skip


def _draw(sandbox: Sandbox, clock: SandboxClock, shots: list[Shot]) -> None:
    for sheet in sorted(LOOK.glob("*.css")):
        ui.add_css(sheet)
    ui.add_css(_AS_PICTURES)
    ui.add_css("body { overflow: auto !important; height: auto !important; }")
    for shot in shots:
        clock.set(datetime.fromisoformat(shot.at))
        with ui.element("div").classes("shot shell").props(f"id={shot.picture}"):
            _draw_one(Visit(sandbox, ThreadsRead(), shot.viewer), shot.content)


def _draw_one(visit: Visit, drawn: Message | View) -> None:
    if isinstance(drawn, Message):
        draw_message(visit, drawn, Standing(in_thread=True))
    elif drawn.type == "modal":
        with ui.element("div").classes("modal"):
            Form(visit, drawn).refresh()
    else:
        surface = message_surface(visit, Message("", "0", "", ""), visit.viewer())
        with ui.element("div").classes("home"), ui.element("div").classes("home-page"):
            draw_blocks(drawn.blocks, surface)


if __name__ in {"__main__", "__mp_main__"}:
    main(int(sys.argv[1]), Path(sys.argv[2]))
