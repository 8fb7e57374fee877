"""Keeping views within Slack's limits: 100 blocks, and 250 KB of JSON as it is sent."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from slack_sdk.models.blocks import Block, ContextBlock

from handlers.views.wire import as_sent
from handlers.views.words import plain

BYTES: Final = 150_000
"""For what may be left out; the rest of a view is far smaller than what remains."""

BLOCKS: Final = 65

MOST: Final = BLOCKS + 1
"""Of what takes a block at least, so many need be known: the last only says that there is more."""

OLDER: Final = "Older ones are not shown."

T = TypeVar("T")


class _Ready(Block):
    """A block that was turned into what Slack takes, to be measured, and need not be again."""

    def __init__(self, block: Block) -> None:
        super().__init__(type=block.type)
        self._turned = as_sent(block)

    def to_dict(self) -> dict[str, Any]:
        """As it was turned."""
        return self._turned


def newest(told: Sequence[T], draw: Callable[[T], Sequence[Block]]) -> list[Block]:
    """The newest of what there is to tell, as much as fits, in its order, and a word when older
    ones are left out. What does not fit is not drawn.
    """
    shown: list[Block] = []
    room = BYTES
    for each in reversed(told):
        group = [_Ready(block) for block in draw(each)]
        room -= sum(len(json.dumps(block.to_dict())) for block in group)
        if room < 0 or len(shown) + len(group) > BLOCKS:
            return [ContextBlock(elements=[plain(OLDER)]), *shown]
        shown = [*group, *shown]
    return shown
