"""Buttons that carry their ticket: every value ends in "<ticket>:<version>"."""

from collections.abc import Iterable
from typing import Final

from slack_sdk.models.blocks import (
    ButtonElement,
    InteractiveElement,
    Option,
    OptionGroup,
    StaticSelectElement,
)

from handlers.routes import Action
from handlers.views.words import plain
from store.models import Ticket
from store.rules.lifecycle import Status, Step, allowed
from store.rules.policy import Policy

LABELS: Final[dict[Action, str]] = {
    Action.CLAIM: "Claim",
    Action.REASSIGN: "Reassign",
    Action.ESCALATE: "Escalate",
    Action.RESOLVE: "Resolve",
    Action.REPLY: "Reply",
    Action.NOTE: "Add note",
    Action.HELP: "Ask for help",
    Action.CHANGE_SEVERITY: "Change severity",
    Action.CHANGE_TOPIC: "Change topic",
    Action.ASK: "Waiting on requester",
    Action.HOLD: "On hold",
    Action.RESUME: "Resume",
    Action.RELEASE: "Release",
    Action.CHECKLIST: "Checklist",
    Action.PEOPLE: "People…",
    Action.LINK: "Link or merge…",
    Action.SPLIT: "Split off…",
    Action.INCIDENT: "Major incident…",
    Action.CLOSE: "Close",
    Action.CONFIRM: "Record a confirmation",
    Action.REOPEN: "Reopen",
    Action.PROMISE: "Promise a later time",
    Action.WHY: "Why this deadline?",
    Action.HISTORY: "History",
    Action.TRANSCRIPT: "Transcript",
    Action.OPEN: "Open ticket",
}

STOP_WATCHING: Final = "Stop watching"
ALSO_AFFECTED: Final = "Somebody else has this too"

STEPS: Final[dict[Action, Step]] = {
    Action.CLAIM: Step.CLAIM,
    Action.REASSIGN: Step.ASSIGN,
    Action.ESCALATE: Step.ESCALATE,
    Action.RESOLVE: Step.RESOLVE,
    Action.REPLY: Step.REPLY,
    Action.NOTE: Step.NOTE,
    Action.PROMISE: Step.PROMISE,
    Action.CHANGE_SEVERITY: Step.CHANGE_SEVERITY,
    Action.CHANGE_TOPIC: Step.CHANGE_TOPIC,
    Action.ASK: Step.ASK,
    Action.HOLD: Step.HOLD,
    Action.RESUME: Step.RESUME,
    Action.RELEASE: Step.RELEASE,
    Action.CLOSE: Step.CLOSE,
    Action.CONFIRM: Step.CONFIRM,
    Action.REOPEN: Step.REOPEN,
}
"""The step behind each button: the lifecycle says when it makes sense."""

ON_CARD: Final = (Action.CLAIM, Action.REPLY, Action.RESOLVE, Action.REASSIGN, Action.ESCALATE)
GROUPS: Final = (
    ON_CARD,
    (Action.NOTE, Action.HELP, Action.ASK, Action.HOLD, Action.RESUME),
    (
        Action.CHANGE_SEVERITY, Action.CHANGE_TOPIC, Action.PROMISE, Action.CHECKLIST,
        Action.PEOPLE, Action.LINK, Action.SPLIT, Action.INCIDENT,
    ),
    (Action.RELEASE, Action.CLOSE, Action.CONFIRM, Action.REOPEN),
    (Action.WHY, Action.HISTORY, Action.TRANSCRIPT),
)  # fmt: skip
"""What an agent can do, as it is laid out: work, talk, arrange, let go, look up."""
IN_MENU: Final = (*(action for group in GROUPS[1:] for action in group), Action.OPEN)


def sensible(ticket: Ticket, actions: Iterable[Action], policy: Policy) -> list[Action]:
    """Those of the actions that the ticket's status allows now, and its topic knows."""
    status, absent = Status(ticket.status), set[Action]()
    if not policy.checklist(ticket.topic):
        absent.add(Action.CHECKLIST)
    if not policy.other_topics(ticket.topic):
        absent.add(Action.CHANGE_TOPIC)
    return [
        action
        for action in actions
        if action not in absent and (action not in STEPS or allowed(status, STEPS[action]))
    ]


def button(
    action: Action, ticket: Ticket, *, label: str | None = None, style: str | None = None
) -> ButtonElement:
    """One button about the ticket as it is drawn."""
    return ButtonElement(
        action_id=action,
        text=plain(label or LABELS[action]),
        value=f"{ticket.id}:{ticket.version}",
        style=style,
    )


def row(ticket: Ticket, actions: Iterable[Action]) -> list[InteractiveElement]:
    """A button for each; the step that is most likely next stands out."""
    likely = Action.CLAIM if ticket.status == Status.NEW else Action.RESOLVE
    return [
        button(action, ticket, style="primary" if action is likely else None) for action in actions
    ]


def more(ticket: Ticket, policy: Policy) -> StaticSelectElement:
    """Everything else that makes sense now (an overflow menu would hold five options only), and
    the canned replies, which go out as they are.
    """
    steps = [
        Option(value=f"{action}:{ticket.id}:{ticket.version}", text=plain(LABELS[action]))
        for action in sensible(ticket, IN_MENU, policy)
    ]
    replies = [
        Option(
            value=f"{Action.SEND_CANNED}:{each.key}:{ticket.id}:{ticket.version}",
            text=plain(each.name, 75),
        )
        for each in policy.canned.values()
    ]
    if not replies:
        return StaticSelectElement(action_id=Action.MORE, placeholder=plain("More…"), options=steps)
    groups = [
        OptionGroup(label=plain("This ticket"), options=steps),
        OptionGroup(label=plain("Reply at once, as it is"), options=replies),
    ]
    return StaticSelectElement(
        action_id=Action.MORE, placeholder=plain("More…"), option_groups=groups
    )
