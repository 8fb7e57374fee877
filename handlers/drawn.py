"""A message, ready to be sent: text and blocks, or whatever else its kind of promise needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from slack_sdk.models.blocks import Block, SectionBlock

from handlers.views.told import NO_FILE
from handlers.views.wire import as_sent
from handlers.views.words import md
from store.models import TicketFile

MESSAGE_BLOCKS: Final = 50
"""Slack's limit per message; only a very long text reaches it."""


@dataclass(frozen=True)
class Attached:
    """A file that the desk has written itself, for the readers of one message."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Drawing:
    """A message (`text` is its notification); with `view`, somebody's App Home; with `members`, who
    belongs into a user group; with `copy`, no message at all.
    """

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    view: dict[str, Any] | None = None
    members: Sequence[str] | None = None
    broadcast: bool = False
    """A reply in a thread that its channel should see as well."""
    only_for: str | None = None
    """Nobody else in the channel sees it."""
    origin: int | None = None
    """Nothing is to be said: a message is to be read from Slack."""
    copy: TicketFile | None = None
    """The file of which Slack gets a copy that belongs to the desk."""
    shares_files: bool = False
    """It links files of the desk's own, which Slack shares with whoever reads it there."""
    attached: Attached | None = None
    """Goes to Slack first; then `with_link` makes it part of the message."""


def drawing(
    text: str,
    blocks: Sequence[Block],
    *,
    broadcast: bool = False,
    came_with: Sequence[TicketFile] = (),
) -> Drawing:
    """The blocks as Slack takes them; `came_with` are the files that they link."""
    drawn = [as_sent(block) for block in blocks[:MESSAGE_BLOCKS]]
    shares = any(file.copy_link for file in came_with)
    return Drawing(text=text, blocks=drawn, broadcast=broadcast, shares_files=shares)


def with_link(drawn: Drawing, link: str | None) -> Drawing:
    """The message with a link to what was attached; None: Slack does not take it."""
    assert drawn.attached is not None  # nothing else is linked
    told = NO_FILE if link is None else f":page_facing_up: <{link}|{drawn.attached.name}>"
    block = as_sent(SectionBlock(text=md(told)))
    shares = link is not None
    return replace(drawn, blocks=[*drawn.blocks, block], attached=None, shares_files=shares)
