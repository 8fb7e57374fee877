"""What went over the wire, newest first: for those who want to see behind the curtain."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from nicegui import ui

from sandbox.page.markup import icon, markup
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Entry, EntryList, Part
from sandbox.page.visit import Visit
from sandbox.wire import WireEntry

SHOWN: Final = 60
_ARROWS: Final = {
    "to slack": ("arrow_back", "app → Slack"),
    "to app": ("arrow_forward", "Slack → app"),
}


class WirePanel:
    """A row per call or envelope; a click shows its JSON and the answer."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._open: set[int] = set()
        with ui.element("aside").classes("panel wire").props('aria-label="Wire"') as self._pane:
            markup("What went over the wire", "panel-title")
            careless = ui.element("div").classes("careless")
            self._list = EntryList(ui.element("div").classes("wire-list"))

        self._careless = Part(careless, self._violations, self._draw_violations)

    def refresh(self) -> None:
        """Follow the log while the panel is open."""
        self._pane.visible = self._visit.panel == "wire"
        if not self._pane.visible:
            return
        self._careless.refresh()
        newest = list(self._visit.workspace.wire.entries)[-SHOWN:]
        self._list.refresh([self._entry(entry) for entry in newest])

    def _violations(self) -> tuple[str, ...]:
        """What Slack would let pass although people suffer from it."""
        return tuple(self._visit.sandbox.violations)

    def _draw_violations(self) -> None:
        for sentence in self._violations():
            markup(f"{icon('report')} {plain(sentence)}")

    def _entry(self, entry: WireEntry) -> Entry:
        is_open = entry.number in self._open
        signature = entry.outcome, entry.took_ms, is_open
        return Entry(entry.number, signature, partial(self._draw, entry, is_open=is_open))

    def _draw(self, entry: WireEntry, *, is_open: bool) -> None:
        at = entry.at.astimezone(self._visit.viewer().zone)
        with ui.element("button").classes("wire-row").on("click", self._toggler(entry.number)):
            markup(_row(entry, at))
        if is_open:
            markup(_details(entry), "wire-json")

    def _toggler(self, number: int) -> Callable[[], None]:
        def toggle() -> None:
            self._open.symmetric_difference_update({number})
            self.refresh()

        return toggle


def _row(entry: WireEntry, at: datetime) -> str:
    icon, title = _ARROWS[entry.direction]
    took = f"{entry.took_ms:.0f} ms" if entry.took_ms is not None else "…"
    mood = {"ok": "good", "acked": "good", "waiting": "waiting"}.get(entry.outcome, "bad")
    return (
        f'<i class="material-icons {entry.direction.replace(" ", "-")}" title="{title}">{icon}</i>'
        f"<time>{at:%H:%M:%S}</time><b>{plain(entry.kind)}</b>"
        f'<span class="summary">{plain(entry.summary)}</span>'
        f'<span class="outcome {mood}">{plain(entry.outcome)}</span>'
        f'<span class="took">{took}</span>'
    )


def _details(entry: WireEntry) -> str:
    answer = f"<h4>Answer</h4><pre>{_json(entry.answer)}</pre>" if entry.answer else ""
    return f"<h4>Sent</h4><pre>{_json(entry.payload)}</pre>{answer}"


def _json(thing: object) -> str:
    return plain(json.dumps(thing, indent=2, ensure_ascii=False, default=str), emoji_codes=False)
