"""What a piece of news for a requester is drawn from; nothing internal fits in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.views import facts
from handlers.views.words import Mention, Piece, Words, isolated, phrase
from store.clockwork import Because
from store.models import Answer, Reply, Target, Ticket
from store.rules.policy import Policy


@dataclass(frozen=True)
class Bulletin:
    """What a piece of news needs to know. `at` is when it is drawn, `promised_at` when the desk
    decided to tell it; `reader` may be the affected person rather than the requester.
    """

    ticket: Ticket
    policy: Policy
    targets: Sequence[Target]
    reader: str
    zone: str
    at: datetime
    promised_at: datetime
    words: Reply | Answer | None = None
    moved: Because | None = None
    """Why a deadline moved in the same change, if one did."""

    def __post_init__(self) -> None:
        if not isinstance(self.words, Reply | Answer | None):
            raise TypeError("a requester never reads internal notes")

    def tell(self, template: str, **values: str | Piece) -> list[Piece]:
        """A sentence that may name {ticket}, {team}, {severity} and the {agent} it is with."""
        ticket, policy = self.ticket, self.policy
        team = facts.team_name(policy, ticket.team)
        return phrase(
            template.replace("{ticket}", "ticket *{number}*"),
            number=ticket.number,
            summary=isolated(ticket.summary),
            team=team,
            severity=facts.severity_name(policy, ticket.severity),
            agent=Mention(ticket.assignee) if ticket.assignee else Words(f"The {team} team"),
            **values,
        )
