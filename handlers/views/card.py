"""The card: the one live message that shows a ticket to its agents, at a glance, on a phone."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, HeaderBlock, SectionBlock

from handlers.views import buttons, facts
from handlers.views.words import cut, escape, isolated, md, person, plain, stamp
from store.models import Page, PageState, Ring, RingAnswer, Target, Ticket, TicketOrigin
from store.rules.lifecycle import OPEN
from store.rules.policy import Policy

GLANCE: Final = 140
"""Characters of the request and of its answers on the card; the rest is in the ticket."""


def card(
    ticket: Ticket,
    policy: Policy,
    *,
    targets: Sequence[Target],
    page: Page | None,
    calls: Sequence[Ring] = (),
    belonging: Sequence[str] = (),
    origin: TicketOrigin | None = None,
    vips: Container[str] = (),
    at: datetime,
) -> list[Block]:
    """The ticket as it is now, with the buttons that make sense now.

    `calls` are the last ones of the page; `belonging` tells of its people and of other tickets;
    `vips` are marked.
    """
    zone = policy.timezone
    lines = [
        facts.kind(ticket, policy),
        f"From {facts.asked_by(ticket, vips)}",
        facts.with_whom(ticket, policy),
        facts.due(ticket, targets, at=at, zone=zone),
        *facts.held_for(ticket),
        *belonging,
        *_paging(page, calls),
    ]
    opened = [f"Opened {stamp(ticket.opened_at, zone)}", facts.came(ticket, origin)]
    return [
        headline(ticket),
        SectionBlock(text=md("\n".join(lines))),
        *_asked(ticket),
        ContextBlock(elements=[md(told) for told in opened if told]),
        _actions(ticket, policy, at),
    ]


def _asked(ticket: Ticket) -> list[Block]:
    """The beginning of the request, and the answers to its topic's questions, while it is open."""
    if ticket.status not in OPEN:
        return []
    answers = " · ".join(f"{asked} {told}" for asked, told in facts.answers(ticket))
    told = [isolated(cut(" ".join(words.split()), GLANCE)) for words in (ticket.details, answers)]
    return [SectionBlock(text=plain("\n".join(filter(None, told))))] if any(told) else []


def moved(ticket: Ticket, policy: Policy) -> list[Block]:
    """What stays in a channel whose team no longer has the ticket: where it went."""
    team = policy.team(ticket.team)
    gone = f"Now with *{escape(team.name)}* in <#{team.channel}>."
    return [headline(ticket), SectionBlock(text=md(f":arrow_right: {gone}"))]


def headline(ticket: Ticket) -> HeaderBlock:
    """Number and summary; a header holds 150 characters."""
    return HeaderBlock(text=plain(facts.title(ticket), 150))


def notification(ticket: Ticket, policy: Policy) -> str:
    """The card in one line."""
    told = f"Ticket {ticket.number} · {facts.severity_name(policy, ticket.severity)}"
    return escape(f"{told}: {isolated(ticket.summary)}")


def _actions(ticket: Ticket, policy: Policy, at: datetime) -> ActionsBlock:
    """A new block id each time: Slack resets a menu only when its block's id changes."""
    return ActionsBlock(
        block_id=f"card-{ticket.id}-{ticket.version}-{int(at.timestamp() * 1000)}",
        elements=[
            *buttons.row(ticket, buttons.sensible(ticket, buttons.ON_CARD, policy)),
            buttons.more(ticket, policy),
        ],
    )


def _paging(page: Page | None, calls: Sequence[Ring]) -> list[str]:
    if page is None or page.state == PageState.STOPPED:
        return []
    if page.acknowledged_by is not None:
        return [f":rotating_light: Page acknowledged by {person(page.acknowledged_by)}"]
    called = ", ".join(call_state(ring) for ring in calls) or "the on-call channel"
    heard = any(ring.answer == RingAnswer.ACKNOWLEDGED for ring in calls)
    missing = "not everybody has acknowledged yet" if heard else "nobody has acknowledged yet"
    again = " again: the acknowledgement expired" if page.expired_at else ""
    return [f":rotating_light: *Paging* {called}{again} · {missing}"]


def call_state(ring: Ring) -> str:
    """Who was called, and what is known of that call."""
    states = {RingAnswer.ACKNOWLEDGED: "acknowledged", RingAnswer.DECLINED: "can't"}
    told = states[RingAnswer(ring.answer)] if ring.answer else ring.delivered_at and "delivered"
    return f"{person(ring.person)} ({told})" if told else person(ring.person)
