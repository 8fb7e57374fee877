"""Many notices in one message: which tickets they are about, as those are now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock

from handlers.views import listing
from handlers.views.words import Piece, Sign, Words, md, phrase, said
from store.models import Ticket
from store.rules.policy import Policy

SHOWN: Final = 20
"""Two blocks each; Slack takes 50 in a message."""


def heading(tickets: Sequence[Ticket], *, notices: int, more: int) -> list[Piece]:
    """The first line, which is also the notification."""
    template = "*{notices} pieces of news* about *{tickets}* came at once; here they are in one."
    count = len(tickets) + more
    about = f"{count} ticket{'s' if count != 1 else ''}"
    told = phrase(template, notices=str(notices), tickets=about)
    return [Sign("newspaper"), Words(" "), *told]


def digest(
    tickets: Sequence[Ticket], policy: Policy, *, notices: int, more: int, at: datetime
) -> list[Block]:
    """The tickets as they are now, in the order given; History on each card has every step."""
    left = more + max(0, len(tickets) - SHOWN)
    blocks: list[Block] = [
        said(heading(tickets, notices=notices, more=more)),
        *listing.rows(tickets[:SHOWN], policy, at=at),
    ]
    rest = f"And {left} more: `/ticket list` shows yours. " if left else ""
    every_step = "*History* in a ticket's *More…* menu shows every step."
    return [*blocks, ContextBlock(elements=[md(rest + every_step)])]
