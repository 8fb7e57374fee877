"""Placeholders in canned replies: `{first_name}` becomes the requester's first name."""

from collections.abc import Mapping
from string import Formatter
from typing import Final

PLACEHOLDERS: Final = {
    "first_name": "the requester's first name",
    "ticket": "the ticket's number, such as #42",
    "summary": "what the ticket is about",
    "agent": "whoever sends the reply",
    "team": "the team that has the ticket",
    "promise": 'when it should be solved: "by Tue 17 Nov 14:00 CET", or "as soon as we can" while '
    "no clock runs",
}
"""Every placeholder, and what it becomes."""


def checked(text: str) -> str:
    """Return the text, or raise ValueError with the fix when a placeholder leads nowhere."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("a brace has no partner; write {{ or }} where you mean one.") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            raise ValueError(f"{{{name}}} is no placeholder; use one of {known}.")
    return text


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text of a canned reply with every placeholder's value in its place."""
    return "".join(
        literal + (values[name] if name else "") for literal, name, _, _ in Formatter().parse(text)
    )
