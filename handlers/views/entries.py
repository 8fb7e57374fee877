"""Things said on a ticket as the team's thread shows them, from the moment they are said."""

from collections.abc import Callable, Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.routes import Action
from handlers.views.words import Piece, Sign, Words, plain, quoted, said, spoken
from store.models import Entry, EntryKind, Ticket
from store.receipts import Receipt

Who = Callable[[str], Piece]

_SAID: Final = {
    EntryKind.NOTE: "noted",
    EntryKind.REPLY: "wrote to the requester",
    EntryKind.ANSWER: "answered",
}


def entry(
    words: Entry,
    ticket: Ticket,
    who: Who,
    receipts: Sequence[Receipt],
    *,
    watching: bool = False,
) -> list[Block]:
    """What was said, complete; of a reply also whom it reached, or how to take it back. By somebody
    who only watches (`watching`), it says so: they cannot answer for the requester.
    """
    blocks: list[Block] = [said(introduced(words, who, watching=watching))]
    if words.deleted_at is None:
        blocks += quoted(words.text)
    if words.held_until is not None:
        blocks.append(ActionsBlock(elements=[undo_button(words, ticket)]))
    return blocks + [said(line) for line in _reached(receipts, who)]


def entry_text(words: Entry, who: Who, *, watching: bool = False) -> str:
    """The same as a notification."""
    told = introduced(words, who, watching=watching)
    return spoken(told, then="" if words.deleted_at else words.text)


def did(words: Entry) -> str:
    """What its author did in saying it: "answered", "wrote to the requester (edited)"."""
    if words.deleted_at is not None:
        return "deleted what they wrote here"
    if words.undone_at is not None:
        return "took this reply back, and nothing was sent"
    if words.held_until is not None:
        return "writes to the requester; it goes out in a moment"
    edited = " (edited)" if words.edited_at and words.kind != EntryKind.REPLY else ""
    return f"{_SAID[EntryKind(words.kind)]}{edited}"


def introduced(words: Entry, who: Who, *, watching: bool = False) -> list[Piece]:
    """Who did what."""
    end = "." if words.deleted_at else ":"
    aside = ", who watches," if watching else ""
    return [who(words.author), Words(f"{aside} {did(words)}{end}")]


def undo_button(words: Entry, ticket: Ticket) -> ButtonElement:
    """Takes a held reply back."""
    return ButtonElement(
        action_id=Action.UNDO,
        text=plain("Undo"),
        value=f"{words.id}:{ticket.id}:{ticket.version}",
        style="danger",
    )


def _reached(receipts: Sequence[Receipt], who: Who) -> list[list[Piece]]:
    """A line for those who have it, and one for each whom Slack refused."""
    told: list[list[Piece]] = []
    reached = [each.person for each in receipts if each.reached]
    if reached:
        told.append([Sign("white_check_mark"), Words(" Reached "), *_listed(reached, who)])
    told += [
        [
            Sign("warning"),
            Words(" Not delivered to "),
            who(each.person),
            Words(f": Slack refused it ({each.error}). The admins know."),
        ]
        for each in receipts
        if each.error
    ]
    return told


def _listed(people: Sequence[str], who: Who) -> list[Piece]:
    told: list[Piece] = []
    for number, person in enumerate(people):
        told += [Words(", "), who(person)] if number else [who(person)]
    return told
