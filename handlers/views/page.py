"""A page: the call that wants an acknowledgement."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.card import headline
from handlers.views.words import cut, escape, isolated, md, moment, person, plain
from store.models import Page, PageState, Ticket
from store.rules.policy import Policy

ACKNOWLEDGE: Final = "Acknowledge"


def page_call(page: Page, ticket: Ticket, policy: Policy, *, rung: Sequence[str]) -> list[Block]:
    """The call as it stands: ringing with its button, answered, or over."""
    lines = [
        facts.kind(ticket, policy),
        f"From {facts.asked_by(ticket)}",
        _standing(page, rung, policy),
    ]
    blocks: list[Block] = [headline(ticket), SectionBlock(text=md("\n".join(lines)))]
    if page.state == PageState.RINGING:
        blocks.append(SectionBlock(text=plain(cut(ticket.details, 600) or ticket.summary)))
    return [*blocks, ActionsBlock(elements=_elements(page, ticket))]


def notification(page: Page, ticket: Ticket, policy: Policy) -> str:
    """What wakes somebody up."""
    name = facts.severity_name(policy, ticket.severity)
    state = {
        PageState.RINGING: "Please acknowledge",
        PageState.ACKNOWLEDGED: "Acknowledged",
        PageState.STOPPED: "Over",
    }[PageState(page.state)]
    return escape(f"{state} · {name} · ticket {ticket.number}: {isolated(ticket.summary)}")


def _standing(page: Page, rung: Sequence[str], policy: Policy) -> str:
    if page.acknowledged_by is not None and page.acknowledged_at is not None:
        when = moment(page.acknowledged_at, policy.timezone)
        return f":white_check_mark: Acknowledged by {person(page.acknowledged_by)} {when}"
    if page.state == PageState.STOPPED:
        return ":white_check_mark: It stopped: nobody is needed any more"
    called = ", ".join(person(user) for user in rung)
    whom = f"Calling {called}." if called else "*Nobody is on call.*"
    return (
        f":rotating_light: {whom} Please press *{ACKNOWLEDGE}*; "
        f"otherwise the next one is called after {policy.on_call.ack_minutes} min."
    )


def _elements(page: Page, ticket: Ticket) -> list[ButtonElement]:
    if page.state != PageState.RINGING:
        return [button(Action.OPEN, ticket)]
    acknowledge = ButtonElement(
        action_id=Action.ACKNOWLEDGE, text=plain(ACKNOWLEDGE), value=str(page.id), style="primary"
    )
    return [acknowledge, button(Action.OPEN, ticket)]
