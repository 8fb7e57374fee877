"""The files of a ticket in messages and modals: name, type and size, and a link that opens.

Only what the reader may open is a link; posting the link of the desk's copy shares it there.
"""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock

from handlers.views.words import cut, escape, isolated, md
from store.models import FileState, TicketFile
from store.rules.policy import Policy

PER_BLOCK: Final = 10
"""Elements that a context block holds."""

NAME: Final = 100

SHOWN: Final = 50
"""Files below a ticket in a modal; the conversation needs the room."""

TENTHS_BELOW: Final = 10
_UNITS: Final = (("GB", 10**9), ("MB", 10**6), ("KB", 10**3))


def listed(files: Sequence[TicketFile], policy: Policy) -> list[Block]:
    """A line a file."""
    return _lines([_line(file, policy) for file in files])


def opened(files: Sequence[TicketFile], viewer: str) -> list[Block]:
    """The newest of those that the viewer may open: their own as they put them there, of others'
    the desk's copies.
    """
    told = [
        _linked(file, file.permalink if file.added_by == viewer else _passed_on(file))
        for file in files[-SHOWN:]
    ]
    return _lines(told)


def counted(files: Sequence[TicketFile]) -> str:
    """All of them in a few words, for a card; safe in mrkdwn, without a link."""
    if not files:
        return ""
    first = f":paperclip: {_name(files[0])} · {_kind(files[0])}"
    more = len(files) - 1
    return f"{first} · and {more} more" if more else first


def spelled(file: TicketFile) -> str:
    """Name, type and size as plain text."""
    return f"{isolated(cut(file.name, NAME))} ({_kind(file)})"


def size(count: int) -> str:
    """Bytes in the largest unit that fits: "47 KB"."""
    for unit, length in _UNITS:
        if count >= length:
            amount = count / length
            digits = 1 if amount < TENTHS_BELOW and unit != "KB" else 0
            return f"{amount:.{digits}f} {unit}"
    return f"{count} bytes"


def _line(file: TicketFile, policy: Policy) -> str:
    told = _linked(file, _passed_on(file))
    return f"{told} · {why}" if (why := not_passed_on(file, policy)) else told


def _linked(file: TicketFile, link: str) -> str:
    name = f"<{link}|{_name(file)}>" if link.startswith("https://") else _name(file)
    return f":paperclip: {name} · {_kind(file)}"


def _passed_on(file: TicketFile) -> str:
    """Where those open it who have not added it; empty when they cannot."""
    return file.copy_link or (file.permalink if file.state == FileState.THERE else "")


def _lines(told: Sequence[str]) -> list[Block]:
    return [
        ContextBlock(elements=[md(line) for line in told[start : start + PER_BLOCK]])
        for start in range(0, len(told), PER_BLOCK)
    ]


def not_passed_on(file: TicketFile, policy: Policy) -> str:
    """Why the other side cannot open it; empty when it can, or soon will."""
    match FileState(file.state):
        case FileState.TOO_LARGE:
            return f"larger than {policy.files.largest_mb} MB, so not passed on"
        case FileState.FORBIDDEN:
            return "of a type that is not passed on"
        case FileState.FAILED:
            return "could not be passed on"
        case _:
            return ""


def _kind(file: TicketFile) -> str:
    """Slack knows no size of what lies elsewhere."""
    known = [escape(file.type.upper()), size(file.size) if file.size else ""]
    return " · ".join(filter(None, known)) or "link"


def _name(file: TicketFile) -> str:
    """A label of a link ends at its bracket or bar, whoever typed it."""
    return escape(isolated(cut(file.name.replace("|", " ").replace("\n", " "), NAME)))
