"""Private answers to typed commands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock, HeaderBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.views import attention
from handlers.views.listing import A_PAGE, page, rows
from handlers.views.words import md, phrase, plain, said
from store.attention import Concern
from store.models import Ticket
from store.rules.policy import Policy

HELP: Final = (
    ("/ticket", "opens the form for a new ticket"),
    ("/ticket the printer is on fire", "the same, with the summary filled in"),
    ("/ticket list", "your open tickets"),
    ("/ticket attention", "for agents: what has to be looked at now, and why"),
    ("/ticket closed 30", "what was closed in the last 30 days; 7 without a number"),
    ("/ticket 42", "opens ticket #42"),
    ("/ticket why 42", "why ticket #42 is due when it is due"),
    ("/ticket transcript 42", "sends you ticket #42 as a file; add html for a web page"),
    ("/ticket find words", "finds tickets with these words"),
    ("/ticket away until friday", "no ticket is assigned to you by itself; /ticket back ends it"),
    ("/ticket solutions", "for agents: what is offered to people while they ask"),
    ("/ticket settings", "how much you want to hear"),
    ("/oncall", "who is on call, and changing shifts"),
)
HELP_TIP: Final = (
    "Your tickets are on my Home tab too. To add to one, answer in its thread in our messages."
)
ON_CALL_HELP: Final = (
    ("/oncall", "who is on call now and in the next two weeks; cover, take and swap shifts"),
    ("/oncall primary", "the same of one rota, by a part of its name"),
    ("/oncall drill", "for leads and admins: pages the whole chain, as a test"),
)
ON_CALL_TIP: Final = "Whoever is called answers with the buttons of the page itself."

Commands = Sequence[tuple[str, str]]


def help_text(commands: Commands) -> str:
    """Every command with what it does, on one line."""
    return "What you can type: " + "; ".join(f"{typed}: {does}" for typed, does in commands)


def help_blocks(commands: Commands, tip: str) -> list[Block]:
    """Every command with what it does."""
    lines = [f"`{typed}` · {does}" for typed, does in commands]
    return [SectionBlock(text=md("\n".join(lines))), ContextBlock(elements=[plain(tip)])]


def open_tickets(
    own: Sequence[Ticket],
    work: Sequence[Ticket] | None,
    policy: Policy,
    *,
    limit: int,
    at: datetime,
) -> list[Block]:
    """What the person has asked for and, for agents (`work`), what they look after."""
    blocks: list[Block] = []
    if work is not None:
        shown = rows(work[:limit], policy, at=at, none="You have no ticket now.", to_agent=True)
        blocks += [HeaderBlock(text=plain("Assigned to you")), *shown, *_more(work, limit)]
    shown = rows(own[:limit], policy, at=at, none="You have no open ticket.")
    return [*blocks, HeaderBlock(text=plain("Your open tickets")), *shown, *_more(own, limit)]


def needing(concerns: Sequence[Concern]) -> Block:
    """For agents, above their tickets."""
    return ContextBlock(elements=[plain(attention.count(concerns))])


def count_text(own: Sequence[Ticket], work: Sequence[Ticket] | None) -> str:
    """The list in a few words."""
    told = f"You have {len(own)} open ticket{'s' if len(own) != 1 else ''}"
    return f"{told}, and {len(work)} assigned to you." if work else f"{told}."


def closed(
    tickets: Sequence[Ticket],
    policy: Policy,
    *,
    days: int,
    first: int,
    at: datetime,
    to_agent: bool,
) -> View:
    """A page of what was closed in these days, the latest first, from the `first` on; one ticket
    more than a page holds says that there are more.
    """
    title = HeaderBlock(text=plain(f"Closed in the last {days} day{'s' if days != 1 else ''}"))
    none = "Nothing was closed in that time. /ticket closed 90 looks further back."
    shown = rows(tickets[:A_PAGE], policy, at=at, none=none, to_agent=to_agent)
    more = len(tickets) > A_PAGE
    return page("Closed tickets", [title, *shown], turns=f"closed:{days}", first=first, more=more)


def found(
    words: str,
    tickets: Sequence[Ticket],
    policy: Policy,
    *,
    limit: int,
    at: datetime,
    to_agent: bool,
) -> list[Block]:
    """What a search found, newest first."""
    title = said(phrase("Tickets with *{words}*:", words=words))
    none = "None that you can see. Try fewer words, or open a ticket with /ticket."
    shown = rows(tickets[:limit], policy, at=at, none=none, to_agent=to_agent)
    return [title, *shown, *_more(tickets, limit)]


def found_text(tickets: Sequence[Ticket], *, limit: int) -> str:
    """The result in a few words."""
    if not tickets:
        return "Nothing found."
    return f"{len(tickets)} found." if len(tickets) <= limit else f"More than {limit} found."


def _more(tickets: Sequence[Ticket], limit: int) -> list[Block]:
    if len(tickets) <= limit:
        return []
    return [ContextBlock(elements=[plain("There are more. /ticket find words narrows it down.")])]
