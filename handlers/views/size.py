"""Keeping views within Slack's limits: 100 blocks, and 250 KB of JSON as it is sent."""

import json
from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock

from handlers.views.words import plain

BYTES: Final = 150_000
"""For what may be left out; the rest of a view is far smaller than what remains."""

BLOCKS: Final = 65

OLDER: Final = "Older ones are not shown."


def newest(groups: Sequence[Sequence[Block]]) -> list[Block]:
    """The newest groups of blocks that fit, in their order, and a word when others do not."""
    shown: list[Block] = []
    room = BYTES
    for group in reversed(groups):
        room -= sum(len(json.dumps(block.to_dict())) for block in group)
        if room < 0 or len(shown) + len(group) > BLOCKS:
            return [ContextBlock(elements=[plain(OLDER)]), *shown]
        shown = [*group, *shown]
    return shown
