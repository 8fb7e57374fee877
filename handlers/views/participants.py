"""Who else takes part in a ticket, in words: for them, and for the agents."""

from collections.abc import Callable
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock

from handlers.routes import Action
from handlers.views.bulletin import Bulletin
from handlers.views.buttons import STOP_WATCHING, button
from handlers.views.so_far import so_far
from handlers.views.words import Piece, Words, md
from store.models import AuditEvent, Role
from store.origins import Source
from store.rules.lifecycle import Status
from store.rules.policy import Policy

ANSWER_HERE: Final = "To add something, answer *in this thread*: the agents see it."

Who = Callable[[str], Piece]


def joined(bulletin: Bulletin) -> list[Piece]:
    """To somebody who came to the ticket later: what it is, and where it stands."""
    why = "watch" if bulletin.watching else "are affected by"
    told = bulletin.tell(f"You {why} {{ticket}}, *{{summary}}*: you hear here how it goes.")
    if bulletin.by and bulletin.by != bulletin.reader:
        told = bulletin.tell(
            "{by} added you to {ticket}, *{summary}*: you hear here how it goes.",
            by=bulletin.agent(bulletin.by),
        )
    if from_ := comes_from(bulletin):
        told = [*bulletin.tell(f"You {why} {{ticket}}, *{{summary}}*. "), *from_]
    return [
        *told,
        *bulletin.tell(" It is *{status}*.", status=Status(bulletin.ticket.status).label),
    ]


def comes_from(bulletin: Bulletin) -> list[Piece]:
    """A sentence on how the ticket comes from the other one; empty when it does not."""
    told = _COMES_FROM.get(bulletin.ticket.source, "") if bulletin.other else ""
    by = bulletin.agent(bulletin.ticket.opened_by or bulletin.ticket.requester)
    return bulletin.tell(told, other=bulletin.other, by=by)


_COMES_FROM: Final[dict[str, str]] = {
    Source.SPLIT: "{by} split it off from ticket *{other}*.",
    Source.CAME_BACK: "It goes on from ticket *{other}*.",
}


def after_joining(bulletin: Bulletin) -> list[Block]:
    """What they can do now."""
    elements = [button(Action.OPEN, bulletin.ticket)]
    if bulletin.watching:
        elements.append(button(Action.STOP_WATCHING, bulletin.ticket, label=STOP_WATCHING))
    add = ContextBlock(elements=[md(ANSWER_HERE)])
    return [*so_far(bulletin), add, ActionsBlock(elements=elements)]


def left(bulletin: Bulletin) -> list[Piece]:
    """To somebody whom another took off the ticket."""
    who = bulletin.agent(bulletin.by)
    return bulletin.tell("{who} took you off {ticket}. You no longer hear of it.", who=who)


def stopped() -> list[Block]:
    """What stands in place of the buttons once somebody stopped watching."""
    return [ContextBlock(elements=[md(":no_bell: You no longer hear of this ticket.")])]


def who_joined(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: who takes part now, and as what."""
    person, role = str(event.changes["person"][1]), Role(event.changes["role"][1])
    if person == event.actor:
        return [who(person), Words(f" {_JOINS[role]}")]
    return [who(event.actor), Words(" added "), who(person), Words(f" {_AS[role]}")]


def who_left(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: who no longer takes part."""
    person, role = str(event.changes["person"][1]), Role(event.changes["role"][1])
    told: list[Piece] = [who(person), Words(f" {_LEAVES[role]}")]
    return told if person == event.actor else [*told, Words(": removed by "), who(event.actor)]


_JOINS: Final = {
    Role.AFFECTED: "is affected too",
    Role.WATCHER: "watches it now",
    Role.HELPER: "helps now",
}
_AS: Final = {
    Role.AFFECTED: "as affected by it",
    Role.WATCHER: "as a watcher",
    Role.HELPER: "as a helper",
}
_LEAVES: Final = {
    Role.AFFECTED: "no longer counts as affected",
    Role.WATCHER: "no longer watches it",
    Role.HELPER: "no longer helps",
}
