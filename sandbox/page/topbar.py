"""The bar at the top: the sandbox's time, ways to push it ahead, and the side panels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nicegui import run, ui

from sandbox.page.parts import Part
from sandbox.page.visit import Visit

PANELS: Final = {"wire": ("cable", "Wire"), "faults": ("bolt", "Faults")}
_ASK_EVERY: Final = timedelta(seconds=2)


@dataclass
class TimeTravel:
    """What the demo lends to the page: it knows the app's alarms, the sandbox does not.

    `next_alarm` may take its time (it is asked in a thread); `on_skip` is called after each jump.
    """

    next_alarm: Callable[[], datetime | None] | None = None
    on_skip: Callable[[], None] | None = None


class TopBar:
    """Clock and switches."""

    def __init__(self, visit: Visit, travel: TimeTravel) -> None:
        self._visit = visit
        self._travel = travel
        self._alarm: datetime | None = None
        with ui.element("header").classes("topbar"):
            with ui.element("div").classes("clock"):
                self._day, self._time = ui.label().classes("day-name"), ui.label()
            with ui.element("div").classes("skips"):
                self._skip_button("+10 min", timedelta(minutes=10))
                self._skip_button("+1 h", timedelta(hours=1))
                alarm_box = ui.element("div")
            ui.element("div").classes("gap")
            panels = ui.element("div").classes("panel-buttons")
        self._parts = [
            Part(alarm_box, self._alarm_shown, self._draw_alarm),
            Part(panels, lambda: visit.panel, self._draw_panels),
        ]
        if travel.next_alarm:
            ui.timer(_ASK_EVERY.total_seconds(), self._look_ahead)

    def refresh(self) -> None:
        """Move the clock's hands; cheap, so it may run at every tick."""
        now, viewer = self._visit.now, self._visit.viewer()
        self._day.set_text(f"{now:%a} {now.day} {now:%b} ·")
        self._time.set_text(viewer.date(now.timestamp(), "{time}"))
        for part in self._parts:
            part.refresh()

    async def _look_ahead(self) -> None:
        if self._travel.next_alarm:
            self._alarm = await run.io_bound(self._travel.next_alarm)
            self.refresh()

    def _skip_button(self, label: str, step: timedelta) -> None:
        with ui.element("button").classes("skip").on("click", lambda: self._skip(step)) as button:
            ui.label(label)
        button.props["title"] = "Push the sandbox's clock ahead"

    async def _skip(self, step: timedelta) -> None:
        if step > timedelta():
            await run.io_bound(self._visit.sandbox.clock.skip, step)
        if self._travel.on_skip:
            await run.io_bound(self._travel.on_skip)
        await self._look_ahead()
        self._visit.redraw()

    def _alarm_shown(self) -> object:
        return self._alarm and self._alarm.astimezone(self._visit.now.tzinfo)

    def _draw_alarm(self) -> None:
        if self._alarm is None:
            return
        viewer = self._visit.viewer()
        due = self._alarm.astimezone(viewer.zone)
        with ui.element("button").classes("skip alarm").on("click", self._skip_to_alarm) as button:
            ui.icon("alarm")
            ui.label("Next alarm")
            day = "" if due.date() == self._visit.now.date() else f"{due:%a} "
            ui.label(day + viewer.date(due.timestamp(), "{time}")).classes("due")
        button.props["title"] = "Go to the moment when the app next has something to do"

    async def _skip_to_alarm(self) -> None:
        if self._alarm is not None:
            # A second past it, so that "due" has no room for doubt.
            await self._skip(self._alarm - self._visit.sandbox.clock.now() + timedelta(seconds=1))

    def _draw_panels(self) -> None:
        for name, (icon, label) in PANELS.items():
            state = "active" if self._visit.panel == name else ""
            button = ui.element("button").classes(f"panel-button {state}")
            button.props["aria-expanded"] = str(bool(state)).lower()
            with button.on("click", lambda name=name: self._visit.toggle_panel(name)):
                ui.icon(icon)
                ui.label(label)
