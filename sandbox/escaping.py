"""Entities and control sequences in message text: how Slack stores what people and apps write."""

import re

BROADCAST = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")
"""Control sequences that would ring for a whole channel."""

BARE_BROADCAST = re.compile(r"(?<![\w.@])@(?:channel|here|everyone)\b")
"""Words that ring for a whole channel where Slack parses names by itself."""

_CONTROL = re.compile(r"<(?:[@#!][^<>]+|(?:https?|slack)://[^<>]+|mailto:[^<>]+|tel:[^<>]+)>")
_LONE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def escape(text: str) -> str:
    """Replace the three characters that have a meaning in Slack's markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def tidy(text: str) -> str:
    """Text from an app as Slack stores it: control sequences kept, stray characters escaped."""
    kept: list[str] = []
    at = 0
    for found in _CONTROL.finditer(text):
        kept += [_escape_stray(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*kept, _escape_stray(text[at:])])


def _escape_stray(text: str) -> str:
    text = _LONE_AMPERSAND.sub("&amp;", text)
    # A lone > stays: at the start of a line it means a quotation.
    return text.replace("<", "&lt;")
