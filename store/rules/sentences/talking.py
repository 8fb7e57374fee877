"""Words between both sides: replies, notes, waiting, and who takes part."""

from typing import Final

NO_WORDS: Final = "Write something first; nothing was sent."
NOTHING_TO_PREVIEW: Final = "Write something first: then this shows what the requester will read."
WHAT_FOR: Final = "Say what it waits for."
WHOSE_OR_WHEN: Final = "Say whose answer it waits for, or choose a date: one of the two."
MOMENT_PASSED: Final = "That moment has passed. Choose a later one, or none."
CHOOSE_SOMEBODY: Final = "Choose at least one person."
CANNED_GONE: Final = "That canned reply is gone from the settings. *Reply* offers the others."

SEND_ELSEWHERE: Final = (
    "Only a message below a ticket's card can be sent to its requester. Pick one there, or press "
    "*Reply* on the card."
)
SEND_PEOPLES_WORDS: Final = (
    "Only what a person wrote can be sent. *Reply* on the card sends other words."
)
SEND_NO_ANSWER: Final = (
    "That is between you and the requester already. *Reply* sends something new."
)
SEND_NO_WORDS: Final = "That message has no words to send. *Reply* on the card sends some."


def sent_already(ticket: int, *, is_out: bool) -> str:
    state = "went" if is_out else "is on its way"
    return (
        f"That message {state} to the requester of ticket #{ticket} already. "
        "*Reply* sends something new."
    )


def too_late_to_undo(ticket: int) -> str:
    return f"Too late: the reply on ticket #{ticket} is out. To correct it, reply once more."


def nothing_more_to_hear(ticket: int) -> str:
    return (
        f"Ticket #{ticket} is closed: there is nothing more to hear of it. "
        "If the trouble is still there, `/ticket` opens a new one."
    )


def may_not_add(ticket: int) -> str:
    return (
        f"Only agents, or whoever asked for ticket #{ticket}, can add people to it. "
        "Ask one of them."
    )
