"""Tickets and solutions like the one that an agent looks at."""

from typing import Final

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, SectionBlock

from handlers.routes import Action
from handlers.views.buttons import button
from handlers.views.words import cut, isolated, plain
from store.models import Solution, Ticket
from store.precedents import Precedents
from store.rules.lifecycle import OPEN, Status

FIX: Final = 200
ANSWER: Final = 300


def alike(found: Precedents) -> list[Block]:
    """Each with how it ended; nothing when there is none."""
    told = [*map(_ticket, found.tickets), *map(_solution, found.solutions)]
    return [DividerBlock(), HeaderBlock(text=plain("Like this one")), *told] if told else []


def _ticket(ticket: Ticket) -> SectionBlock:
    state = Status(ticket.status).label
    if ticket.status not in OPEN and ticket.fix:
        state += f": {isolated(cut(ticket.fix, FIX))}"
    told = f"{ticket.number} · {isolated(ticket.summary)}\n{state}"
    return SectionBlock(text=plain(told), accessory=button(Action.OPEN, ticket, label="Open"))


def _solution(solution: Solution) -> SectionBlock:
    """*Resolve* offers it; here it can be read."""
    told = f"Solution: {isolated(solution.title)}\n{isolated(cut(solution.answer, ANSWER))}"
    return SectionBlock(text=plain(told))
