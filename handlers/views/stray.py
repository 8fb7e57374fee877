"""The question under a direct message that names no ticket."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from handlers.routes import Action
from handlers.views import facts
from handlers.views.words import md, plain
from store.models import Ticket

QUESTION: Final = "Which ticket is this about?"
OFFER: Final = "Shall I open a ticket for this?"
SHOWN: Final = 8
"""More open tickets than this would hide the last button on a phone."""


def question(stray: int, tickets: Sequence[Ticket]) -> list[Block]:
    """A button per open ticket of the person, newest first, one that makes a ticket of the message
    as it is, and one that asks for more first. In a channel, `tickets` are nobody's business.
    """
    told = f"*{QUESTION}*" if tickets else f"*{OFFER}*"
    choices = [
        ButtonElement(
            action_id=f"{Action.STRAY_PLACE}:{ticket.id}",
            text=plain(facts.title(ticket), 75),
            value=f"{stray}:{ticket.id}",
        )
        for ticket in tickets[:SHOWN]
    ]
    at_once = ButtonElement(
        action_id=Action.STRAY_OPEN,
        text=plain("Open a new ticket" if tickets else "Open a ticket"),
        value=f"{stray}:0",
        style=None if tickets else "primary",
    )
    form = ButtonElement(
        action_id=Action.STRAY_NEW, text=plain("Say more first"), value=f"{stray}:0"
    )
    return [SectionBlock(text=md(told)), ActionsBlock(elements=[*choices, at_once, form])]
