"""Avatars: initials on a colour of one's own, so that no pictures are needed."""

import html
from typing import Final
from zlib import crc32

from sandbox.page.markup import icon
from sandbox.records import User

_COLOURS: Final = (
    "#7c5cbf", "#2f7d8c", "#b5533c", "#3d7a4e", "#a8467c", "#4a6fb5", "#8a6a2f", "#5f7a8a",
)  # fmt: skip


def face(user: User | None) -> str:
    """A small square; the app gets a bell."""
    if user is None or user.is_bot:
        shape = "notifications_active" if user else "auto_awesome"
        return f'<span class="face app">{icon(shape)}</span>'
    initials = "".join(part[0] for part in user.real_name.split()[:2])
    colour = _COLOURS[crc32(user.id.encode()) % len(_COLOURS)]
    return f'<span class="face" style="background:{colour}">{html.escape(initials)}</span>'
