"""What a set of blocks needs to know about the place it is drawn in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sandbox.page import emoji
from sandbox.page.viewer import Viewer
from sandbox.records import Json
from sandbox.views_state import KEYS

_INITIAL_KEY: Final = {"value": "initial_value"}


def _keep_nothing(block: Json, element: Json, entered: Json) -> None:
    """A message forgets what was chosen in its menus."""


def _nothing_entered(block_id: str, action_id: str) -> Json | None:
    return None


def _no_files(name: str) -> Json:
    raise AssertionError(f"{name} cannot be added here: files go into modals")


def _no_error(block_id: str) -> str:
    return ""


@dataclass(frozen=True)
class Surface:
    """A message, a modal or a Home tab on somebody's screen.

    `act` sends an action over the wire and returns when the app has answered; `keep` only
    remembers what was entered. Both get the block, the element and the entered value.
    `value_of` tells what a block id and an action id hold by now, in Slack's shape.
    `error_at` tells the sentence at the field of a block id. What shows it is in `fields`: call
    these to bring it up to date without redrawing the form under somebody's hands. `upload` makes
    a file of that name, for a field of files.
    """

    viewer: Viewer
    people: Mapping[str, str]
    channels: Mapping[str, str]
    act: Callable[[Json, Json, Json], Awaitable[None]]
    keep: Callable[[Json, Json, Json], None] = _keep_nothing
    value_of: Callable[[str, str], Json | None] = _nothing_entered
    error_at: Callable[[str], str] = _no_error
    upload: Callable[[str], Json] = _no_files
    fields: dict[str, Callable[[], None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Control:
    """One interactive element in its block, on its surface."""

    block: Json
    element: Json
    surface: Surface

    @property
    def kind(self) -> str:
        """Slack's type of the element, such as `static_select`."""
        return str(self.element["type"])

    @property
    def is_input(self) -> bool:
        """Whether it is the field of an input block, which sends nothing by itself."""
        return self.block.get("type") == "input"

    @property
    def placeholder(self) -> str:
        """The hint inside an empty field, or nothing."""
        return str((self.element.get("placeholder") or {}).get("text", ""))

    @property
    def name(self) -> str:
        """What a screen reader calls it: its label as shown, else the hint inside it."""
        label = (self.block.get("label") or {}) if self.is_input else {}
        optional = " (optional)" if label and self.block.get("optional") else ""
        return emoji.as_text(str(label.get("text", "")) or self.placeholder) + optional

    @property
    def value(self) -> object:
        """What was entered so far, else the element's initial value, else None."""
        key = KEYS[self.kind]
        block_id, action_id = str(self.block.get("block_id")), str(self.element.get("action_id"))
        entered = self.surface.value_of(block_id, action_id)
        if entered is not None and key in entered:
            return entered[key]
        initial = _INITIAL_KEY.get(key, key.replace("selected_", "initial_"))
        return self.element.get(initial)

    def enter(self, value: object) -> Json:
        """Remember `value`; returns it in Slack's shape."""
        entered = {"type": self.kind, KEYS[self.kind]: value}
        self.surface.keep(self.block, self.element, entered)
        return entered

    async def choose(self, value: object) -> None:
        """Remember `value` and tell the app, if this element tells the app anything."""
        entered = self.enter(value)
        if not self.is_input or self.block.get("dispatch_action"):
            await self.send(entered)

    async def send(self, entered: Json) -> None:
        """Send an action over the wire; returns when the app has answered."""
        await self.surface.act(self.block, self.element, entered)
