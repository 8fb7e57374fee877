"""Switches that make the local Slack misbehave, to watch how the app copes."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from nicegui import ui

from sandbox.faults import FOR_EVER, Fault, Faults
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Part
from sandbox.page.visit import Visit


@dataclass(frozen=True)
class Mischief:
    """One switch: what it says, and what it asks of the sandbox."""

    title: str
    effect: str
    start: Callable[[Faults], Fault]
    kind: str
    method: str = "*"


def _storm(faults: Faults) -> Fault:
    fault = faults.rate_limit(seconds=5, times=FOR_EVER)
    fault.probability = 0.5
    return fault


MISCHIEF: Final = (
    Mischief(
        "Slack is down",
        "Every call is answered with 503 until you switch this off.",
        lambda faults: faults.answer(times=FOR_EVER),
        "status",
    ),
    Mischief(
        "Hang up after posting",
        "The next message is posted, but the app never hears so.",
        lambda faults: faults.hang_up_after("chat.postMessage"),
        "hang up after",
        "chat.postMessage",
    ),
    Mischief(
        "Hang up before posting",
        "The next message is lost on the way to Slack.",
        lambda faults: faults.hang_up_before("chat.postMessage"),
        "hang up before",
        "chat.postMessage",
    ),
    Mischief(
        "Rate limit storm",
        "Half of all calls are answered with 429, wait 5 seconds.",
        _storm,
        "ratelimited",
    ),
    Mischief(
        "Slow answers",
        "Every call takes two seconds longer.",
        lambda faults: faults.slow(seconds=2, times=FOR_EVER),
        "slow",
    ),
    Mischief(
        "Deliver twice",
        "Everything that people do reaches the app two times.",
        lambda faults: faults.duplicate(times=FOR_EVER),
        "duplicate",
    ),
    Mischief(
        "Out of order",
        "Each event waits until the next one has gone out.",
        lambda faults: faults.reorder("events_api", times=FOR_EVER),
        "reorder",
        "events_api",
    ),
    Mischief(
        "Lose the next event",
        "It never arrives; Slack sends it again when no answer comes.",
        lambda faults: faults.drop("events_api"),
        "drop",
        "events_api",
    ),
)


class FaultsPanel:
    """A switch each; one that has happened as often as asked goes off by itself."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        with ui.element("aside").classes("panel faults") as self._pane:
            markup("Make Slack misbehave", "panel-title")
            markup("For everybody in this sandbox. Nothing gets lost: watch.", "panel-note")
            box = ui.element("div").classes("switches")
            with ui.element("button").classes("btn").on("click", self._drop_sockets):
                ui.label("Drop all connections now")
        self._part = Part(box, self._shown, self._draw)

    def refresh(self) -> None:
        """Show which faults are still to come."""
        self._pane.visible = self._visit.panel == "faults"
        if self._pane.visible:
            self._part.refresh()

    def _shown(self) -> Hashable:
        return tuple(self._running(mischief) is not None for mischief in MISCHIEF)

    def _running(self, mischief: Mischief) -> Fault | None:
        wanted = mischief.kind, mischief.method
        active = self._visit.sandbox.faults.active
        return next((one for one in active if (one.kind, one.method) == wanted), None)

    def _draw(self) -> None:
        for mischief in MISCHIEF:
            on = self._running(mischief) is not None
            row = ui.element("button").classes("switch on" if on else "switch")
            row.props["role"], row.props["aria-checked"] = "switch", str(on).lower()
            with row.on("click", self._flipper(mischief)):
                markup(
                    f"<i></i><span><b>{plain(mischief.title)}</b>"
                    f"<small>{plain(mischief.effect)}</small></span>"
                )

    def _flipper(self, mischief: Mischief) -> Callable[[], None]:
        def flip() -> None:
            faults, running = self._visit.sandbox.faults, self._running(mischief)
            if running:
                faults.remove(running)
            else:
                mischief.start(faults)
            self.refresh()

        return flip

    def _drop_sockets(self) -> None:
        self._visit.sandbox.drop_sockets()
