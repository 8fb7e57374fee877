"""What became of a message that Slack did not take, in words, for agents."""

from collections.abc import Callable
from typing import Any

from handlers.views.words import Piece, Words
from store.models import AuditEvent
from store.rules.policy import Policy

Who = Callable[[str], Piece]


def refused(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Slack will not take it."""
    return [
        Words("Slack refused a message to "),
        *_where(event, who),
        Words(f" ({_to(event, 'error')}); the admins know"),
    ]


def retried(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Somebody wants it sent after all: at a terminal, or an admin in Slack."""
    operator = _to(event, "operator")
    return [
        Words(f"{operator}, an operator,") if operator else who(event.actor),
        Words(" had a message to "),
        *_where(event, who),
        Words(" sent again"),
    ]


def dropped(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Somebody with a terminal gave it up."""
    return [
        Words(f"{_to(event, 'operator')}, an operator, dropped a message to "),
        *_where(event, who),
        Words(f": {_to(event, 'reason')}"),
    ]


def _where(event: AuditEvent, who: Who) -> list[Piece]:
    place = str(_to(event, "channel"))
    return [who(place)] if place[0] in "UW" else [Words(f"channel {place}")]


def _to(event: AuditEvent, field: str) -> Any:
    """What the field became; changes are kept as [from, to]."""
    return (event.changes.get(field) or [None, None])[1]
