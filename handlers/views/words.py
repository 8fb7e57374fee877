"""Text that is safe to show: what people typed never becomes a mention, a link or bold print.

Slack reads control sequences in mrkdwn even after escaping unless `verbatim` is set, and cannot
escape `*_~` and backticks there at all. So our own words are mrkdwn made by `md`, and theirs go
into rich_text or plain_text, which Slack takes literally.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Formatter
from typing import Final
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextQuoteElement,
    RichTextSectionElement,
)

SECTION: Final = 3000
"""Slack's limit for one text object. Escaped characters count as sent."""

NOTIFICATION: Final = 1500
"""What a notification or a screen reader gets of a message; Slack takes 4000 on an update."""

_TURNING: Final = {"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"}

WITH_WEEKDAY: Final = "{date_long_pretty} {time}"
"""The one weekday that mrkdwn knows comes with the year: "Tuesday, November 24th, 2026"."""
SHORT: Final = "{date_short_pretty} {time}"
IN_RICH_TEXT: Final = "{day_divider_pretty} {time}"
"""With the weekday, and the year only if it is another one."""


@dataclass(frozen=True)
class Words:
    """Literal text, whoever typed it."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Mention:
    """A person, by Slack's user id."""

    user: str


@dataclass(frozen=True)
class Moment:
    """An instant, shown in the time zone of whoever reads it."""

    at: datetime


@dataclass(frozen=True)
class Sign:
    """One of Slack's emoji, by name."""

    name: str


Piece = Words | Mention | Moment | Sign


def phrase(template: str, **values: str | Piece) -> list[Piece]:
    """Our sentence with their words in it: `*bold*` and `{names}` count in the template only. What
    is empty leaves nothing behind: Slack refuses a piece without text.
    """
    told: list[Piece] = []
    bold = False
    for literal, name, _, _ in Formatter().parse(template):
        for number, part in enumerate(literal.split("*")):
            bold ^= number > 0
            if part:
                told.append(Words(part, bold))
        if name and (value := values[name]) != "":
            told.append(Words(value, bold) if isinstance(value, str) else value)
    return told


def cut(text: str, length: int) -> str:
    """At most `length` characters. Always before escaping, or an entity is cut in half."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def escape(text: str) -> str:
    """The three characters that Slack gives a meaning to, in mrkdwn and in top-level text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Text of messages and commands arrives escaped; undone once, before it is kept."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def isolated(text: str) -> str:
    """Text that cannot turn the words around it: right-to-left writing, or an override, keeps to
    itself between two marks that nobody sees.
    """
    turns = any(bidirectional(char) in _TURNING for char in text)
    return f"\u2068{text}\u2069" if turns else text


def md(text: str) -> MarkdownTextObject:
    """Our own words, already safe. `verbatim` stops Slack from finding links and channels."""
    return MarkdownTextObject(text=text, verbatim=True)


def plain(text: str, length: int = SECTION) -> PlainTextObject:
    """Literal text; `emoji: false`, so that ":fire:" stays what was typed."""
    return PlainTextObject(text=cut(text, length), emoji=False)


def person(user: str) -> str:
    """A mention in mrkdwn: Slack shows the name of today, and no name can be faked."""
    return f"<@{user}>"


def moment(at: datetime, zone: str = "UTC", form: str = WITH_WEEKDAY) -> str:
    """An instant in mrkdwn, in the reader's zone; `zone` is for what cannot show dates."""
    return f"<!date^{int(at.timestamp())}^{form}|{written(at, zone)}>"


def stamp(at: datetime, zone: str = "UTC") -> str:
    """The same in short, for lists and for what has passed."""
    return moment(at, zone, SHORT)


def written(at: datetime, zone: str = "UTC") -> str:
    """An instant in words, for notifications: "Mon 21 Sep 14:03 UTC"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M %Z}"


def lasting(length: timedelta) -> str:
    """A length of time in the largest unit that is whole: "3 days", "90 minutes"."""
    seconds = int(length.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} seconds"


def quoted(text: str) -> list[Block]:
    """What somebody typed, complete, marked as a quotation; long text fills several blocks."""
    return [
        RichTextBlock(
            elements=[RichTextQuoteElement(elements=[RichTextElementParts.Text(text=part)])]
        )
        for part in parts(text)
    ]


def parts(text: str, length: int = SECTION) -> list[str]:
    """The text in pieces of at most `length`; joined they are the text again."""
    return [text[start : start + length] for start in range(0, len(text), length)]


def said(pieces: Sequence[Piece], *remarks: str) -> RichTextBlock:
    """One sentence, with what its actor added to it as a quotation below."""
    elements: list[RichTextElement] = [sentence(pieces)]
    elements += [
        RichTextQuoteElement(elements=[RichTextElementParts.Text(text=remark)])
        for remark in remarks
        if remark
    ]
    return RichTextBlock(elements=elements)


def sentence(pieces: Sequence[Piece]) -> RichTextSectionElement:
    """The pieces as one run of rich text."""
    return RichTextSectionElement(elements=[_rich(piece) for piece in pieces])


def spoken(pieces: Sequence[Piece], *, then: str = "") -> str:
    """The pieces where only a string fits: notifications, screen readers, refusals.

    `then` is what somebody typed; it is cut to what a notification holds.
    """
    told = "".join(_marked(piece) for piece in pieces)
    return f"{told} {escape(cut(then, NOTIFICATION))}" if then else told


def _rich(piece: Piece) -> RichTextElement:
    if isinstance(piece, Mention):
        return RichTextElementParts.User(user_id=piece.user)
    if isinstance(piece, Moment):
        return RichTextElementParts.Date(
            timestamp=int(piece.at.timestamp()),
            format=IN_RICH_TEXT,
            fallback=written(piece.at),
        )
    if isinstance(piece, Sign):
        return RichTextElementParts.Emoji(name=piece.name)
    style = RichTextElementParts.TextStyle(bold=True) if piece.bold else None
    return RichTextElementParts.Text(text=piece.text, style=style)


def _marked(piece: Piece) -> str:
    if isinstance(piece, Mention):
        return person(piece.user)
    if isinstance(piece, Moment):
        return moment(piece.at)
    return f":{piece.name}:" if isinstance(piece, Sign) else escape(piece.text)
