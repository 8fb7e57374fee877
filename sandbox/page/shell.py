"""The whole page for one tab: draws the frame once, then keeps every region fresh."""

from pathlib import Path
from typing import Final, Protocol

from nicegui import ui

from sandbox.page.conversation import Conversation, Thread
from sandbox.page.faults_panel import FaultsPanel
from sandbox.page.modals import Modal
from sandbox.page.notices import Notices
from sandbox.page.sidebar import sidebar
from sandbox.page.topbar import TimeTravel, TopBar
from sandbox.page.trouble_bar import TroubleBar
from sandbox.page.visit import Visit
from sandbox.page.welcome import DISMISSED, welcome
from sandbox.page.wire_panel import WirePanel

LOOK: Final = Path(__file__).parent / "look"
_TICK: Final = 0.25  # seconds; a look at one number when nothing has happened

# Tells the style sheet what only the browser knows: whether it has coloured emoji (without, a red
# circle is drawn black), and whether the card for newcomers was closed here before. And it hears
# Escape wherever it is pressed, unless a menu or dialog is open, which it closes first.
_AT_LOAD: Final = """
<script>
addEventListener('DOMContentLoaded', () => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  pen.font = '20px sans-serif';
  pen.fillStyle = '#000';
  pen.fillText('\\u{1F534}', 0, 20);
  const colours = pen.getImageData(0, 0, 30, 30).data;
  const isRed = colours.some((value, at) => at % 4 === 0 && value > 100);
  document.body.classList.toggle('no-emoji', !isRed);
  document.body.classList.toggle('no-welcome', !!localStorage.TRY_THIS);
});
addEventListener('keydown', event => {
  if (event.key === 'Escape' && !document.querySelector('.q-menu, .q-dialog')) emitEvent('leave');
}, true);
</script>
""".replace("TRY_THIS", DISMISSED)


class Region(Protocol):
    """A piece of the page that can bring itself up to date."""

    def refresh(self) -> None:
        """Redraw what has changed."""


class Shell:
    """Frame and regions of one tab."""

    def __init__(self, visit: Visit, travel: TimeTravel) -> None:
        self._visit = visit
        self._revision = -1
        visit.redraw = self.redraw
        for sheet in sorted(LOOK.glob("*.css")):
            ui.add_css(sheet)
        ui.add_head_html(_AT_LOAD)
        with ui.element("div").classes("shell") as self._frame:
            self._top = TopBar(visit, travel)
            self._troubles = TroubleBar(visit)
            side = sidebar(visit)
            conversation, thread = Conversation(visit), Thread(visit)
            panels: list[Region] = [WirePanel(visit), FaultsPanel(visit)]
            ui.element("div").classes("shade").on("click", visit.toggle_drawer)
            welcome(visit)
        overlays: list[Region] = [Modal(visit), Notices(visit)]
        self._regions: list[Region] = [thread, conversation, *side, *panels, *overlays]
        ui.on("leave", visit.leave_side)
        self.redraw()
        ui.timer(_TICK, self._tick)

    def redraw(self) -> None:
        """Bring every region up to date; those that show nothing new stay as they are."""
        visit = self._visit
        with visit.workspace.lock:
            self._frame.classes(replace=" ".join(["shell", *self._states()]))
            self._top.refresh()
            self._troubles.refresh()
            for region in self._regions:
                region.refresh()
            self._revision = visit.workspace.revision

    def _states(self) -> list[str]:
        """What the style sheet needs to know to place the regions."""
        visit = self._visit
        states = {
            "drawer-open": visit.drawer_open,
            "has-thread": visit.thread_root is not None,
            "has-panel": bool(visit.panel),
        }
        return [name for name, is_on in states.items() if is_on]

    def _tick(self) -> None:
        if self._visit.workspace.revision != self._revision:
            self.redraw()
        else:
            self._top.refresh()
            self._troubles.refresh()
