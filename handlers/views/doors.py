"""What is said where a message becomes a ticket, or can't: under it, or to one person alone."""

from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.form import modal
from handlers.views.words import Piece, Words, md, phrase, said, spoken
from store.models import Ticket
from store.rules.policy import Policy
from store.rules.sentences.everybody import message_taken

SAY_WHAT: Final = (
    "Write behind my name what is wrong, and I open a ticket for it. Or type `/ticket`."
)
NO_WORDS: Final = "A message without words"


def taken(ticket: Ticket, *, may_join: bool) -> View:
    """Instead of the form, on a message that is a ticket already."""
    return modal("Open a ticket", there_is_one(ticket, may_join=may_join), close="OK")


def there_is_one(ticket: Ticket, *, may_join: bool) -> list[Block]:
    """The message is a ticket already; whoever has the same trouble may take part in it."""
    told = SectionBlock(text=md(exists(ticket)))
    if not may_join:
        return [told]
    return [told, ActionsBlock(elements=[button(Action.JOIN, ticket, label="Same for me")])]


def takes_part(ticket: Ticket) -> View:
    """After "Same for me", in the modal."""
    return modal("Open a ticket", [SectionBlock(text=md(joined(ticket)))], close="OK")


def joined(ticket: Ticket) -> str:
    """After "Same for me"."""
    return (
        f"You take part in ticket *{ticket.number}* now: you hear of it in our direct message, "
        "and can add what you know there."
    )


def exists(ticket: Ticket) -> str:
    """The message is a ticket already; nothing of it is told that not everybody may know."""
    return message_taken(ticket.id, facts.status(ticket))


def opened(ticket: Ticket, name: str, policy: Policy) -> list[Block]:
    """Under the message, for everybody there: its number, and what happens next."""
    told = "{who} hears from me in a direct message and can add more there."
    return _opened(ticket, policy, told, who=Words(name, bold=True))


def opened_privately(ticket: Ticket, policy: Policy) -> list[Block]:
    """The same, under a direct message to the desk."""
    return _opened(
        ticket, policy, "you hear from me below, in a thread of its own. Add more there."
    )


def _opened(ticket: Ticket, policy: Policy, told: str, **about: Piece) -> list[Block]:
    return [
        said(
            phrase(
                "This is ticket *{number}* now. The *{team}* team looks at it; " + told,
                number=ticket.number,
                team=facts.team_name(policy, ticket.team),
                **about,
            )
        )
    ]


def opened_text(ticket: Ticket) -> str:
    """The same as a notification."""
    return spoken(phrase("This is ticket *{number}* now.", number=ticket.number))
