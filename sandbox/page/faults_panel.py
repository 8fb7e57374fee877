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
from sandbox.server import Sandbox


@dataclass(frozen=True)
class Mischief:
    """One switch. It shows what really is set in the sandbox, whoever set it."""

    title: str
    effect: str
    is_on: Callable[[Sandbox], bool]
    turn: Callable[[Sandbox, bool], None]


def _fault(
    title: str,
    effect: str,
    fits: tuple[str, str],
    start: Callable[[Faults], Fault],
) -> Mischief:
    """A switch for a fault of this kind and method; a one-time fault goes off by itself."""

    def active(sandbox: Sandbox) -> list[Fault]:
        return [one for one in sandbox.faults.active if (one.kind, one.method) == fits]

    def turn(sandbox: Sandbox, on: bool) -> None:  # noqa: FBT001 -- the position of a switch
        for fault in active(sandbox):
            sandbox.faults.remove(fault)
        if on:
            start(sandbox.faults)

    return Mischief(title, effect, lambda sandbox: bool(active(sandbox)), turn)


def _storm(faults: Faults) -> Fault:
    fault = faults.rate_limit(seconds=5, times=FOR_EVER)
    fault.probability = 0.5
    return fault


MISCHIEF: Final = (
    _fault(
        "Slack is down",
        "Every call is answered with 503 until you switch this off.",
        ("status", "*"),
        lambda faults: faults.answer(times=FOR_EVER),
    ),
    _fault(
        "Hang up after posting",
        "The next message is posted, but the app never hears so.",
        ("hang up after", "chat.postMessage"),
        lambda faults: faults.hang_up_after("chat.postMessage"),
    ),
    _fault(
        "Hang up before posting",
        "The next message is lost on its way to Slack.",
        ("hang up before", "chat.postMessage"),
        lambda faults: faults.hang_up_before("chat.postMessage"),
    ),
    _fault(
        "Rate limit storm",
        "Every other call is answered with 429: wait 5 seconds.",
        ("ratelimited", "*"),
        _storm,
    ),
    _fault(
        "Slow answers",
        "Every call takes two seconds longer.",
        ("slow", "*"),
        lambda faults: faults.slow(seconds=2, times=FOR_EVER),
    ),
    _fault(
        "Deliver twice",
        "Everything that people do reaches the app two times.",
        ("duplicate", "*"),
        lambda faults: faults.duplicate(times=FOR_EVER),
    ),
    _fault(
        "Out of order",
        "Everything that people do is overtaken by what they do next.",
        ("reorder", "*"),
        lambda faults: faults.reorder(times=FOR_EVER),
    ),
    Mischief(
        "Frozen connection",
        "The connection stays open, but nothing goes through it.",
        lambda sandbox: sandbox.socket_mode.is_frozen,
        lambda sandbox, on: sandbox.socket_mode.freeze(frozen=on),
    ),
    Mischief(
        "No connection",
        "All connections are cut, and new ones are refused.",
        lambda sandbox: sandbox.socket_mode.refuses,
        lambda sandbox, on: _cut(sandbox, cut=on),
    ),
)


def _cut(sandbox: Sandbox, *, cut: bool) -> None:
    sandbox.socket_mode.refuse_connections(refuse=cut)
    if cut:
        sandbox.socket_mode.drop_all()


class FaultsPanel:
    """All switches, for the whole sandbox: every tab shows the same."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        with ui.element("aside").classes("panel faults") as self._pane:
            markup("Make Slack misbehave", "panel-title")
            markup(
                "For everybody in this sandbox. Nothing may get lost, nothing come twice.",
                "panel-note",
            )
            box = ui.element("div").classes("switches")
        self._part = Part(box, self._shown, self._draw)

    def refresh(self) -> None:
        """Show what is set right now."""
        self._pane.visible = self._visit.panel == "faults"
        if self._pane.visible:
            self._part.refresh()

    def _shown(self) -> Hashable:
        return tuple(mischief.is_on(self._visit.sandbox) for mischief in MISCHIEF)

    def _draw(self) -> None:
        for mischief in MISCHIEF:
            on = mischief.is_on(self._visit.sandbox)
            row = ui.element("button").classes("switch on" if on else "switch")
            row.props["role"], row.props["aria-checked"] = "switch", str(on).lower()
            with row.on("click", self._flipper(mischief)):
                markup(
                    f"<i></i><span><b>{plain(mischief.title)}</b>"
                    f"<small>{plain(mischief.effect)}</small></span>"
                )

    def _flipper(self, mischief: Mischief) -> Callable[[], None]:
        def flip() -> None:
            mischief.turn(self._visit.sandbox, not mischief.is_on(self._visit.sandbox))
            self.refresh()

        return flip
