"""The bar that says what is wrong with the local Slack, since when, and ends it all."""

from collections.abc import Hashable
from datetime import timedelta

from nicegui import run, ui

from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Part
from sandbox.page.visit import Visit
from sandbox.troubles import Trouble, end_all, troubles


class TroubleBar:
    """In every tab, as long as something is wrong."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._bar = ui.element("section").classes("troubles").props("role=status")
        self._part = Part(self._bar, self._shown, self._draw)

    def refresh(self) -> None:
        """Cheap, so it may run at every tick."""
        self._part.refresh()

    def _shown(self) -> Hashable:
        return tuple((trouble.words, self._when(trouble)) for trouble in self._now())

    def _draw(self) -> None:
        found = self._now()
        self._bar.visible = bool(found)
        if not found:
            return
        lines = "".join(
            f"<li>{plain(trouble.words)} <small>{plain(self._when(trouble))}</small></li>"
            for trouble in found
        )
        markup(f"<ul>{lines}</ul>", "what")
        with ui.element("button").classes("end-all").on("click", self._end):
            ui.label("End all faults")

    def _now(self) -> list[Trouble]:
        return troubles(self._visit.sandbox)

    def _when(self, trouble: Trouble) -> str:
        """In the time of the person acting, such as "since 10:42, for 3 min"."""
        now = self._visit.now
        since = trouble.since.astimezone(now.tzinfo)
        clock = self._visit.viewer().date(since.timestamp(), "{time}")
        day = "" if since.date() == now.date() else f"{since:%a} "
        minutes = (now - since) // timedelta(minutes=1)
        return f"since {day}{clock}" + (f", for {_length(minutes)}" if minutes else "")

    async def _end(self) -> None:
        await run.io_bound(end_all, self._visit.sandbox)
        self._visit.redraw()


def _length(minutes: int) -> str:
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
