"""What a person reads at once, alone, when what they typed or pressed is done."""

from typing import Final

from slack_sdk.models.blocks import Block, SectionBlock

from handlers.views.form import warning
from handlers.views.words import md

BACK: Final = "Welcome back. Tickets can be assigned to you again."
NOT_AWAY: Final = "You were not away: tickets can be assigned to you."
FIND_WHAT: Final = "What shall I look for? Type `/ticket find` and some words."
DRILL_BEGINS: Final = (
    "The drill begins: the chain is being called now. You get a report when it is over."
)
NO_FILE: Final = (
    ":warning: Slack does not take the file from me. Please tell an admin: the app may lack the "
    "scope `files:write`."
)


def away(until: str | None) -> str:
    """`until` as the person reads it."""
    when = f"until {until}" if until else "until you type `/ticket back`"
    return f"You are away {when}. No ticket is assigned to you by itself meanwhile."


def transcript_comes(ticket: int) -> str:
    return f"The transcript of ticket #{ticket} comes in your messages with me in a moment."


def added(ticket: int) -> str:
    return f"Added to ticket #{ticket}. The agents see it."


def fixed(ticket: int) -> str:
    return f":white_check_mark: You said that ticket #{ticket} is fixed. Thank you!"


def still_good(ticket: int) -> str:
    return f":white_check_mark: You said that ticket #{ticket} is still good. Glad to hear it!"


def only_remark(ticket: int) -> str:
    return f"Only a remark: ticket #{ticket} stays closed. The agents see it."


def reopened(ticket: int, on: int | None) -> str:
    """`on`: the ticket with which it goes on; None when the press came twice."""
    if on in {ticket, None}:
        return f"You reopened ticket #{ticket}. The agents have it again."
    return f"Ticket #{ticket} goes on as #{on}. Its thread is below in these messages."


def changed_meanwhile(ticket: int, since: list[Block], send: str) -> list[Block]:
    """Above a form: what happened while it was filled in, and how to go on with it."""
    first = warning(f"Ticket #{ticket} changed while you wrote. Nothing was saved yet:")
    return [first, *since, SectionBlock(text=md(f"If it is still right, press *{send}* again."))]


def changed_before(ticket: int, since: list[Block]) -> list[Block]:
    """Above a form that was opened from an older card."""
    return [warning(f"Ticket #{ticket} changed since that button was drawn:"), *since]
