"""Tickets in a list: two blocks each, the first with a button that opens it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.form import modal
from handlers.views.words import escape, md, person, plain, stamp
from store.models import Ticket
from store.rules.policy import Policy

A_PAGE: Final = 20
"""Tickets on a page: two blocks each, and a modal holds a hundred."""


def rows(
    tickets: Sequence[Ticket],
    policy: Policy,
    *,
    at: datetime,
    none: str = "Nothing here.",
    to_agent: bool = False,
    why: Mapping[int, str] = MappingProxyType({}),
) -> list[Block]:
    """The tickets in the order given; `none` says that there are none. `to_agent`: the
    reader works tickets, and may know who has which, and when something happened last. `why`: our
    words, by ticket, that come first.
    """
    if not tickets:
        return [ContextBlock(elements=[plain(none)])]
    return [
        block
        for ticket in tickets
        for block in _row(ticket, policy, at, to_agent=to_agent, why=why.get(ticket.id, ""))
    ]


def page(
    title: str,
    listed: Sequence[Block],
    *,
    turns: str,
    first: int,
    more: bool,
) -> View:
    """A modal with a page of a list that begins with its `first` ticket, and the ways to the pages
    before and behind; `turns` names the list to the listener.
    """
    back = [_turn("Back", f"{turns}:{max(0, first - A_PAGE)}")] if first else []
    on = [_turn("Next", f"{turns}:{first + A_PAGE}")] if more else []
    buttons = [ActionsBlock(elements=[*back, *on])] if back or on else []
    return modal(title, [*listed, *buttons], close="Done")


def _turn(label: str, value: str) -> ButtonElement:
    return ButtonElement(action_id=f"{Action.TURN_PAGE}:{label}", text=plain(label), value=value)


def _row(ticket: Ticket, policy: Policy, at: datetime, *, to_agent: bool, why: str) -> list[Block]:
    who = person(ticket.assignee) if ticket.assignee else "nobody yet"
    if not (to_agent or policy.agents_named):
        who = escape(facts.team_name(policy, ticket.team))
    told = (
        f"{why}{facts.status(ticket)} · {facts.severity(policy, ticket.severity)} · {who} · "
        f"from {person(ticket.requester)}{_when(ticket, policy, at)}"
    )
    if to_agent:
        told += f" · last update {stamp(ticket.changed_at, policy.timezone)}"
    named = SectionBlock(
        text=plain(facts.title(ticket)),
        accessory=button(Action.OPEN, ticket, label="Open"),
    )
    return [named, ContextBlock(elements=[md(told)])]


def _when(ticket: Ticket, policy: Policy, at: datetime) -> str:
    zone = policy.timezone
    if ticket.closed_at is not None:
        return f" · {stamp(ticket.closed_at, zone)}"
    if ticket.next_due_at is None:
        return ""
    late = " :alarm_clock: *overdue since*" if ticket.next_due_at <= at else " due"
    return f" ·{late} {stamp(ticket.next_due_at, zone)}"
