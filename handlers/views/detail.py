"""A whole ticket in a modal: one for agents, one for the requester."""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from handlers.routes import Action
from handlers.views import buttons, facts
from handlers.views.endings import CAME_BACK
from handlers.views.endings import verdict as verdict_of
from handlers.views.entries import did
from handlers.views.form import modal
from handlers.views.precedents import alike
from handlers.views.requester import verdict
from handlers.views.size import newest
from handlers.views.words import (
    Mention,
    Moment,
    Piece,
    Words,
    cut,
    escape,
    isolated,
    md,
    parts,
    person,
    plain,
    quoted,
    said,
    stamp,
)
from store.models import Answer, Entry, Person, Rating, Reply, Target, Ticket, TicketOrigin
from store.precedents import NONE, Precedents
from store.rules.lifecycle import OPEN, Status
from store.rules.policy import Policy

ENTRY: Final = 3000
KEEP: Final = "Send me a transcript"


def for_agent(
    ticket: Ticket,
    policy: Policy,
    *,
    targets: Sequence[Target],
    entries: Sequence[Entry],
    requester: Person | None,
    origin: TicketOrigin | None = None,
    vips: Container[str] = (),
    is_own: bool = False,
    belonging: Sequence[str] = (),
    ratings: Sequence[Rating] = (),
    precedents: Precedents = NONE,
    at: datetime,
) -> View:
    """Everything, notes included, with every button that makes sense now. An agent whose own
    ticket it is (`is_own`) can say, too, whether it is fixed. `belonging`, `vips`: as on
    the card.
    """
    lines = [
        facts.kind(ticket, policy),
        f"From {facts.asked_by(ticket, vips)}",
        facts.with_whom(ticket, policy),
        facts.due(ticket, targets, at=at, zone=policy.timezone),
        *facts.held_for(ticket),
        *belonging,
    ]
    blocks: list[Block] = [
        SectionBlock(text=plain(isolated(ticket.summary))),
        SectionBlock(text=md("\n".join(lines))),
        *([verdict(ticket)] if is_own and ticket.status == Status.RESOLVED else []),
        *_actions(ticket, policy),
        *_request(ticket, policy),
        *_reach(ticket, requester),
        *_came(ticket, origin),
        *_outcome(ticket, ratings),
        *alike(precedents),
        *_talk(entries),
    ]
    return modal(f"Ticket {ticket.number}", blocks, close="Done")


def for_requester(
    ticket: Ticket,
    policy: Policy,
    *,
    targets: Sequence[Target],
    conversation: Sequence[Reply | Answer],
    told: Sequence[str] = (),
    is_own: bool = True,
    may_add: bool = False,
    came_with: Sequence[Block] = (),
    at: datetime,
) -> View:
    """What was asked and said, what is promised, who is `told`, and the files that they may open
    (`came_with`). Holds no note, cause or fix. Whoever only watches (not `is_own`) is offered
    nothing that the requester's side decides.
    """
    if not all(isinstance(words, Reply | Answer) for words in conversation):
        raise TypeError("a requester never reads internal notes")
    lines = [
        f"{facts.status(ticket)} · {escape(facts.severity_name(policy, ticket.severity))}",
        facts.with_team(ticket, policy),
        facts.due(ticket, targets, at=at, zone=policy.timezone, named=policy.agents_named),
    ]
    blocks: list[Block] = [
        SectionBlock(text=plain(isolated(ticket.summary))),
        SectionBlock(text=md("\n".join(lines))),
        *_told(told),
        _own_buttons(ticket, may_add=may_add) if is_own else _watching(ticket),
        *_request(ticket, policy),
        *_talk(conversation, None if policy.agents_named else _team(ticket, policy)),
        *_files(came_with),
        ActionsBlock(elements=[buttons.button(Action.TRANSCRIPT, ticket, label=KEEP)]),
    ]
    return modal(f"Ticket {ticket.number}", blocks, close="Done")


def _files(came_with: Sequence[Block]) -> list[Block]:
    return [HeaderBlock(text=plain("Files")), *came_with] if came_with else []


def _told(people: Sequence[str]) -> list[Block]:
    """Everybody who hears of it, when that is not only the requester."""
    if not people[1:]:
        return []
    return [ContextBlock(elements=[md(f"Told: {', '.join(map(person, people))}")])]


def _watching(ticket: Ticket) -> ActionsBlock:
    add = buttons.button(Action.ADD, ticket, label="Add information")
    stop = buttons.button(Action.STOP_WATCHING, ticket, label=buttons.STOP_WATCHING)
    return ActionsBlock(elements=[add, stop] if ticket.status in OPEN else [stop])


def _own_buttons(ticket: Ticket, *, may_add: bool) -> ActionsBlock:
    if ticket.status == Status.RESOLVED:
        return verdict(ticket)
    if ticket.status in OPEN:
        add = buttons.button(Action.ADD, ticket, label="Add information")
        row = [add, buttons.button(Action.WHY, ticket)]
        if may_add:
            row.append(buttons.button(Action.ADD_AFFECTED, ticket, label=buttons.ALSO_AFFECTED))
        return ActionsBlock(elements=row)
    return ActionsBlock(elements=[buttons.button(Action.NOT_FIXED, ticket, label=CAME_BACK)])


def _actions(ticket: Ticket, policy: Policy) -> Iterator[Block]:
    """Every button that makes sense now, a row for each kind of thing that one does."""
    for group in buttons.GROUPS:
        if row := buttons.row(ticket, buttons.sensible(ticket, group, policy)):
            yield ActionsBlock(elements=row)


def _request(ticket: Ticket, policy: Policy) -> list[Block]:
    """The request as it was made, complete: long text fills several blocks."""
    opened = f"Opened {stamp(ticket.opened_at, policy.timezone)} by {person(ticket.requester)}"
    blocks: list[Block] = [DividerBlock(), ContextBlock(elements=[md(opened)])]
    blocks += [SectionBlock(text=plain(part)) for part in parts(ticket.details)]
    if ticket.urgency:
        blocks.append(said([Words("How urgent: ", bold=True), Words(ticket.urgency)]))
    return blocks + [_answer(asked, told) for asked, told in ticket.answers.items()]


def _answer(asked: str, told: str) -> Block:
    """A person chosen in the form shows as a mention; a look-alike typed by hand does too, which
    does no harm where nobody is notified.
    """
    if told.startswith("<@") and told.endswith(">"):
        return said([Words(f"{asked} ", bold=True), Mention(told[2:-1])])
    return said([Words(f"{asked} ", bold=True), Words(told)])


def _reach(ticket: Ticket, requester: Person | None) -> list[Block]:
    """Who they are and how to reach them."""
    known = [requester.title, requester.email, requester.timezone] if requester else []
    told = " · ".join(filter(None, [*known, ticket.contact]))
    return [ContextBlock(elements=[plain(f"Reach them: {told}")])] if told else []


def _came(ticket: Ticket, origin: TicketOrigin | None) -> list[Block]:
    """Through which door, when that is not the form."""
    told = facts.came(ticket, origin)
    return [ContextBlock(elements=[md(told)])] if told else []


def _outcome(ticket: Ticket, ratings: Sequence[Rating]) -> list[Block]:
    """How it was resolved, while that still stands, and what people thought of it."""
    if ticket.status in OPEN:
        return []
    told = (
        ("What was wrong", ticket.cause),
        ("Kind of cause", ticket.cause_kind),
        ("What was done", ticket.fix),
    )
    blocks: list[Block] = [
        said([Words(label, bold=True)], cut(words, ENTRY)) for label, words in told if words
    ]
    if ticket.fixed_by:
        blocks.append(said([Words("Fixed by ", bold=True), Mention(ticket.fixed_by)]))
    return blocks + [said(verdict_of(given)) for given in ratings]


def _team(ticket: Ticket, policy: Policy) -> Piece:
    return Words(facts.team_name(policy, ticket.team), bold=True)


def _talk(entries: Sequence[Entry], replier: Piece | None = None) -> list[Block]:
    """Everything said, oldest first; of a very long conversation the newest part. `replier` stands
    for every agent who replied.
    """
    if not entries:
        return []
    heading = HeaderBlock(text=plain("Conversation"))
    return [DividerBlock(), heading, *newest(entries, partial(_entry, replier))]


def _entry(replier: Piece | None, words: Entry) -> list[Block]:
    author = replier if replier and isinstance(words, Reply) else Mention(words.author)
    told: list[Piece] = [author, Words(f" {did(words)} "), Moment(words.at)]
    quote = [] if words.deleted_at else quoted(cut(words.text, ENTRY))
    return [said(told), *quote]
