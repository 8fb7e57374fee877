"""What a person reads: messages and views flattened to plain lines, as one viewer sees them."""

import re
from collections.abc import Iterator

from sandbox.block_kit.check import elements_of
from sandbox.dates import render_date
from sandbox.escaping import unescape
from sandbox.records import Json, User
from sandbox.views_state import KEYS
from sandbox.workspace import Workspace

_CONTROL = re.compile(r"<(?P<body>[@#!][^<>]+|(?:https?://|slack://|mailto:|tel:)[^<>]+)>")
_FORMATTING = re.compile(
    r"(?<![\w*_~`])(?P<mark>[*_~`])(?=\S)(?P<inner>[^\n]*?\S)(?P=mark)(?![\w*_~`])"
)


class Reader:
    """One person's eyes: names instead of ids, dates in their time zone."""

    def __init__(self, workspace: Workspace, viewer: User) -> None:
        self._workspace = workspace
        self._viewer = viewer

    def mrkdwn(self, text: str) -> str:
        """Text with Slack's markup, as it appears."""
        parts: list[str] = []
        at = 0
        for found in _CONTROL.finditer(text):
            parts += [self._plain(text[at : found.start()]), self._control(found["body"])]
            at = found.end()
        return "".join([*parts, self._plain(text[at:])])

    def text_object(self, text: Json | None) -> str:
        """A text object; plain_text is shown to the letter."""
        if not text:
            return ""
        raw = str(text.get("text", ""))
        return self.mrkdwn(raw) if text.get("type") == "mrkdwn" else raw

    def blocks(self, blocks: list[Json]) -> str:
        """All readable lines of some blocks, button labels included."""
        return "\n".join(line for block in blocks for line in self.block(block) if line)

    def block(self, block: Json) -> Iterator[str]:
        """The lines of one block: its texts, then the labels of what can be used."""
        kind = block.get("type")
        if kind in ("header", "section", "alert"):
            yield self.text_object(block.get("text"))
            yield from (self.text_object(field) for field in block.get("fields") or [])
        elif kind == "context":
            yield from (self._context(element) for element in block["elements"])
        elif kind == "input":
            yield self.text_object(block["label"])
            yield self.text_object(block.get("hint"))
        elif kind in ("rich_text", "table"):
            yield from self._rich(block)
        elif kind == "markdown":
            yield str(block["text"])
        elif kind in ("image", "video"):
            yield str(block.get("alt_text", ""))
        yield from (self.label(element) for element in elements_of(block))

    def label(self, element: Json) -> str:
        """What is written on an interactive element."""
        if element.get("type") in ("button", "workflow_button"):
            return self.text_object(element["text"])
        if element.get("type") == "overflow":
            return "…"
        if element.get("type") == "image":
            return str(element.get("alt_text", ""))
        chosen = element.get("initial_option")
        return self.text_object(chosen["text"] if chosen else element.get("placeholder"))

    def chosen(self, state: Json) -> str:
        """What a field of a view shows as entered."""
        value = state.get(KEYS[state["type"]])
        values = value if isinstance(value, list) else [] if value is None else [value]
        return ", ".join(self._value(one) for one in values)

    def _value(self, value: object) -> str:
        if isinstance(value, dict):
            if "text" in value:
                return self.text_object(value["text"])
            return "".join(self._rich(value)) or str(value.get("name", ""))
        user = self._workspace.users.get(str(value))
        channel = self._workspace.channels.get(str(value))
        if user:
            return user.real_name
        return f"#{channel.name}" if channel else str(value)

    def _context(self, element: Json) -> str:
        return str(element["alt_text"]) if element["type"] == "image" else self.text_object(element)

    def _rich(self, value: Json) -> Iterator[str]:
        """Lines of rich text and tables; every section is a line."""
        children = value.get("elements") or [c for row in value.get("rows", []) for c in row]
        if value.get("type") == "raw_text":
            yield str(value["text"])
        elif any("elements" in child or child.get("type") == "raw_text" for child in children):
            for child in children:
                yield from self._rich(child)
        else:
            yield "".join(self._inline(child) for child in children)

    def _inline(self, element: Json) -> str:
        kind = element.get("type")
        if kind == "user":
            return self._user(element["user_id"])
        if kind == "channel":
            return self._control(f"#{element['channel_id']}")
        if kind == "usergroup":
            return self._control(f"!subteam^{element['usergroup_id']}")
        if kind == "date":
            return self._rendered(element["timestamp"], element["format"], rich_text=True)
        words = {"emoji": f":{element.get('name')}:", "broadcast": f"@{element.get('range')}"}
        return words.get(str(kind)) or str(element.get("text") or element.get("url") or "")

    def _plain(self, text: str) -> str:
        return unescape(_FORMATTING.sub(lambda found: found["inner"], text))

    def _control(self, body: str) -> str:
        target, _, label = body.partition("|")
        label = unescape(label)
        if target.startswith("@"):
            return self._user(target[1:])
        if target.startswith("#"):
            channel = self._workspace.channels.get(target[1:])
            known = channel and self._workspace.may_see(self._viewer, channel)
            return f"#{channel.name}" if channel and known else f"#{label or 'private channel'}"
        if target.startswith("!date^"):
            return self._date(target, label)
        if target.startswith("!subteam^"):
            group = self._workspace.groups.get(target.removeprefix("!subteam^"))
            return f"@{group.handle}" if group else label
        return f"@{target[1:]}" if target.startswith("!") else label or unescape(target)

    def _date(self, target: str, fallback: str) -> str:
        _, seconds, pattern, *_ = [*target.split("^"), ""]
        if not seconds.isdigit() or not pattern:
            return fallback
        return self._rendered(int(seconds), pattern)

    def _rendered(self, seconds: int, pattern: str, *, rich_text: bool = False) -> str:
        now = self._workspace.clock.now()
        return render_date(seconds, pattern, self._viewer.tz, now, rich_text=rich_text)

    def _user(self, user_id: str) -> str:
        user = self._workspace.users.get(user_id)
        return f"@{user.real_name}" if user else f"@{user_id}"
