"""What an agent has to look at, in a list; each ticket with the reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.views import listing
from handlers.views.listing import A_PAGE
from store.attention import Concern, Why
from store.rules.policy import Policy

TITLE: Final = "Needs attention"
TURNS: Final = "attention"
"""How the list is named to whoever turns its pages."""
NOTHING: Final = "Inbox zero: nothing needs you now. /ticket closed shows what is done."

_WHY: Final = {
    Why.OVERDUE: "overdue",
    Why.AT_RISK: "at risk",
    Why.UPDATE_DUE: "an update is due",
    Why.ANSWERED: "the requester wrote",
    Why.HANDED: "handed to you, not accepted yet",
}
"""That it is new is its status, which every line tells."""


def rows(concerns: Sequence[Concern], policy: Policy, *, at: datetime) -> list[Block]:
    """The reasons come first in each line."""
    return listing.rows(
        [each.ticket for each in concerns],
        policy,
        at=at,
        none=NOTHING,
        to_agent=True,
        why={each.ticket.id: _reasons(each) for each in concerns},
    )


def page(concerns: Sequence[Concern], policy: Policy, *, first: int, at: datetime) -> View:
    """The page of all of them that begins with the `first`."""
    shown = rows(concerns[first : first + A_PAGE], policy, at=at)
    more = len(concerns) > first + A_PAGE
    return listing.page(TITLE, shown, turns=TURNS, first=first, more=more)


def count(concerns: Sequence[Concern]) -> str:
    """How many there are, and how to see them."""
    if not concerns:
        return NOTHING
    some = "1 ticket needs" if len(concerns) == 1 else f"{len(concerns)} tickets need"
    return f"{some} your attention: /ticket attention shows which, and why."


def _reasons(concern: Concern) -> str:
    told = ", ".join(_WHY[why] for why in concern.why if why in _WHY)
    return f"*{told[:1].upper()}{told[1:]}* · " if told else ""
