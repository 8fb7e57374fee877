"""A labelled sample: 60 questions as people type them, and 300 tickets, five to a question."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Labelled:
    """Something that somebody types, and the summaries of the tickets about the same thing."""

    asked: str
    about_the_same: tuple[str, ...]


def labelled() -> list[Labelled]:
    """The sample in the order of the file."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    groups = [group.strip().splitlines() for group in text.split("\n\n") if "?" in group]
    return [
        Labelled(first.removeprefix("? "), tuple(rest))
        for first, *rest in groups
        if first.startswith("? ")
    ]
