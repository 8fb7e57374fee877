"""Emoji codes as pictures, also on machines that have no emoji font.

Names come from rich's table (they are Slack's names, with a few gaps filled here). Each emoji
is a character plus the name of an icon from the icon font that the page ships anyway: a
browser without an emoji font would draw empty boxes, so `look/base.css` swaps in the icon
there (the class `no-emoji` on the body).
"""

import html
import re
from typing import Final

from rich.emoji import Emoji

CODE: Final = re.compile(r":(?P<emoji>[a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:")

# Slack has these names, rich's table does not.
GAPS: Final = {
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "page": "📄",
    "ladder": "🪜",
}

# character → (icon, colour) for the emoji that a help desk uses most.
ICONS: Final = {
    "✅": ("check_circle", "#2eb67d"),
    "✔": ("check", "#2eb67d"),
    "❌": ("cancel", "#e01e5a"),
    "⚠": ("warning", "#e8912d"),
    "🚨": ("crisis_alert", "#e01e5a"),
    "🔥": ("local_fire_department", "#e8662d"),
    "👀": ("visibility", "#5b4b8a"),
    "🎫": ("confirmation_number", "#c8801f"),
    "👍": ("thumb_up", "#e0a82e"),
    "👎": ("thumb_down", "#e0a82e"),
    "👋": ("waving_hand", "#e0a82e"),
    "🙏": ("volunteer_activism", "#e0a82e"),
    "🎉": ("celebration", "#b5408f"),
    "❤": ("favorite", "#e01e5a"),
    "🔔": ("notifications", "#e0a82e"),
    "⏰": ("alarm", "#d14b4b"),
    "⏱": ("timer", "#607080"),
    "⏳": ("hourglass_top", "#a8763e"),
    "⌛": ("hourglass_bottom", "#a8763e"),
    "🕒": ("schedule", "#607080"),
    "📆": ("calendar_month", "#d14b4b"),
    "📅": ("calendar_month", "#d14b4b"),
    "⏸": ("pause_circle", "#5a7ca8"),
    "▶": ("play_circle", "#2eb67d"),
    "🔧": ("build", "#607080"),
    "🛠": ("handyman", "#607080"),
    "💬": ("chat_bubble", "#5a7ca8"),
    "🗨": ("chat_bubble", "#5a7ca8"),
    "📝": ("edit_note", "#a8763e"),
    "🔒": ("lock", "#c8801f"),
    "🔑": ("key", "#c8801f"),
    "🔴": ("circle", "#e01e5a"),
    "🟠": ("circle", "#e8912d"),
    "🟡": ("circle", "#ecc12e"),
    "🟢": ("circle", "#2eb67d"),
    "🔵": ("circle", "#3b82d6"),
    "⚪": ("circle", "#c4c8cc"),
    "⚫": ("circle", "#33383d"),
    "📟": ("smartphone", "#607080"),
    "📞": ("call", "#2f7d5b"),
    "☎": ("call", "#2f7d5b"),
    "🆘": ("sos", "#e01e5a"),
    "📥": ("inbox", "#5a7ca8"),
    "📈": ("trending_up", "#d14b4b"),
    "⬆": ("arrow_upward", "#d14b4b"),
    "⬇": ("arrow_downward", "#5a7ca8"),
    "➡": ("arrow_forward", "#5a7ca8"),
    "🔄": ("autorenew", "#5a7ca8"),
    "🔁": ("repeat", "#5a7ca8"),
    "👤": ("person", "#607080"),
    "👥": ("group", "#607080"),
    "✋": ("back_hand", "#e0a82e"),
    "🔍": ("search", "#607080"),
    "❓": ("help", "#d14b4b"),
    "\u2139": ("info", "#3b82d6"),
    "💡": ("lightbulb", "#e0a82e"),
    "✉": ("mail", "#607080"),
    "📧": ("mail", "#607080"),
    "🖨": ("print", "#607080"),
    "💻": ("laptop", "#607080"),
    "🏠": ("home", "#a8763e"),
    "⛔": ("do_not_disturb_on", "#e01e5a"),
    "🙂": ("sentiment_satisfied", "#e0a82e"),
    "😀": ("sentiment_very_satisfied", "#e0a82e"),
    "🤖": ("smart_toy", "#607080"),
    "📌": ("push_pin", "#d14b4b"),
    "📎": ("attach_file", "#607080"),
    "🔗": ("link", "#607080"),
    "🆕": ("fiber_new", "#3b82d6"),
    "⭐": ("star", "#e0a82e"),
    "☑": ("check_box", "#3b82d6"),
    "✖": ("close", "#607080"),
    "📋": ("assignment", "#a8763e"),
    "📄": ("description", "#607080"),
    "📰": ("newspaper", "#607080"),
    "🔕": ("notifications_off", "#d14b4b"),
    "🧪": ("science", "#2f7d5b"),
    "🌪": ("tornado", "#607080"),
}
_ANY_ICON: Final = re.compile("(" + "|".join(map(re.escape, ICONS)) + ")\ufe0f?")


def character(name: str) -> str | None:
    """The emoji called `name` (no colons), or None if Slack would leave the code as typed."""
    known = GAPS.get(name)
    if known is None:
        drawn = Emoji.replace(f":{name}:")
        known = None if drawn.startswith(":") else drawn
    return known


def picture(char: str, name: str = "") -> str:
    """HTML for one emoji character; `name` becomes the tooltip."""
    title = f' title=":{html.escape(name)}:"' if name else ""
    icon, colour = ICONS.get(char.rstrip("\ufe0f"), ("", ""))
    spare = f' data-icon="{icon}" style="--tint:{colour}"' if icon else ""
    return f'<span class="emoji"{title}{spare}>{char}</span>'


def reaction(name: str) -> str:
    """HTML for the reaction `name`; an unknown one shows its code, as Slack does."""
    char = character(name.partition("::")[0])
    return picture(char, name) if char else f"<code>:{html.escape(name)}:</code>"


def pictured(escaped: str) -> str:
    """Wrap emoji characters that stand in already escaped HTML text."""
    return _ANY_ICON.sub(lambda found: picture(found[1]), escaped)


def as_text(text: str) -> str:
    """Replace codes by characters, for places that can't hold HTML (menu entries)."""
    return CODE.sub(lambda found: character(found["emoji"]) or found[0], text)
