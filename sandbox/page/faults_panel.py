"""The panel with the switches that make the local Slack misbehave, to watch how the app copes."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from nicegui import run, ui

from sandbox.page.markup import markup
from sandbox.page.mischief import Mischief, groups
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Entry, EntryList
from sandbox.page.visit import Visit


class FaultsPanel:
    """All switches, for the whole sandbox: every tab shows the same, but chooses by itself."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._chosen: dict[str, str] = {}
        with ui.element("aside").classes("panel faults").props('aria-label="Faults"') as self._pane:
            markup("Make Slack misbehave", "panel-title")
            markup(
                "For everybody in this sandbox. Nothing may get lost, nothing come twice.",
                "panel-note",
            )
            self._list = EntryList(ui.element("div").classes("switches"))

    def refresh(self) -> None:
        """Show what is set right now."""
        self._pane.visible = self._visit.panel == "faults"
        if self._pane.visible:
            self._list.refresh(list(self._entries()))

    def _entries(self) -> Iterator[Entry]:
        """Each drawn by itself: whoever turns one switch right after another finds it in place."""
        for title, group in groups(self._visit.sandbox).items():
            yield Entry(("group", title), title, partial(markup, plain(title), "switch-group"))
            for mischief in group:
                choices = tuple(self._choices(mischief))
                shown = self._choice(mischief), choices, self._is_on(mischief)
                yield Entry(("switch", mischief.title), shown, partial(self._draw, mischief))

    def _draw(self, mischief: Mischief) -> None:
        self._switch(mischief)
        if mischief.choices is not None:
            self._menu(mischief)

    def _switch(self, mischief: Mischief) -> None:
        on = self._is_on(mischief)
        row = ui.element("button").classes("switch on" if on else "switch")
        if not mischief.happens_once:
            row.props["role"], row.props["aria-checked"] = "switch", str(on).lower()
        knob = "<em>Now</em>" if mischief.happens_once else "<i></i>"
        with row.on("click", self._flipper(mischief)):
            markup(
                f"{knob}<span><b>{plain(mischief.title)}</b>"
                f"<small>{plain(mischief.effect)}</small></span>"
            )

    def _menu(self, mischief: Mischief) -> None:
        """For which place or method the switch is."""

        def choose(value: str) -> None:
            self._chosen[mischief.title] = value
            self.refresh()

        menu = ui.select(
            dict(self._choices(mischief)),
            value=self._choice(mischief),
            on_change=lambda event: choose(str(event.value)),
        )
        menu.classes("where").props("borderless dense options-dense behavior=menu")
        menu.props["label"] = f"{mischief.title}: where or what"  # heard, not seen

    def _choices(self, mischief: Mischief) -> dict[str, str]:
        return dict(mischief.choices(self._visit.sandbox)) if mischief.choices else {}

    def _choice(self, mischief: Mischief) -> str:
        """What was chosen here, or the first there is."""
        choices = self._choices(mischief)
        chosen = self._chosen.get(mischief.title, "")
        return chosen if chosen in choices else next(iter(choices), "")

    def _is_on(self, mischief: Mischief) -> bool:
        return mischief.is_on(self._visit.sandbox, self._choice(mischief))

    def _flipper(self, mischief: Mischief) -> Callable[[], Awaitable[None]]:
        async def flip() -> None:
            turn = not self._is_on(mischief)
            choice = self._choice(mischief)
            await run.io_bound(mischief.turn, self._visit.sandbox, choice, turn)
            self._visit.workspace.touch()
            self._visit.redraw()

        return flip
