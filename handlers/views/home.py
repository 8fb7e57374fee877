"""App Home: one's own tickets for everybody, and the work at hand for agents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
)
from slack_sdk.models.views import View

from handlers.routes import Action
from handlers.views import attention
from handlers.views.listing import rows
from handlers.views.wire import Sheet
from handlers.views.words import md, moment, plain
from store.attention import Concern
from store.models import Away, Ticket
from store.rules.policy import Policy

ROWS: Final = 8
"""Rows shown per list. Home holds 100 blocks; five lists of eight, two blocks each, fit."""

LOOKED_AT: Final = 2 * ROWS + 1
"""Tickets of an agent's list that are asked for: as many may stand above, under what needs
attention, and one more says that there are more.
"""


ABOVE: Final = "Nothing but what stands above."


@dataclass(frozen=True)
class Work:
    """What an agent works on; the lists of tickets hold `LOOKED_AT` at most."""

    needed: Sequence[Concern]
    """What needs attention."""
    mine: Sequence[Ticket]
    unassigned: Sequence[Ticket]
    still_open: int
    """Tickets of the agent's teams that are neither resolved nor closed."""
    away: Away | None = None
    """While the agent gets no tickets by themselves."""


def home(
    policy: Policy,
    *,
    opened: Sequence[Ticket],
    past: Sequence[Ticket],
    work: Work | None,
    at: datetime,
) -> View:
    """Lists are sorted already. `work` is None for people who are no agents."""
    blocks: list[Block] = [
        HeaderBlock(text=plain(policy.name, 150)),
        ActionsBlock(elements=_buttons(work)),
    ]
    if work is not None:
        blocks.append(ContextBlock(elements=[md(_standing(work, policy))]))
        blocks += _needed(work.needed, policy, at)
        above = {concern.ticket.id for concern in work.needed[:ROWS]}
        for title, tickets, none in (
            ("Assigned to me", work.mine, "You have no ticket now."),
            ("Unassigned", work.unassigned, "Nobody waits in your queues."),
        ):
            rest = [ticket for ticket in tickets if ticket.id not in above]
            blocks += _list(title, rest, policy, at, ABOVE if tickets else none, to_agent=True)
        blocks.append(DividerBlock())
    blocks += _list("My open tickets", opened, policy, at, "You have no open ticket.")
    blocks += _list("My past tickets", past, policy, at, "Closed tickets appear here.")
    return Sheet(type="home", blocks=blocks)


def _needed(concerns: Sequence[Concern], policy: Policy, at: datetime) -> list[Block]:
    blocks: list[Block] = [HeaderBlock(text=plain(attention.TITLE))]
    blocks += attention.rows(concerns[:ROWS], policy, at=at)
    if len(concerns) > ROWS:
        every = plain("All that need attention")
        blocks.append(
            ActionsBlock(elements=[ButtonElement(action_id=Action.ATTENTION, text=every)])
        )
    return blocks


def _buttons(work: Work | None) -> list[InteractiveElement]:
    new = ButtonElement(action_id=Action.NEW_TICKET, text=plain("New ticket"), style="primary")
    solutions = ButtonElement(action_id=Action.SOLUTIONS, text=plain("Solutions"))
    settings = ButtonElement(action_id=Action.SETTINGS, text=plain("Settings"))
    return [new, settings] if work is None else [new, solutions, settings, _presence(work.away)]


def _presence(away: Away | None) -> ButtonElement:
    """Away, or back."""
    if away is None:
        return ButtonElement(action_id=Action.AWAY, text=plain("I'm away"))
    return ButtonElement(action_id=Action.BACK, text=plain("I'm back"), style="primary")


def _standing(work: Work, policy: Policy) -> str:
    """How much is open, and whether tickets are assigned to the agent by themselves."""
    tickets = "1 ticket is" if work.still_open == 1 else f"{work.still_open} tickets are"
    told = f"{tickets} open in your teams."
    if work.still_open == 0:
        told = ":tada: Nothing is open in your teams."
    if work.away is None:
        return told
    until = f" until {moment(work.away.until, policy.timezone)}" if work.away.until else ""
    return f"{told}\nYou are away{until}: no ticket is assigned to you by itself."


def _list(
    title: str,
    tickets: Sequence[Ticket],
    policy: Policy,
    at: datetime,
    none: str,
    *,
    to_agent: bool = False,
) -> list[Block]:
    blocks: list[Block] = [HeaderBlock(text=plain(title))]
    blocks += rows(tickets[:ROWS], policy, at=at, none=none, to_agent=to_agent)
    if len(tickets) > ROWS:
        more = "There are more: /ticket list shows yours, /ticket find words searches."
        blocks.append(ContextBlock(elements=[plain(more)]))
    return blocks
