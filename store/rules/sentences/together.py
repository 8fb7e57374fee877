"""Tickets that belong together: incidents, merging, splitting, links."""

from typing import Final

INCIDENT_OR_TICKET: Final = "Choose an incident or name a ticket, one of the two."
WRITE_NUMBER: Final = "Write the number of a ticket, like 42."


def title(most: int) -> str:
    return f"Say in 1 to {most} characters what everybody may know."


def private_incident(ticket: int) -> str:
    return (
        f"Ticket #{ticket} is private to its team. Open a ticket that everybody may "
        "know of, make that one the major incident, and link this one to it."
    )


def incident_already(ticket: int) -> str:
    return (
        f"Ticket #{ticket} is a major incident already. "
        "*Major incident…* on its card sends an update or takes it back."
    )


def reopen_first(ticket: int, status: str) -> str:
    return f"Ticket #{ticket} is {status}. Reopen it first."


def part_of(ticket: int, incident: int) -> str:
    return f"Ticket #{ticket} is part of incident #{incident}. Undo that link first."


def incident_itself(ticket: int) -> str:
    return f"Ticket #{ticket} is a major incident itself. Take that back first, or merge it."


def no_incident(ticket: int) -> str:
    return f"Ticket #{ticket} is no major incident (any more). Its card shows where it stands."


def over_already(ticket: int, status: str) -> str:
    return f"Ticket #{ticket} is {status} already: there is nothing to link. Reopen it first."


def leads_nowhere(ticket: int) -> str:
    return (
        f"Ticket #{ticket} leads nowhere of that kind any more. "
        "*Link or merge…* on its card shows its links."
    )


def itself(ticket: int) -> str:
    return f"That is ticket #{ticket} itself. Choose another one."


def leads_already(ticket: int, other: int) -> str:
    return f"Ticket #{ticket} leads to #{other} already. Undo that link first."


def not_merged(ticket: int) -> str:
    return f"Ticket #{ticket} is not merged (any more). Its card shows where it stands."


def merged_itself(ticket: int, kept: int) -> str:
    return f"Ticket #{ticket} was merged itself. Merge into #{kept}."


def only_open_merge(ticket: int, status: str) -> str:
    return (
        f"Ticket #{ticket} is {status}: only tickets that are open can be merged. Reopen it first."
    )


def merge_into_incident(incident: int, other: int) -> str:
    return f"Ticket #{incident} is a major incident. Merge #{other} into it instead."


def private_merge(ticket: int) -> str:
    return (
        f"Ticket #{ticket} is private: it can only be merged into a private ticket "
        "of the same team and the same people. Nothing was changed; choose such a one."
    )


def no_private_topic(ticket: int) -> str:
    return (
        f"Ticket #{ticket} is private, and your team has no private topic for a part of "
        "it. Nothing was changed; go on with it here."
    )


def topic_not_private(ticket: int) -> str:
    return f"#{ticket} is private. Choose a topic that is so, too."
