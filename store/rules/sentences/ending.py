"""Resolved, confirmed, closed, rated, back again; and the solutions that stay."""

from typing import Final

WHAT_WAS_WRONG: Final = "Say what was wrong: the next one like it will be quicker."
WHAT_WAS_DONE: Final = "Say what was done."
CHOOSE_CAUSE: Final = "Choose what kind of cause it had."
CHOOSE_WHO: Final = "Choose who fixed it."
CAUSES_CHANGED: Final = "The list of causes has changed meanwhile. Please choose again."
ENDED_WITH_INCIDENT: Final = "It ended with the major incident that it was part of."
HOW_KNOWN: Final = "Say how you know."
WHY_CLOSED: Final = "Say why it can be closed."
WHAT_IS_WRONG_STILL: Final = "Say what still goes wrong."
NO_COMMENT: Final = "Write something first; your rating is saved anyway."
NO_SOLUTION: Final = "There is no such solution. `/ticket solutions` shows all."
WRITE_SOLUTION: Final = "Write something here: people read it while they ask."
ONLY_AGENTS_SOLUTIONS: Final = "Solutions are kept by agents. `/ticket` shows you those that fit."


def worked_on_again(ticket: int) -> str:
    return (
        f"We are working on ticket #{ticket} again. You hear here when it is resolved. "
        "If all is well by now, say so in its thread: the agents see it."
    )


def waits_for_word(ticket: int) -> str:
    return (
        f"Ticket #{ticket} closes when its requester says that it is fixed, or stays "
        "silent. Resolve it; if they told you elsewhere, choose *Record a confirmation*."
    )


def open_already(ticket: int) -> str:
    return f"Ticket #{ticket} is open already. To add something, answer in its thread."


def goes_on_as(ticket: int, successor: int) -> str:
    return (
        f"Ticket #{ticket} goes on as #{successor} already. "
        f"Please write in the thread of #{successor}."
    )


def rate_later(ticket: int) -> str:
    return f"Ticket #{ticket} is open again. You can rate it once it is closed."


def rated_already(ticket: int) -> str:
    return f"You have rated ticket #{ticket} already. Thank you!"


def rate_first(ticket: int) -> str:
    return f"Please rate ticket #{ticket} first, then say why."


def explained_already(ticket: int) -> str:
    return f"You have said already how ticket #{ticket} went. Thank you!"
