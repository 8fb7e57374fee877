"""The box to type into: messages, and slash commands with a hint of what there is."""

from functools import partial
from typing import Any

from nicegui import events, ui

from sandbox.page import doing
from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain
from sandbox.page.parts import Part
from sandbox.page.visit import Visit


class Composer:
    """Enter sends, Shift+Enter makes a new line; what is half typed stays with its place."""

    def __init__(self, visit: Visit, *, in_thread: bool) -> None:
        self._visit = visit
        self._in_thread = in_thread
        self._drafts: dict[object, str] = {}
        self._draft_of: object = None
        with ui.element("footer").classes("composer-note") as self._note:
            self._why_not = ui.label()
        with ui.element("footer").classes("composer") as self._box:
            hints = ui.element("div").classes("hints")
            with ui.element("div").classes("writing"):
                self._extras()
                self._input = self._text_box()
                self._send_button()
        self._hints = Part(hints, self._matching, self._draw_hints)

    def refresh(self) -> None:
        """Follow the person to another place; leave the text alone otherwise."""
        visit = self._visit
        why_not = self._closed_because()
        self._why_not.set_text(why_not)
        self._note.visible = bool(why_not) and visit.channel is not None
        self._box.visible = not why_not
        here = (visit.user_id, visit.place, visit.thread_ts if self._in_thread else "")
        if here != self._draft_of:
            self._drafts[self._draft_of] = self._input.value or ""
            self._draft_of = here
            self._input.value = self._drafts.get(here, "")
            for prop in ("placeholder", "aria-label"):
                self._input.props[prop] = self._placeholder()
        self._hints.refresh()

    def _closed_because(self) -> str:
        """Why nobody, or not this person, can write here; empty if they can."""
        channel = self._visit.channel
        if channel is None:
            return "Nothing can be written on the Home tab."
        if channel.archived:
            return f"#{channel.name} is archived: it can be read, nothing can be added."
        if self._visit.user_id not in channel.members:
            return f"You are looking into #{channel.name}. Only its members can write here."
        return ""

    def _text_box(self) -> ui.textarea:
        box = ui.textarea(on_change=self._typed).props("borderless dense autogrow rows=1")
        box.classes("message-box")
        box.on("keydown.enter.exact.prevent", self._send)
        box.on("keydown.tab.exact.prevent", self._complete)
        return box

    def _extras(self) -> None:
        """The menu behind the plus: global shortcuts, and a stand-in for an upload."""
        visit = self._visit
        with ui.element("button").classes("tool extras") as button:
            ui.icon("add")
            with ui.menu().props("auto-close"):
                for name in doing.shortcuts(visit, "global"):
                    ui.menu_item(name, on_click=partial(doing.use_shortcut, visit, name))
                ui.menu_item("Upload screenshot.png", on_click=self._upload)
        button.props["aria-label"] = "Shortcuts and files"

    async def _upload(self) -> None:
        root = self._visit.thread_ts if self._in_thread else ""
        await doing.upload(self._visit, "screenshot.png", root)

    def _send_button(self) -> None:
        with ui.element("button").classes("send").on("click", self._send) as button:
            ui.icon("send")
        button.props["aria-label"] = "Send"

    def _placeholder(self) -> str:
        channel = self._visit.channel
        if self._in_thread:
            return "Reply…"
        if channel is None or channel.is_im:
            return f"Message {self._visit.app.real_name}, or type / for commands"
        return f"Message #{channel.name}, or type / for commands"

    def _typed(self, event: events.ValueChangeEventArguments[Any]) -> None:
        self._hints.refresh()

    async def _send(self) -> None:
        text = (self._input.value or "").strip()
        if not text:
            return
        self._input.value = ""
        self._hints.refresh()
        root = self._visit.thread_ts if self._in_thread else ""
        await doing.say(self._visit, text, root)

    def _matching(self) -> tuple[tuple[str, str, str], ...]:
        """The commands that start with what is typed: command, usage hint, description."""
        text = self._input.value or ""
        if not text.startswith("/") or "\n" in text:
            return ()
        word, has_space, _ = text.partition(" ")
        return tuple(
            command
            for command in doing.commands(self._visit)
            if (command[0] == word if has_space else command[0].startswith(word))
        )

    def _complete(self) -> None:
        matching = self._matching()
        if matching and " " not in (self._input.value or ""):
            self._take(matching[0][0])

    def _take(self, command: str) -> None:
        self._input.value = command + " "
        self._input.run_method("focus")

    def _draw_hints(self) -> None:
        for command, usage, description in self._matching():
            with ui.element("button").classes("hint-row") as row:
                markup(
                    f"<b>{plain(command)}</b> <code>{plain(usage)}</code>"
                    f"<span>{plain(description)}</span>"
                )
            row.on("click", lambda command=command: self._take(command))
