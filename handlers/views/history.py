"""Everything that happened to a ticket, for agents."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

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
from handlers.views.files import spelled
from handlers.views.form import modal
from handlers.views.lines import line, mentioned, remarks
from handlers.views.size import newest
from handlers.views.words import Moment, Piece, Words, cut, plain, sentence
from store.audit import Event
from store.models import AuditEvent, Entry, Ticket, TicketFile
from store.rules.policy import Policy

PER_BLOCK: Final = 10
REQUEST: Final = 0
"""Stands for the request itself, where entries have their ids."""

REMARK: Final = 1000
"""The end of a longer remark is in the ticket's conversation, or in its thread."""


def history(
    ticket: Ticket,
    events: Sequence[AuditEvent],
    entries: Sequence[Entry],
    policy: Policy,
    versions: Mapping[int, str] | None = None,
    *,
    came_with: Sequence[TicketFile] = (),
) -> View:
    """Oldest first, as one reads a story, with what was said (notes included) and, where somebody
    changed that, what it said before (`versions`). Files (`came_with`) stand with what they came
    with.
    """
    said = {REQUEST: "", **{entry.id: entry.text for entry in entries}}
    for file in came_with:
        entry = file.entry_id or REQUEST
        said[entry] = f"{said.get(entry, '')}\nFile: {spelled(file)}".strip()
    words = _Words(said, versions or {})
    told = [events[start : start + PER_BLOCK] for start in range(0, len(events), PER_BLOCK)]
    shown = newest(told, lambda part: [_block(part, words, policy)])
    asks = ActionsBlock(elements=[button(Action.WHY, ticket)])
    blocks = [SectionBlock(text=plain(facts.title(ticket))), asks, *shown]
    return modal(f"History of {ticket.number}", blocks, close="Back")


def _block(events: Sequence[AuditEvent], words: "_Words", policy: Policy) -> RichTextBlock:
    """Line below line; what an actor said stands below theirs."""
    elements: list[RichTextElement] = []
    told: list[Piece] = []
    for event in events:
        told += [Words("\n")] if told else []
        told += [Moment(event.at), Words("  "), *line(event, policy, mentioned)]
        if quotes := [text for text in (*remarks(event), *_said(event, words)) if text]:
            elements += [sentence(told), *(_quote(remark) for remark in quotes)]
            told = []
    return RichTextBlock(elements=[*elements, sentence(told)] if told else elements)


class _Words(NamedTuple):
    """What was said, by entry, and what it said before, by version."""

    now: Mapping[int, str]
    before: Mapping[int, str]


def _said(event: AuditEvent, words: _Words) -> list[str]:
    """The note, reply or answer that the event is about; of a change what was there before it."""
    version = event.changes.get("version", [None, None])[1]
    if version is not None:
        return [words.before.get(version, "")]
    if event.kind == Event.OPENED:
        return [words.now[REQUEST]]
    entry = event.changes.get("entry", [None, None])[1]
    return [words.now[entry]] if entry in words.now else []


def _quote(remark: str) -> RichTextQuoteElement:
    return RichTextQuoteElement(elements=[RichTextElementParts.Text(text=cut(remark, REMARK))])
