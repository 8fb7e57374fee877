"""Everything that happened to a ticket, for agents."""

from collections.abc import Mapping, Sequence
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextQuoteElement,
    SectionBlock,
)
from slack_sdk.models.views import View

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.form import modal
from handlers.views.lines import line, mentioned, remarks
from handlers.views.size import newest
from handlers.views.words import Moment, Piece, Words, cut, plain, sentence
from store.models import AuditEvent, Entry, Ticket
from store.rules.policy import Policy

PER_BLOCK: Final = 10
REMARK: Final = 1000
"""The end of a longer remark is in the ticket's conversation, or in its thread."""


def history(
    ticket: Ticket, events: Sequence[AuditEvent], entries: Sequence[Entry], policy: Policy
) -> View:
    """Oldest first, as one reads a story, with what was said (notes included)."""
    words = {entry.id: entry.text for entry in entries}
    told = [
        [_block(events[start : start + PER_BLOCK], words, policy)]
        for start in range(0, len(events), PER_BLOCK)
    ]
    asks = ActionsBlock(elements=[button(Action.WHY, ticket)])
    blocks = [SectionBlock(text=plain(facts.title(ticket))), asks, *newest(told)]
    return modal(f"History of {ticket.number}", blocks, close="Back")


def _block(events: Sequence[AuditEvent], words: Mapping[int, str], policy: Policy) -> RichTextBlock:
    """Line below line; what an actor said stands below theirs."""
    elements: list[RichTextElement] = []
    told: list[Piece] = []
    for event in events:
        told += [Words("\n")] if told else []
        told += [Moment(event.at), Words("  "), *line(event, policy, mentioned)]
        if quotes := [*remarks(event), *_said(event, words)]:
            elements += [sentence(told), *(_quote(remark) for remark in quotes)]
            told = []
    return RichTextBlock(elements=[*elements, sentence(told)] if told else elements)


def _said(event: AuditEvent, words: Mapping[int, str]) -> list[str]:
    """The note, reply or answer that the event is about."""
    entry = event.changes.get("entry", [None, None])[1]
    return [words[entry]] if entry in words else []


def _quote(remark: str) -> RichTextQuoteElement:
    return RichTextQuoteElement(elements=[RichTextElementParts.Text(text=cut(remark, REMARK))])
