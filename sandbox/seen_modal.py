"""A modal as the person in front of it sees it."""

from collections.abc import Sequence

from sandbox.acting import Hands, selection_of
from sandbox.block_kit.check import options_of
from sandbox.formats import file_json
from sandbox.looking import Spot, Surface
from sandbox.outcome import Outcome
from sandbox.payloads import Used
from sandbox.records import Json, View
from sandbox.sharing import upload_into_form
from sandbox.telling import tells_at_enter, tells_every_character
from sandbox.views_state import KEYS

_TYPED = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "datepicker",
    "timepicker",
    "datetimepicker",
)


FILES_MOST = 10
FILE_MOST = 10_000_000
"""What a field of files takes at most, in number and in bytes each."""


class SeenModal(Surface):
    """The modal that was on top when it was looked up; unusable once it is closed."""

    def __init__(self, hands: Hands, view: View) -> None:
        super().__init__(hands)
        self.view = view

    def __repr__(self) -> str:
        """Readable in a failing test."""
        return f"<modal {self.title!r}: {self.text!r}>"

    def _where(self) -> View:
        if not self.is_open:
            raise AssertionError(f"the modal {self.title!r} is closed")
        return self.view

    def _blocks(self) -> list[Json]:
        return self.view.blocks

    @property
    def is_open(self) -> bool:
        """Still in the stack in front of this person."""
        stack = self._hands.slack.workspace.modals.get(self._hands.user.id, [])
        return any(view is self.view for view in stack)

    @property
    def title(self) -> str:
        """The line at the top."""
        return self._hands.reader.text_object(self.view.title)

    @property
    def submit_label(self) -> str:
        """What the sending button says; empty when there is none."""
        return self._hands.reader.text_object(self.view.submit)

    @property
    def labels(self) -> list[str]:
        """Labels of all fields, from top to bottom."""
        return [spot.names[0] for spot in self._all(_is_field)]

    @property
    def errors(self) -> dict[str, str]:
        """Sentences at the fields, by label."""
        blocks = {block["block_id"]: block for block in self.view.blocks}
        return {
            self._hands.reader.text_object(blocks[block_id].get("label")): sentence
            for block_id, sentence in self.view.errors.items()
        }

    @property
    def problem(self) -> str:
        """Slack's own line when sending did not work."""
        return self.view.problem

    def value(self, label: str) -> str:
        """What a field shows now; several choices with commas between."""
        return self._hands.reader.chosen(self._state(self._field(label)))

    def options(self, menu: str, near: str = "") -> list[str]:
        """What a menu, a row of radio buttons or a list of boxes offers."""
        reader = self._hands.reader
        spot = self._one(_has_options, "menu", menu, near)
        return [reader.text_object(option["text"]) for option in options_of(spot.element)]

    def fill(self, label: str, value: str | int) -> Outcome:
        """Type into a field; dates as 2026-11-21, times as 14:30, moments in Unix seconds."""
        spot = self._one(_is_typed, "field to type in", label, "")
        typed: object = value
        if spot.element["type"] == "rich_text_input" and value:
            text = {"type": "text", "text": str(value)}
            section = {"type": "rich_text_section", "elements": [text]}
            typed = {"type": "rich_text", "elements": [section]}
        used = Used(spot.block, spot.element, selection_of(spot.element, typed))
        view = self._where()
        if "input" in spot.element["type"] and not tells_every_character(spot.element):
            # Without on_character_entered the app hears of it at Enter only.
            quiet = Used({**spot.block, "dispatch_action": False}, spot.element, used.selection)
            return self._hands.enter(view, quiet)
        return self._hands.enter(view, used)

    def press_enter(self, label: str) -> Outcome:
        """Press Enter in a field that dispatches, so that the app hears what was typed."""
        spot = self._one(_is_typed, "field to type in", label, "")
        if not tells_at_enter(spot.element):
            raise AssertionError(f"{label!r} does not tell the app of Enter")
        value = self._state(spot)[KEYS[spot.element["type"]]]
        used = Used(spot.block, spot.element, {"value": value})
        return self._hands.enter(self._where(), used)

    def tick(self, label: str, option: str | Sequence[str]) -> Outcome:
        """Tick boxes in a list of checkboxes; one that is ticked already is cleared."""
        spot = self._one(_is_boxes, "list of boxes", label, "")
        wanted = [option] if isinstance(option, str) else list(option)
        state = self._state(spot)
        ticked = {o["value"] for o in state["selected_options"]}
        for name in wanted:
            chosen = self._option(spot, name)
            assert isinstance(chosen, dict)
            ticked ^= {chosen["value"]}
        boxes = [o for o in options_of(spot.element) if o["value"] in ticked]
        return self._pick(spot, boxes)

    def attach(self, label: str, name: str, *, size: int = 1024) -> Outcome:
        """Add a file from one's own machine to a field of files."""
        spot = self._one(_is_files, "field of files", label, "")
        here = self._state(spot)["files"]
        if len(here) >= spot.element.get("max_files", FILES_MOST):
            raise AssertionError(f"{label!r} takes no more files")
        if size > FILE_MOST:
            raise AssertionError(f"{label!r} takes no file of {size} bytes")
        workspace = self._hands.slack.workspace
        with workspace.lock:
            file = upload_into_form(workspace, self._hands.user.id, name, size=size)
            shown = file_json(workspace, file)
        return self._pick(spot, [*here, shown])

    def pick_channel(self, label: str, name: str) -> Outcome:
        """Pick a channel in a menu of channels or conversations."""
        spot = self._one(_is_channel_menu, "menu of channels", label, "")
        channel = self._hands.slack.workspace.find_channel(name)
        if channel is None:
            raise AssertionError(f"there is no channel {name!r}")
        return self._pick(spot, channel.id)

    def press(self, label: str, near: str = "") -> Outcome:
        """Press a button inside the form."""
        return self.click(label, near)

    def submit(self) -> Outcome:
        """Send the form; the outcome has the errors that keep it open."""
        return self._hands.submit(self._where())

    def cancel(self) -> Outcome:
        """Close this modal, and come back to the one below."""
        return self._hands.close(self._where())

    def close_everything(self) -> Outcome:
        """The x in the corner: all modals of the stack go away."""
        return self._hands.close(self._where(), everything=True)

    def _field(self, label: str) -> Spot:
        return self._one(_is_field_or_menu, "field", label, "")

    def _state(self, spot: Spot) -> Json:
        return self.view.values[spot.block["block_id"]][spot.element["action_id"]]


def _is_field(spot: Spot) -> bool:
    return bool(spot.block["type"] == "input")


def _is_field_or_menu(spot: Spot) -> bool:
    return spot.element["type"] in KEYS


def _is_typed(spot: Spot) -> bool:
    return spot.element["type"] in _TYPED


def _is_boxes(spot: Spot) -> bool:
    return bool(spot.element["type"] == "checkboxes")


def _is_files(spot: Spot) -> bool:
    return bool(spot.element["type"] == "file_input")


def _is_channel_menu(spot: Spot) -> bool:
    return str(spot.element["type"]).endswith(("channels_select", "conversations_select"))


def _has_options(spot: Spot) -> bool:
    return "options" in spot.element or "option_groups" in spot.element
