"""How a ticket ended and what came of it, in words, for agents."""

from collections.abc import Callable
from typing import Any, Final

from handlers.views.words import Piece, Words
from store.models import AuditEvent
from store.rules.policy import Policy

Who = Callable[[str], Piece]

_RESOLUTION: Final = {
    "cause": "What was wrong",
    "cause_kind": "Kind of cause",
    "fix": "What was done",
}
_HOW: Final = {
    "in_person": "in person",
    "phone": "by phone",
    "email": "by e-mail",
    "chat": "in another conversation",
}


def resolution(event: AuditEvent) -> list[str]:
    """What was written down when it was resolved."""
    told = ((label, _to(event, field)) for field, label in _RESOLUTION.items())
    return [f"{label}: {words}" for label, words in told if words]


def resolved(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Who fixed it may be somebody else than whoever writes it down."""
    told, fixer = [who(event.actor), Words(" resolved it")], _to(event, "fixed_by")
    return [*told, Words("; fixed by "), who(fixer)] if fixer not in {None, event.actor} else told


def confirmed(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """By the requester's side with a button, or elsewhere, as an agent recorded it."""
    person, how = _to(event, "person"), _to(event, "how")
    if how == "tested":
        return [who(event.actor), Words(" tested it and recorded that it is fixed: closed")]
    if person is None:
        return [who(event.actor), Words(" confirmed that it is fixed: closed")]
    told: list[Piece] = [who(event.actor), Words(" recorded that "), who(person)]
    return [*told, Words(f" confirmed {_HOW.get(how, 'elsewhere')} that it is fixed: closed")]


def continued(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """It came back too late to be reopened."""
    told = [who(event.actor), Words(" needs it again, too late to reopen it: it goes on as ")]
    return [*told, Words(f"#{_to(event, 'successor')}", bold=True)]


def rated(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Without the number where the policy keeps that from the agents."""
    stars = _to(event, "stars")
    told = [who(event.actor), Words(" rated how it went")]
    return [*told, Words(": "), Words(f"{stars} of 5", bold=True)] if stars else told


def _to(event: AuditEvent, field: str) -> Any:
    """What the field became; changes are kept as [from, to]."""
    return (event.changes.get(field) or [None, None])[1]
