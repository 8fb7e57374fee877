"""The question whether many reports alike are one incident."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.words import Piece, Sign, Words, lasting, person, phrase, said
from store.models import Ticket
from store.storms import WITHIN

NAMED: Final = 8
"""Tickets told one by one; of more, only the number."""


def heading(tickets: Sequence[Ticket]) -> list[Piece]:
    """The first line, which is also the notification."""
    told = phrase(
        "*{count} tickets alike* within {minutes}: is it one incident?",
        count=str(len(tickets)), minutes=lasting(WITHIN),
    )  # fmt: skip
    return [Sign("tornado"), Words(" "), *told]


def question(tickets: Sequence[Ticket]) -> list[Block]:
    """Which they are, and the one click; nothing happens without it."""
    lines = "".join(f"\n#{each.id} · {facts.summary(each)}" for each in tickets[:NAMED])
    more = f"\nand {len(tickets) - NAMED} more" if len(tickets) > NAMED else ""
    first = tickets[0]
    what_happens = phrase(
        "One press makes {number} a major incident and links the others to it, with those alike "
        "that came meanwhile: their requesters hear so, and hear of every update and of the end.",
        number=first.number,
    )
    press = button(Action.STORM, first, label="Make it an incident", style="primary")
    return [
        said([*heading(tickets), Words(f"{lines}{more}")]),
        said(what_happens),
        ActionsBlock(elements=[press]),
    ]


def answer(by: str, ticket: int, linked: Sequence[Ticket]) -> str:
    """In place of the button, as mrkdwn: who did what, and how to undo it."""
    numbers = ", ".join(each.number for each in linked[:50]) or "nothing more"
    return (
        f"{person(by)} made #{ticket} a major incident and linked {len(linked)} to it ({numbers}). "
        "*Link or merge…* on each undoes that."
    )
