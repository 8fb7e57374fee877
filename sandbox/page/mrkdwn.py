"""Slack's mrkdwn as safe HTML.

Whatever the text contains, only tags that this module writes reach the browser: everything
else is escaped. Line breaks stay line breaks (the style sheet shows them with `pre-wrap`).
"""

import html
import re
from collections.abc import Callable
from typing import Final

from sandbox.escaping import unescape
from sandbox.page import emoji
from sandbox.page.viewer import Viewer
from sandbox.records import Json

# Finished pieces are parked under these private-use characters while the rest is formatted.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PARKED: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_STRAY: Final = re.compile(f"[{_OPEN}{_CLOSE}]")

_PIECES: Final = re.compile(
    r"```(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<control>[^<>\n]+)>"
    r"|:(?P<emoji>[a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:"
    r"|(?P<url>https?://[^\s<>|`]*[^\s<>|`*_~.,;:!?)\]'\"])",
    re.DOTALL,
)
_STYLES: Final = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"))
)
_BREAKS_AROUND_PRE: Final = re.compile(r"\n?(<pre>.*?</pre>)\n?", re.DOTALL)
_SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_BROADCASTS: Final = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}


def mrkdwn(text: str, viewer: Viewer, *, verbatim: bool = False) -> str:
    """Render a mrkdwn text; `verbatim` leaves bare URLs as text, as Slack does."""
    parked: list[str] = []

    def park(piece: str) -> str:
        parked.append(piece)
        return f"{_OPEN}{len(parked) - 1}{_CLOSE}"

    text = _PIECES.sub(
        lambda found: _piece(found, viewer, park, verbatim=verbatim), _STRAY.sub("", text)
    )
    text = _escape(text)
    for pattern, tag in _STYLES:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    text = emoji.pictured(text)
    text = _PARKED.sub(lambda found: parked[int(found[1])], _quoted(text))
    return _BREAKS_AROUND_PRE.sub(r"\1", text)


def plain(text: str, *, emoji_codes: bool = True) -> str:
    """Render a plain_text object: nothing is interpreted but, if allowed, emoji codes."""
    escaped = emoji.pictured(html.escape(text))
    return emoji.CODE.sub(_emoji, escaped) if emoji_codes else escaped


def text_object(thing: Json, viewer: Viewer) -> str:
    """Render a Block Kit text object of either type."""
    text = str(thing.get("text", ""))
    if thing.get("type") == "mrkdwn":
        return mrkdwn(text, viewer, verbatim=bool(thing.get("verbatim", False)))
    return plain(text, emoji_codes=bool(thing.get("emoji", True)))


def mention(slack_id: str, viewer: Viewer, sign: str = "@") -> str:
    """A user (`@`), user group (`@`) or channel (`#`) as a chip."""
    mine = " me" if slack_id == viewer.user_id else ""
    return f'<span class="mention{mine}">{sign}{html.escape(viewer.name_of(slack_id))}</span>'


def link(url: str, label: str) -> str:
    """A link that opens in a new tab; other schemes than web, mail and phone stay text."""
    if not _SAFE_LINK.match(url):
        return html.escape(label)
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="noopener noreferrer">'
        f"{html.escape(label)}</a>"
    )


def _piece(
    found: re.Match[str], viewer: Viewer, park: Callable[[str], str], *, verbatim: bool
) -> str:
    kind, inner = found.lastgroup, found[found.lastgroup or 0]
    if kind == "pre":
        return park(f"<pre>{_escape(inner.strip(chr(10)))}</pre>")
    if kind == "code":
        return park(f"<code>{_escape(inner)}</code>")
    if kind == "control":
        return park(_control(inner, viewer))
    if kind == "emoji":
        drawn = _emoji(found)
        return found[0] if drawn == found[0] else park(drawn)
    return found[0] if verbatim else park(link(unescape(inner), unescape(inner)))


def _control(inner: str, viewer: Viewer) -> str:
    """What stands between `<` and `>`: a mention, a date, a broadcast or a link."""
    body, _, label = inner.partition("|")
    if body.startswith("@"):
        return mention(body[1:], viewer)
    if body.startswith("#"):
        return mention(body[1:], viewer, "#")
    if body.startswith("!"):
        return _special(body[1:], unescape(label), viewer)
    return link(unescape(body), unescape(label or body.removeprefix("mailto:")))


def _special(body: str, label: str, viewer: Viewer) -> str:
    name, _, rest = body.partition("^")
    if name == "subteam" and rest:
        return mention(rest, viewer)
    if name == "date":
        return _date(rest, label, viewer)
    if name in _BROADCASTS:
        return f'<span class="mention me">{_BROADCASTS[name]}</span>'
    return html.escape(label or f"<{body}>")


def _date(body: str, fallback: str, viewer: Viewer) -> str:
    """`body` is what follows `date^`: seconds, pattern and perhaps a link."""
    seconds, pattern, url = [*body.split("^", 2), "", ""][:3]
    shown = viewer.date(seconds, pattern) if seconds.isdigit() and pattern else fallback
    piece = link(url, shown) if url else html.escape(shown)
    return f'<time title="{html.escape(fallback)}">{piece}</time>'


def _quoted(text: str) -> str:
    """Lines that start with an escaped `>` become quotes; `>>>` quotes all that follows."""
    shown: list[str] = []
    quote: list[str] = []
    endless = False
    for line in text.split("\n"):
        endless = endless or line.startswith("&gt;&gt;&gt;")
        if endless or line.startswith("&gt;"):
            quote.append(re.sub(r"^(?:&gt;&gt;&gt;|&gt;) ?", "", line))
            continue
        if quote:
            shown.append(_quote(quote))
            quote = []
        shown.append(line)
    if quote:
        shown.append(_quote(quote))
    return re.sub(r"(</blockquote>)\n|\n(?=<blockquote>)", r"\1", "\n".join(shown))


def _quote(lines: list[str]) -> str:
    return "<blockquote>" + "\n".join(lines) + "</blockquote>"


def _emoji(found: re.Match[str]) -> str:
    name = found["emoji"]
    char = emoji.character(name)
    return emoji.picture(char, name) if char else found[0]


def _escape(text: str) -> str:
    # Slack escapes three characters only, so `&quot;` typed by a person stays as typed.
    return html.escape(unescape(text), quote=False)
