"""The question under a direct message that names no ticket."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from handlers.routes import Action
from handlers.views import facts
from handlers.views.words import md, plain
from store.models import Ticket

QUESTION: Final = "Which ticket is this about?"
SHOWN: Final = 8
"""More open tickets than this would hide the last button on a phone."""


def question(stray: int, tickets: Sequence[Ticket]) -> list[Block]:
    """A button per open ticket of the person, newest first, and one for a new ticket."""
    told = f"*{QUESTION}*" if tickets else "*Shall I open a ticket for this?*"
    choices = [
        ButtonElement(
            action_id=f"{Action.STRAY_PLACE}:{ticket.id}",
            text=plain(facts.title(ticket), 75),
            value=f"{stray}:{ticket.id}",
        )
        for ticket in tickets[:SHOWN]
    ]
    fresh = ButtonElement(
        action_id=Action.STRAY_NEW,
        text=plain("Open a new ticket"),
        value=f"{stray}:0",
        style=None if tickets else "primary",
    )
    return [SectionBlock(text=md(told)), ActionsBlock(elements=[*choices, fresh])]
