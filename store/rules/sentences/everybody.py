"""Who may, who is there, and what is gone: refusals that every story shares."""

from collections.abc import Iterable
from typing import Final

ASK_AS_REQUESTER: Final = "Only agents can do this. `/ticket` gets you their help."


def no_ticket(number: int | str) -> str:
    return (
        f"There is no ticket #{number} that you can see. "
        "`/ticket list` shows yours; `/ticket find words` searches."
    )


def step_not_allowed(ticket: int, step: str, status: str) -> str:
    return (
        f"Ticket #{ticket} is *{status}* now, so you can't {step}. Nothing was changed; "
        f"`/ticket {ticket}` shows what can be done."
    )


def has_it(ticket: int, assignee: str) -> str:
    return (
        f"<@{assignee}> already has ticket #{ticket}. Nothing was changed; "
        "use *Reassign* if it should move to you."
    )


def changed_since(ticket: int) -> str:
    return (
        f"Ticket #{ticket} changed after this was drawn, so nothing was done. "
        "Look at the fresh card and press again if you still want to."
    )


def message_taken(ticket: int, standing: str = "") -> str:
    state = f" ({standing})" if standing else ""
    return (
        f"This message is ticket *#{ticket}* already{state}, so no second one was opened. "
        f"`/ticket {ticket}` shows it if it is yours."
    )


def merged_away(ticket: int, kept: int) -> str:
    return (
        f"Ticket #{ticket} was merged into #{kept}. Do it there; "
        "*Link or merge…* on either of them can undo that."
    )


def only_agents(ticket: int) -> str:
    return (
        f"Only agents can do this with ticket #{ticket}. "
        "If it is yours, answer in its thread in your messages with me."
    )


def only_owners(ticket: int) -> str:
    return (
        f"Only the requester of ticket #{ticket}, or somebody affected by it, can answer that. "
        "Nothing was passed on; the requester or an agent can add you."
    )


def is_an_app(name: str) -> str:
    return f"{name} is an app, not a person. Pick somebody else."


def is_deactivated(name: str) -> str:
    return f"{name}'s account is deactivated. Pick somebody else."


def is_elsewhere(name: str) -> str:
    return f"{name} is of another company. Pick somebody else."


def gone_from_settings(kind: str, key: str, known: Iterable[str]) -> str:
    offered = ", ".join(f"`{name}`" for name in known)
    return f"There is no {kind} `{key}` any more. Nothing was changed; choose one of {offered}."


def too_long(length: int, most: int) -> str:
    return f"That is {length} characters; {most} fit here. Please say it more shortly."
