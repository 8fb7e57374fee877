"""Tickets in a list: two blocks each, the first with a button that opens it."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ContextBlock, SectionBlock

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.words import escape, md, moment, person, plain
from store.models import Ticket
from store.rules.policy import Policy


def rows(
    tickets: Sequence[Ticket],
    policy: Policy,
    *,
    at: datetime,
    none: str = "Nothing here.",
    to_agent: bool = False,
) -> list[Block]:
    """The tickets in the order given; `none` says that there are none. `to_agent`: the
    reader works tickets, and may know who has which.
    """
    if not tickets:
        return [ContextBlock(elements=[plain(none)])]
    return [block for ticket in tickets for block in _row(ticket, policy, at, to_agent=to_agent)]


def _row(ticket: Ticket, policy: Policy, at: datetime, *, to_agent: bool) -> list[Block]:
    who = person(ticket.assignee) if ticket.assignee else "nobody yet"
    if not (to_agent or policy.agents_named):
        who = escape(facts.team_name(policy, ticket.team))
    told = (
        f"{facts.status(ticket)} · {facts.severity(policy, ticket.severity)} · {who} · "
        f"from {person(ticket.requester)}{_when(ticket, policy, at)}"
    )
    named = SectionBlock(
        text=plain(facts.title(ticket)),
        accessory=button(Action.OPEN, ticket, label="Open"),
    )
    return [named, ContextBlock(elements=[md(told)])]


def _when(ticket: Ticket, policy: Policy, at: datetime) -> str:
    zone = policy.timezone
    if ticket.closed_at is not None:
        return f" · {moment(ticket.closed_at, zone)}"
    if ticket.next_due_at is None:
        return ""
    late = " :alarm_clock: *overdue since*" if ticket.next_due_at <= at else " due"
    return f" ·{late} {moment(ticket.next_due_at, zone)}"
