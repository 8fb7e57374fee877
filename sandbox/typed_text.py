"""What a person types, turned into what Slack makes of it before an app sees it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.escaping import escape
from sandbox.records import Json
from sandbox.workspace import Workspace

_LINK = r"https?://[^\s<>|]+[^\s<>|.,;:!?)]"


@dataclass(frozen=True)
class Piece:
    """A stretch of typed text: `kind` is text, user, channel, broadcast, usergroup or link."""

    kind: str
    text: str
    target: str = ""


Form = Callable[[Piece], str]


def pieces(workspace: Workspace, typed: str) -> list[Piece]:
    """Recognise @names, #channels, @here and links, as Slack's composer does."""
    lower = typed.lower()
    names = {name: piece for name, piece in _names(workspace).items() if name in lower}
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or "(?!)"
    pattern = re.compile(rf"(?<!\w)(?P<name>{known})(?!\w)|(?P<link>{_LINK})", re.IGNORECASE)
    return list(_split(pattern, names, typed))


def _split(pattern: re.Pattern[str], names: dict[str, Piece], typed: str) -> Iterator[Piece]:
    at = 0
    for found in pattern.finditer(typed):
        if found.start() > at:
            yield Piece("text", typed[at : found.start()])
        yield names[found[0].lower()] if found["name"] else Piece("link", found[0], found[0])
        at = found.end()
    if at < len(typed):
        yield Piece("text", typed[at:])


def _names(workspace: Workspace) -> dict[str, Piece]:
    names = {
        f"@{word}": Piece("broadcast", f"@{word}", word) for word in ("here", "channel", "everyone")
    }
    for group in workspace.groups.values():
        names[f"@{group.handle.lower()}"] = Piece("usergroup", f"@{group.handle}", group.id)
    for user in list(workspace.users.values()):
        for name in (user.handle, user.real_name):
            names[f"@{name.lower()}"] = Piece("user", f"@{user.handle}", user.id)
    for channel in list(workspace.channels.values()):
        if not channel.is_im:
            names[f"#{channel.name}"] = Piece("channel", f"#{channel.name}", channel.id)
    return names


def as_message_text(typed: list[Piece]) -> str:
    """The `text` of a message: entities escaped, everything recognised in angle brackets."""
    forms: dict[str, Form] = {
        "text": _plain,
        "link": lambda piece: f"<{escape(piece.target)}>",
        "user": lambda piece: f"<@{piece.target}>",
        "usergroup": lambda piece: f"<!subteam^{piece.target}>",
        "channel": lambda piece: f"<#{piece.target}|{piece.text[1:]}>",
        "broadcast": lambda piece: f"<!{piece.target}>",
    }
    return "".join(forms[piece.kind](piece) for piece in typed)


def as_command_text(typed: list[Piece]) -> str:
    """The `text` of a slash command whose manifest says should_escape."""
    forms: dict[str, Form] = {
        "user": lambda piece: f"<@{piece.target}|{piece.text[1:]}>",
        "usergroup": lambda piece: f"<!subteam^{piece.target}|{piece.text}>",
        "channel": lambda piece: f"<#{piece.target}|{piece.text[1:]}>",
        "link": lambda piece: f"<{escape(piece.target)}>",
    }
    return "".join(forms.get(piece.kind, _plain)(piece) for piece in typed)


def _plain(piece: Piece) -> str:
    return escape(piece.text)


def as_rich_text(typed: list[Piece], block_id: str) -> list[Json]:
    """The `blocks` of a message typed by a person; text in here is not escaped."""
    if not typed:
        return []
    elements = [_inline(piece) for piece in typed]
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _inline(piece: Piece) -> Json:
    if piece.kind == "text":
        return {"type": "text", "text": piece.text}
    key = {
        "user": "user_id",
        "usergroup": "usergroup_id",
        "channel": "channel_id",
        "broadcast": "range",
        "link": "url",
    }[piece.kind]
    return {"type": piece.kind, key: piece.target}
