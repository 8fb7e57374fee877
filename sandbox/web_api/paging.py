"""Lists in pages: opaque cursors, an empty one at the end."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.interactions import Refused
from sandbox.records import Json
from sandbox.web_api.method import Call

T = TypeVar("T")


def page(call: Call, items: Sequence[T], *, most: int = 1000) -> tuple[Sequence[T], Json]:
    """The part of `items` that the call asks for, and the reply's paging keys."""
    limit = call.number("limit", 100, most)
    start = _read(call.text("cursor"))
    end = start + limit
    more = end < len(items)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if more else ""
    return items[start:end], {"response_metadata": {"next_cursor": cursor}}


def _read(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise Refused("invalid_cursor")
