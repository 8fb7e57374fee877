"""What news are drawn from, for requesters, affected people and watchers; nothing internal fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.views import facts
from handlers.views.words import Mention, Moment, Piece, Words, isolated, phrase
from store.clockwork import Because
from store.models import Answer, Reply, Target, TargetKind, Ticket, TicketFile
from store.rules.lifecycle import OPEN, PAUSED
from store.rules.policy import Policy

RUNNING: Final = OPEN - PAUSED


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
    watching: bool = False
    """The reader joined as a watcher: it is not their ticket, and nothing is asked of them."""
    incident: str = ""
    """Everybody's name for the major incident that it is about."""
    other: str = ""
    """Another ticket's number, as people write it."""
    by: str | None = None
    """Who added the reader, or removed them."""
    files: Sequence[TicketFile] = ()
    """Those that came with the words."""

    so_far: Sequence[Reply | Answer] = ()
    """What was said before the reader joined."""
    came_with: Sequence[TicketFile] = ()
    """The files of the request, and of what was said so far, that the reader may open."""

    solution: Reply | None = None
    """What the requester was told when it was resolved, once it is closed."""
    rated: bool = False
    """The reader has rated it already."""

    def __post_init__(self) -> None:
        if not isinstance(self.words, Reply | Answer | None) or not isinstance(
            self.solution, Reply | None
        ):
            raise TypeError("a requester never reads internal notes")
        if not all(isinstance(said, Reply | Answer) for said in self.so_far):
            raise TypeError("nobody who joins reads internal notes")
        if any(self.words is None or file.entry_id != self.words.id for file in self.files):
            raise TypeError("a requester gets no files but those of the words")

    def agent(self, user: str | None) -> Piece:
        """Somebody who works the ticket; their team, where the policy names no agents."""
        if user and (
            self.policy.agents_named or user in {self.ticket.requester, self.ticket.affected}
        ):
            return Mention(user)
        return Words(f"The {facts.team_name(self.policy, self.ticket.team)} team")

    def tell(self, template: str, **values: str | Piece) -> list[Piece]:
        """A sentence that may name {ticket}, {team}, {severity} and the {agent} it is with."""
        ticket, policy = self.ticket, self.policy
        if self.watching:
            template = template.replace("Your {ticket}", "Ticket *{number}*")
            template = template.replace("your {ticket}", "{ticket}")
        team = facts.team_name(policy, ticket.team)
        return phrase(
            template.replace("{ticket}", "ticket *{number}*"),
            number=ticket.number,
            summary=isolated(ticket.summary),
            team=team,
            incident=isolated(self.incident),
            severity=facts.severity_name(policy, ticket.severity),
            agent=self.agent(ticket.assignee),
            **values,
        )


def promise(bulletin: Bulletin) -> list[Piece]:
    """By when the first answer and the solution are owed; empty while the clock stands still."""
    if bulletin.ticket.status not in RUNNING:
        return []
    owed = [
        phrase("\n*{word}* by {due}", word=word, due=Moment(due))
        for kind, word in (
            (TargetKind.FIRST_RESPONSE, "First answer"),
            (TargetKind.NEXT_RESPONSE, "Next answer"),
            (TargetKind.RESOLUTION, "Solution"),
        )
        if (due := facts.due_of(bulletin.targets, kind)) and due > bulletin.at
    ]
    return [piece for line in owed for piece in line][1:]
