"""Reads the workspace as it lies in Slack in the end: who was told what, in which minute."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sandbox.records import Message
from sandbox.workspace import Workspace
from tests.thirty_days.words import Said, Word, minute

KINDS: Final = {
    "first answer": "first_response",
    "next answer": "next_response",
    "resolution": "resolution",
    "solution": "resolution",
}
PLACES: Final = {
    "C0HELPDESK2": "queue",
    "C0TEAMIT003": "team it",
    "C0BANKING04": "team banking",
    "C0ONCALL005": "on-call",
}
CLOCK: Final = re.compile(
    r"The (first answer|next answer|resolution) of ticket #(\d+) \(.*?\) "
    r"(is due|is overdue since) <(\d+)>\.(?: (It has climbed to you|It was))?"
)
MOVED: Final = re.compile(
    r"Deadline of the (first answer|next answer|resolution) moved: <(\d+)> → <(\d+)>"
)
PROMISE: Final = re.compile(r"(First answer|Next answer|Solution)\*? by <(?:!date\^)?(\d+)")
PAGE: Final = re.compile(
    r"^(?:Please acknowledge|Called again|Acknowledged|Over) · .* · ticket #(\d+):"
)
ON_CALL: Final = re.compile(r"^You are (on call now|no longer on call): (.*?)(?:, until|\.)")
TICKET: Final = re.compile(r"ticket #(\d+)")
DIGEST: Final = re.compile(r"pieces of news about (\d+) tickets? came at once")
ROW: Final = re.compile(r"^#(\d+)\b", re.MULTILINE)
MORE: Final = re.compile(r"And (\d+) more: ")


class Stated(NamedTuple):
    """A deadline that a message to the requester names."""

    at: int
    ticket: int
    kind: str
    due: int


class Digest(NamedTuple):
    """One message to a channel instead of many: how many tickets it is about, and those named."""

    at: int
    to: str
    about: int
    named: tuple[int, ...]


class Slack:
    """Everything that the app has said, message by message."""

    def __init__(self, workspace: Workspace, start: datetime) -> None:
        self.workspace, self.start = workspace, start
        self.said: list[Said] = []
        self.stated: list[Stated] = []
        self.bundles: list[Said] = []
        """Messages about clocks, whatever is in them."""
        self.digests: list[Digest] = []
        for channel, messages in workspace.messages.items():
            partner = workspace.channels[channel].partner
            for message in messages.values():
                if message.bot_id:
                    self._read(
                        message, partner or PLACES.get(channel, ""), is_private=bool(partner)
                    )

    def _read(self, message: Message, to: str, *, is_private: bool) -> None:
        at = self._minute(int(float(message.ts)))
        if page := PAGE.match(message.text):
            self.said.append(Said(at, Word("page", to, int(page[1]), "")))
        elif found := ON_CALL.match(message.text.replace("*", "")):
            what = "on" if found[1] == "on call now" else "off"
            self.said.append(Said(at, Word(what, to, 0, found[2])))
        elif found := DIGEST.search(message.text):
            named = tuple(int(number) for number in ROW.findall(_text(message)))
            self.digests.append(Digest(at, to, int(found[1]), named))
        elif not is_private:
            self.said += self._notices(message, to, at)
        elif message.root_ts or "we have your request" in message.text:
            self._news(message, to, at)
        else:
            self._direct(message, to, at)

    def _notices(self, message: Message, to: str, at: int) -> Iterator[Said]:
        if message.broadcast:
            for told in CLOCK.finditer(_text(message)):
                yield Said(at, Word("notice", to, int(told[2]), self._named(told[1], told[4])))

    def _direct(self, message: Message, to: str, at: int) -> None:
        text = _text(message)
        clocks = list(CLOCK.finditer(text))
        more = MORE.search(text)
        if clocks or more:
            self.bundles.append(Said(at, Word("bundle", to, 0, "")))
        for told in clocks:
            what = "reminder" if told[3] == "is due" else "breach"
            what = {"It has climbed to you": "climb", "It was": "edited"}.get(told[5], what)
            self.said.append(Said(at, Word(what, to, int(told[2]), self._named(told[1], told[4]))))
        if more:
            self.said.append(Said(at, Word("more", to, 0, more[1])))
        for told in MOVED.finditer(text):
            named = TICKET.findall(text[: told.start()])
            about = f"{self._named(told[1], told[2])}->{self._minute(int(told[3]))}"
            self.said.append(Said(at, Word("moved", to, int(named[-1]) if named else 0, about)))

    def _news(self, message: Message, to: str, at: int) -> None:
        root = self.workspace.message(message.channel, message.root_ts) or message
        named = TICKET.search(root.text)
        ticket = int(named[1]) if named else 0
        for words, what in (("time we promised gets short", "risk"), ("We are late with", "late")):
            if words in message.text:
                self.said.append(Said(at, Word(what, to, ticket, "")))
        for kind, due in PROMISE.findall(_text(message)):
            about = self._named(kind.lower(), due)
            self.stated.append(Stated(at, ticket, KINDS[kind.lower()], self._minute(int(due))))
            self.said.append(Said(at, Word("promise", to, ticket, about)))

    def _named(self, kind: str, due: str) -> str:
        return f"{KINDS[kind]}@{self._minute(int(due))}"

    def _minute(self, seconds: int) -> int:
        return minute(self.start, datetime.fromtimestamp(seconds, UTC))


def _text(message: Message) -> str:
    """All that its blocks say, one block a line, moments as <seconds>."""
    return "\n".join("".join(_pieces(block)) for block in message.blocks)


def _pieces(block: Mapping[str, Any]) -> Iterator[str]:
    if block.get("type") == "date":
        yield f"<{block['timestamp']}>"
    elif isinstance(block.get("text"), str):
        yield block["text"]
    elif isinstance(block.get("text"), Mapping):
        yield block["text"]["text"]
    for part in block.get("elements", ()):
        if isinstance(part, Mapping) and part.get("type") != "button":
            yield from _pieces(part)
