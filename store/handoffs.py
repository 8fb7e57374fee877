"""The messages that hand a ticket on, once their question is answered: the buttons go."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from store import outbox
from store.audit import Event
from store.database import DeskSession
from store.kinds import Audience, Kind, Priority, Tell, handoff_role
from store.models import AuditEvent
from store.surroundings import HandedOn

HANDOVERS: Final = (Event.ASSIGNED, Event.HANDED_TO_TEAM, Event.ESCALATED)
SETTLING: Final = (*HANDOVERS, Event.ACCEPTED, Event.HANDED_BACK, Event.CLAIMED, Event.RELEASED)
"""After these an earlier hand-over waits for no answer."""
_ANSWERING: Final = (
    *SETTLING, Event.RESOLVED, Event.CONFIRMED, Event.CLOSED, Event.CLOSED_QUIET,
)  # fmt: skip


def settle(session: DeskSession, event: AuditEvent, posted: Sequence[HandedOn]) -> None:
    """The hand-over before this event is answered by it: its messages, which are among those
    `posted` for the ticket, are drawn anew.
    """
    if event.kind not in _ANSWERING:
        return
    before = _before(session, event) if posted else None
    for each in posted:
        if each.role == handoff_role(before or 0):
            _redraw(session, each, before or 0, event)


def _before(session: DeskSession, event: AuditEvent) -> int | None:
    return session.scalar(
        select(AuditEvent.id)
        .where(
            AuditEvent.ticket_id == event.ticket_id,
            AuditEvent.kind.in_(_ANSWERING),
            AuditEvent.seq < event.seq,
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )


def _redraw(session: DeskSession, posted: HandedOn, handover: int, event: AuditEvent) -> None:
    is_person = posted.channel[0] in "UW"
    about: dict[str, Any] = {"tell": Tell.ASSIGNED.value} if is_person else {}
    outbox.add(
        session,
        Kind.HANDOFF_REDRAW,
        audience=Audience.AGENTS,
        channel=posted.channel,
        lane=f"{posted.role}:{posted.channel}:redraw",
        at=event.at,
        priority=Priority.REDRAW,
        ticket_id=event.ticket_id,
        event=handover,
        **about,
    )
