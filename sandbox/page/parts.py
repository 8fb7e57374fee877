"""Regions of the page that redraw themselves only when what they show has changed.

NiceGUI has no virtual DOM: a redraw loses focus, scroll position and half-typed text. So every
region says in a *signature* what it shows, and is left alone while that stays the same.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from nicegui import ui


class Part:
    """One region: `shown` tells what it depends on, `draw` fills the emptied container."""

    def __init__(
        self, container: ui.element, shown: Callable[[], Hashable], draw: Callable[[], None]
    ) -> None:
        self._container = container
        self._shown = shown
        self._draw = draw
        self._before: Hashable = object()

    def refresh(self) -> None:
        """Redraw if needed."""
        shown = self._shown()
        if shown == self._before:
            return
        self._before = shown
        self._container.clear()
        with self._container:
            self._draw()


@dataclass(frozen=True)
class Entry:
    """One line of a list: which one it is, what it depends on, and how it is drawn."""

    key: Hashable
    signature: Hashable
    draw: Callable[[], object]


class EntryList:
    """A list that adds, moves and redraws single entries and leaves all others as they stand."""

    def __init__(self, container: ui.element) -> None:
        self._container = container
        self._drawn: dict[Hashable, tuple[Hashable, ui.element]] = {}

    def refresh(self, entries: Sequence[Entry]) -> None:
        """Show exactly `entries`, in this order."""
        for key in self._drawn.keys() - {entry.key for entry in entries}:
            self._drawn.pop(key)[1].delete()
        for position, entry in enumerate(entries):
            box = self._show(entry)
            if self._container.default_slot.children[position] is not box:
                box.move(target_index=position)

    def _show(self, entry: Entry) -> ui.element:
        signature, box = self._drawn.get(entry.key, (None, None))
        if box is None:
            with self._container:
                box = ui.element("div").classes("entry")
        elif signature == entry.signature:
            return box
        self._drawn[entry.key] = entry.signature, box
        box.clear()
        with box:
            entry.draw()
        return box
