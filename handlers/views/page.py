"""A page: the call that wants an acknowledgement."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock, SectionBlock

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.card import call_state, headline
from handlers.views.words import Words, cut, escape, isolated, md, moment, person, plain, said
from store.audit import DESK
from store.calling import is_drill
from store.models import Page, PageState, Ring, RingAnswer, Ticket
from store.rules.paging import patience
from store.rules.policy import Level, Policy

ACKNOWLEDGE: Final = "Acknowledge"
_ANSWERS: Final = (
    (Action.ACKNOWLEDGE, ACKNOWLEDGE, "primary"),
    (Action.DECLINE, "Can't take it", None),
    (Action.CALL_NEXT, "Escalate", None),
)
_LONG: Final = 600
"""Characters of each thing that the requester wrote; the rest is in the ticket."""

_AGAIN: Final = ":repeat: You were called again since: the newer message shows how it stands."
_DRILL: Final = (
    ":test_tube: *This is a drill.* Nothing is broken; please answer as if it were real."
)


def page_call(
    page: Page, ticket: Ticket, policy: Policy, *, calls: Sequence[Ring], hidden: bool = False
) -> list[Block]:
    """The call as it stands: ringing with its buttons, answered, or over.

    `calls` are the last ones: whom it is ringing now, or the desk where that is nobody. `hidden`:
    without what it is about, where a private ticket is paged before people who may not know.
    """
    if hidden:
        return _without_words(page, ticket, policy, calls)
    drill = is_drill(ticket)
    about = [_DRILL] if drill else [facts.kind(ticket, policy)]
    lines = [*about, f"From {facts.asked_by(ticket)}", _standing(page, calls, policy, drill=drill)]
    blocks: list[Block] = [headline(ticket), SectionBlock(text=md("\n".join(lines)))]
    if page.state == PageState.RINGING and not drill:
        blocks += _words(ticket)
    return [*blocks, ActionsBlock(elements=_elements(page, ticket, calls))]


def called_again(ticket: Ticket, policy: Policy) -> list[Block]:
    """In place of a call once the same person is called anew."""
    return [headline(ticket), SectionBlock(text=md(f"{facts.kind(ticket, policy)}\n{_AGAIN}"))]


def notification(
    page: Page, ticket: Ticket, policy: Policy, *, hidden: bool = False, again: bool = False
) -> str:
    """What wakes somebody up; `again`: what has been repeated since."""
    name = "Drill" if is_drill(ticket) else facts.severity_name(policy, ticket.severity)
    state = {
        PageState.RINGING: "Please acknowledge",
        PageState.ACKNOWLEDGED: "Acknowledged",
        PageState.STOPPED: "Over",
    }[PageState(page.state)]
    about = "private" if hidden else isolated(ticket.summary)
    state = "Called again" if again else state
    return escape(f"{state} · {name} · ticket {ticket.number}: {about}")


def _words(ticket: Ticket) -> list[Block]:
    """What the requester wrote."""
    details: list[Block] = (
        [SectionBlock(text=plain(ticket.details, _LONG))] if ticket.details else []
    )
    return details + [
        said([Words(f"{asked} ", bold=True), Words(cut(answer, _LONG))])
        for asked, answer in facts.answers(ticket)
    ]


def _without_words(
    page: Page, ticket: Ticket, policy: Policy, calls: Sequence[Ring]
) -> list[Block]:
    lines = [
        f"{facts.status(ticket)} · {facts.severity(policy, ticket.severity)}",
        "Its topic is private: whoever is called sees it in their messages.",
        _standing(page, calls, policy),
    ]
    return [
        HeaderBlock(text=plain(f"{ticket.number} · private")),
        SectionBlock(text=md("\n".join(lines))),
        ActionsBlock(elements=_elements(page, ticket, calls)),
    ]


def _standing(page: Page, calls: Sequence[Ring], policy: Policy, *, drill: bool = False) -> str:
    if page.acknowledged_by is not None and page.acknowledged_at is not None:
        when = moment(page.acknowledged_at, policy.timezone)
        return f":white_check_mark: Acknowledged by {person(page.acknowledged_by)} {when}"
    if page.state == PageState.STOPPED and drill:
        return ":white_check_mark: The drill is over"
    if page.state == PageState.STOPPED:
        return ":white_check_mark: It stopped: nobody is needed any more"
    people = [ring for ring in calls if ring.person != DESK]
    calling = _calling(people, _level(people, policy), policy)
    return "\n".join(filter(None, (_again(page, policy), calling)))


def _again(page: Page, policy: Policy) -> str:
    if page.expired_at is None:
        return ""
    when = moment(page.expired_at, policy.timezone)
    return f":repeat: It rings again since {when}: it was acknowledged, then nobody went on."


def _calling(calls: Sequence[Ring], level: Level | None, policy: Policy) -> str:
    wait = patience(policy.on_call, level)
    if not calls:
        minutes = int(wait.total_seconds()) // 60
        return (
            f":rotating_light: *Nobody is on call.* Please press *{ACKNOWLEDGE}*; otherwise it is "
            f"tried again after {minutes} min."
        )
    whom = f"Calling {', '.join(call_state(ring) for ring in calls)}."
    if level is not None and level.all_must_ack and len(calls) > 1:
        heard = sum(ring.answer == RingAnswer.ACKNOWLEDGED for ring in calls)
        whom += f" *Everybody* called has to answer ({heard} of {len(calls)} have)."
    when = moment(max(ring.at for ring in calls) + wait, policy.timezone)
    return (
        f":rotating_light: {whom} Please press *{ACKNOWLEDGE}*; otherwise the next one is called "
        f"{when}."
    )


def _level(calls: Sequence[Ring], policy: Policy) -> Level | None:
    called = calls[0].level if calls else None
    return next((level for level in policy.on_call.chain if str(level) == called), None)


def _elements(page: Page, ticket: Ticket, calls: Sequence[Ring]) -> list[ButtonElement]:
    """Whoever has it may still find that they can't, or want the next one too. Each carries the
    page and the last turn, so that two who want the next one call one.
    """
    value = f"{page.id}:{max((ring.turn for ring in calls), default=0)}"
    offered = {
        PageState.RINGING: _ANSWERS,
        PageState.ACKNOWLEDGED: () if is_drill(ticket) else _ANSWERS[1:],
        PageState.STOPPED: (),
    }[PageState(page.state)]
    pressed = [
        ButtonElement(action_id=action, text=plain(label), value=value, style=style)
        for action, label, style in offered
    ]
    return [*pressed, button(Action.OPEN, ticket)]
