"""Finding what is visible: buttons, menus and fields by their labels, with a helpful complaint."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.acting import Hands, selection_of
from sandbox.block_kit.check import elements_of, options_of
from sandbox.outcome import Outcome
from sandbox.payloads import Used
from sandbox.reading import Reader
from sandbox.records import Json, Message, View

_READING = ("section", "header", "context", "rich_text")


@dataclass(frozen=True)
class Spot:
    """An element that can be used, its labels, and the words around it."""

    block: Json
    element: Json
    names: tuple[str, ...]
    nearby: str


def spots(reader: Reader, blocks: list[Json]) -> Iterator[Spot]:
    """All elements in reading order; what was read since the last one counts as nearby."""
    heard: list[str] = []
    after_element = False
    for block in blocks:
        kind = block.get("type")
        if kind == "divider" or (after_element and kind in _READING):
            heard = []
        own = (
            [line for line in reader.block({**block, "elements": []}) if line]
            if kind in _READING
            else []
        )
        if kind in ("rich_text", "context"):
            own = list(reader.block(block))
        heard += own
        elements = [e for e in elements_of(block) if e.get("type") != "image"]
        for element in elements:
            yield Spot(block, element, _names(reader, block, element), "\n".join(heard))
        after_element = bool(elements)


def _names(reader: Reader, block: Json, element: Json) -> tuple[str, ...]:
    names = [reader.label(element), reader.text_object(element.get("placeholder"))]
    if block.get("type") == "input":
        names.insert(0, reader.text_object(block["label"]))
    elif block.get("type") == "section" and element["type"] not in ("button", "overflow"):
        names.append(reader.text_object(block.get("text")))
    return tuple(dict.fromkeys(name for name in names if name))


class Surface:
    """Something with blocks that a person looks at and uses: a message, a modal, the Home tab."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    def _where(self) -> Message | View:
        raise NotImplementedError

    def _blocks(self) -> list[Json]:
        return self._where().blocks

    @property
    def text(self) -> str:
        """Everything readable, line by line."""
        return self._hands.reader.blocks(self._blocks())

    @property
    def buttons(self) -> list[str]:
        """Labels of all buttons, from top to bottom."""
        return [spot.names[0] for spot in self._all(_is_button) if spot.names]

    @property
    def menus(self) -> list[str]:
        """Labels of all menus outside input fields; an overflow menu is called "…"."""
        return [spot.names[0] for spot in self._all(_is_menu) if spot.names]

    def click(self, label: str, near: str = "") -> Outcome:
        """Press the button with this label; `near` picks one of several by the words above it."""
        spot = self._one(_is_button, "button", label, near)
        return self._hands.use(self._where(), Used(spot.block, spot.element))

    def choose(self, menu: str, option: str, near: str = "") -> Outcome:
        """Pick an option in a menu, which is found by its label or placeholder."""
        spot = self._one(_is_chooser, "menu", menu, near)
        return self._pick(spot, self._option(spot, option))

    def pick_person(self, menu: str, name: str, near: str = "") -> Outcome:
        """Pick a colleague in a menu of people; with an empty name take the choice back."""
        spot = self._one(_is_people_menu, "menu of people", menu, near)
        if not name:
            return self._pick(spot, [] if spot.element["type"].startswith("multi") else None)
        user = self._hands.slack.workspace.find_user(name)
        if user is None or user.deleted:
            raise AssertionError(f"nobody called {name!r} can be picked")
        several = spot.element["type"].startswith("multi")
        return self._pick(spot, [*self._current(spot), user.id] if several else user.id)

    def options(self, menu: str, near: str = "") -> list[str]:
        """What a menu offers."""
        spot = self._one(_is_chooser, "menu", menu, near)
        return [self._hands.reader.text_object(o["text"]) for o in options_of(spot.element)]

    # Inside

    def _all(self, fits: Callable[[Spot], bool]) -> list[Spot]:
        return [spot for spot in spots(self._hands.reader, self._blocks()) if fits(spot)]

    def _one(self, fits: Callable[[Spot], bool], what: str, label: str, near: str) -> Spot:
        there = self._all(fits)
        found = [spot for spot in there if label in spot.names]
        if near:
            found = [spot for spot in found if _mentions(spot.nearby, near)]
        if len(found) == 1:
            return found[0]
        seen = [" / ".join(spot.names) for spot in there]
        how = f"{len(found)} are called {label!r}" if found else f"no {what} is called {label!r}"
        beside = f" near {near!r}" if near else ""
        raise AssertionError(f"{how}{beside}; visible: {seen}\n{self.text}")

    def _option(self, spot: Spot, label: str) -> object:
        reader, element = self._hands.reader, spot.element
        offered = options_of(element)
        if "external" in element["type"]:
            used = Used(spot.block, element)
            offered = self._hands.suggestions(self._where(), used, label)
        found = [option for option in offered if reader.text_object(option["text"]) == label]
        if not found:
            labels = [reader.text_object(option["text"]) for option in offered]
            raise AssertionError(f"{spot.names[0]!r} does not offer {label!r}, but {labels}")
        several = element["type"].startswith("multi")
        return [*self._current(spot), found[0]] if several else found[0]

    def _pick(self, spot: Spot, value: object) -> Outcome:
        used = Used(spot.block, spot.element, selection_of(spot.element, value))
        where = self._where()
        if isinstance(where, View):
            return self._hands.enter(where, used)
        return self._hands.use(where, used)

    def _current(self, spot: Spot) -> list[object]:
        where = self._where()
        if not isinstance(where, View):
            return []
        state = where.values[spot.block["block_id"]][spot.element["action_id"]]
        return next((list(value) for value in state.values() if isinstance(value, list)), [])


def _is_button(spot: Spot) -> bool:
    return spot.element["type"] in ("button", "workflow_button")


def _is_chooser(spot: Spot) -> bool:
    kind = spot.element["type"]
    return kind in ("overflow", "radio_buttons") or kind.endswith(
        ("static_select", "external_select")
    )


def _is_people_menu(spot: Spot) -> bool:
    return str(spot.element["type"]).endswith("users_select")


def _is_menu(spot: Spot) -> bool:
    return (_is_chooser(spot) or _is_people_menu(spot)) and spot.block["type"] != "input"


def _mentions(text: str, words: str) -> bool:
    """Whole words only: #12 does not mention #1."""
    return re.search(re.escape(words) + r"(?!\w)", text) is not None
