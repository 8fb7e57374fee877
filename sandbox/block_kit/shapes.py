"""The vocabulary in which the limits of Block Kit are written down, and how each word checks.

A problem is a sentence in Slack's style that ends with a JSON pointer to the place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.records import Json


@dataclass
class Report:
    """Collects what is wrong with one payload; `surface` is message, modal or home."""

    surface: str
    problems: list[str] = field(default_factory=list)

    def add(self, at: str, sentence: str) -> None:
        """Note one problem at a JSON pointer."""
        self.problems.append(f"{sentence} [json-pointer:{at}]")


class Spec(Protocol):
    """Anything that can judge a value."""

    def check(self, value: Any, at: str, report: Report) -> None:
        """Add to the report whatever is wrong with `value`."""


@dataclass(frozen=True)
class Shape:
    """An object: which keys it may have, and which it must have."""

    fields: Mapping[str, Spec]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ("message", "modal", "home")

    def check(self, value: Any, at: str, report: Report) -> None:
        """Slack refuses unknown keys everywhere in Block Kit."""
        if not isinstance(value, dict):
            report.add(at, "must provide an object")
            return
        for name in value.keys() - self.fields.keys() - {"type"}:
            report.add(at, f"invalid additional property: {name}")
        for name in self.required:
            if value.get(name) is None:
                report.add(at, f"missing required field: {name}")
        self._check_groups(value, at, report)
        for name, spec in self.fields.items():
            if value.get(name) is not None:
                spec.check(value[name], f"{at}/{name}", report)

    def _check_groups(self, value: Json, at: str, report: Report) -> None:
        if self.any_of and not any(value.get(name) for name in self.any_of):
            report.add(at, f"must define at least one of: {', '.join(self.any_of)}")
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            report.add(at, f"must define exactly one of: {', '.join(self.one_of)}")


@dataclass(frozen=True)
class String:
    """A string with a length in code points, a pattern, or a fixed set of values."""

    max: int = 0
    min: int = 0
    pattern: str = ""
    values: tuple[str, ...] = ()

    def check(self, value: Any, at: str, report: Report) -> None:
        """Judge type, length, pattern and vocabulary."""
        if not isinstance(value, str):
            report.add(at, "must be a string")
        elif len(value) < self.min:
            report.add(at, f"must be more than {self.min - 1} characters")
        elif self.max and len(value) > self.max:
            report.add(at, f"must be less than {self.max + 1} characters")
        elif self.values and value not in self.values:
            report.add(at, f"must be one of: {', '.join(self.values)}")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            report.add(at, "must match the expected format")


@dataclass(frozen=True)
class Number:
    """A whole number within bounds."""

    min: int = 0
    max: int = 2**53

    def check(self, value: Any, at: str, report: Report) -> None:
        """Booleans are no numbers, although Python thinks so."""
        if not isinstance(value, int) or isinstance(value, bool):
            report.add(at, "must be an integer")
        elif not self.min <= value <= self.max:
            report.add(at, f"must be between {self.min} and {self.max}")


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: Any, at: str, report: Report) -> None:
        """Strings such as "true" are refused inside Block Kit."""
        if not isinstance(value, bool):
            report.add(at, "must be a boolean")


@dataclass(frozen=True)
class Anything:
    """Not looked into."""

    def check(self, value: Any, at: str, report: Report) -> None:
        """Everything is fine."""


@dataclass(frozen=True)
class Text:
    """A text object; `kinds` are the types that the place takes."""

    max: int = 3000
    kinds: tuple[str, ...] = ("plain_text",)

    def check(self, value: Any, at: str, report: Report) -> None:
        """`emoji` belongs to plain_text, `verbatim` to mrkdwn."""
        if not isinstance(value, dict):
            report.add(at, "must provide an object")
            return
        if value.get("type") not in self.kinds:
            report.add(f"{at}/type", f"must be one of: {', '.join(self.kinds)}")
            return
        own = "emoji" if value["type"] == "plain_text" else "verbatim"
        Shape({"text": String(self.max, min=1), own: Flag()}, ("text",)).check(value, at, report)


@dataclass(frozen=True)
class Items:
    """A list with a count and one spec for all its items."""

    item: Spec
    max: int = 0
    min: int = 1

    def check(self, value: Any, at: str, report: Report) -> None:
        """Count first, then every item."""
        if not isinstance(value, list):
            report.add(at, "must provide an array")
            return
        if len(value) < self.min:
            report.add(at, f"must have at least {self.min} items")
        if self.max and len(value) > self.max:
            report.add(at, f"no more than {self.max} items allowed")
        for number, item in enumerate(value):
            self.item.check(item, f"{at}/{number}", report)


@dataclass(frozen=True)
class OneOfTypes:
    """An object whose `type` chooses its shape out of a table, limited to what the place takes."""

    table: Mapping[str, Spec]
    allowed: frozenset[str] | None = None

    def check(self, value: Any, at: str, report: Report) -> None:
        """An unknown type, or one that may not stand here or on this surface, is refused."""
        if not isinstance(value, dict):
            report.add(at, "must provide an object")
            return
        kind = value.get("type")
        spec = self.table.get(kind) if isinstance(kind, str) else None
        if spec is None or (self.allowed is not None and kind not in self.allowed):
            report.add(f"{at}/type", f"unsupported type: {kind}")
            return
        if isinstance(spec, Shape) and report.surface not in spec.surfaces:
            report.add(f"{at}/type", f"unsupported type: {kind} in a {report.surface}")
            return
        spec.check(value, at, report)
