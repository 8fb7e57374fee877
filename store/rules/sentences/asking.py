"""Doors in: who may ask, what the form wants, files, and what was suggested."""

from typing import Final

ONLY_AGENTS_FOR_OTHERS: Final = (
    "Only agents can open a ticket in somebody else's name. Open it in yours, and name "
    "them under *On behalf of someone else*."
)
NO_SUMMARY: Final = "Say in a few words what is wrong."
SAY_WHAT: Final = (
    "Write behind my name what is wrong, and I open a ticket for it. Or type `/ticket`."
)
SAID_ALREADY: Final = (
    "You have said already what this message is about. `/ticket list` shows your tickets."
)
SOLUTION_GONE: Final = "That solution is gone. Please send your request."


def summary_too_long(length: int, most: int) -> str:
    return f"That is {length} characters; {most} fit here. Put the rest into the details."


def over_meanwhile(ticket: int, status: str) -> str:
    return (
        f"Ticket #{ticket} is {status} by now. "
        "If you still have the trouble, please send your request."
    )


def blocked(person: str | None, somebody: str) -> str:
    """None: the reader is blocked."""
    return (
        f"The help desk takes no tickets from {person or 'you'} at the moment; nothing was opened. "
        f"Please speak to {somebody}."
    )


def no_guests(guest: str | None) -> str:
    """None: the reader is the guest."""
    whom = f"{guest} is a guest, and guests" if guest else "Guests"
    return (
        f"{whom} can't open tickets here. A colleague of this company can open one and "
        "name the guest in it, under *On behalf of someone else*."
    )


def no_strangers(stranger: str | None) -> str:
    """None: the reader is of the other company."""
    whom = f"{stranger} is" if stranger else "you are"
    return (
        f"This help desk is for people of this company, and {whom} of another one. "
        "A colleague here can open the ticket in their own name."
    )


def too_many(most: int, owner: str | None) -> str:
    """None: they are the reader's own."""
    whose, whom = (f"{owner} has", "they") if owner else ("You have", "you")
    tickets = "ticket" if most == 1 else "tickets"
    return (
        f"{whose} {most} open {tickets}, as many as one person may have, so no other was "
        "opened. `/ticket list` shows yours: add to one of them, or say which are done, "
        f"and {whom} can ask again."
    )


def somebody_elses_message(person: str) -> str:
    return f"That is for <@{person}> to say: it is their message. `/ticket` opens one of yours."


def forbidden_file(name: str, ending: str) -> str:
    return (
        f"The help desk takes no .{ending} files ({name}). Remove it, and say in "
        "words what it is about."
    )


def large_file(name: str, most: int) -> str:
    return (
        f"{name} is larger than the {most} MB that the help desk takes. "
        "Remove it, and send a smaller one or a link instead."
    )
