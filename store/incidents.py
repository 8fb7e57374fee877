"""Major incidents: one trouble of many. What is known of them, and how word of them spreads.

The changes are in `together`. Whatever reaches the linked tickets does so through an alarm of each,
so that a hundred of them hold up nobody, and each hears once.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, text

from store import access, bulk, links, outbox
from store.database import DeskSession
from store.kinds import ANNOUNCED_ROLE, Audience, Kind, Priority
from store.models import (
    Alarm,
    AlarmKind,
    AlarmState,
    AuditEvent,
    Entry,
    Incident,
    LinkKind,
    Ticket,
    TicketLink,
)
from store.rules.lifecycle import OPEN


class Known(NamedTuple):
    """What anybody may know of an incident."""

    ticket: int
    title: str
    since: datetime
    linked: int


def of(session: DeskSession, ticket_id: int) -> Incident | None:
    """What the ticket stands for, if it is a major incident."""
    incident = session.get(Incident, ticket_id)
    return incident if incident and incident.ended_at is None else None


def known(session: DeskSession, viewer: str) -> list[Known]:
    """The incidents that are being worked on, the latest first; a private one for its team."""
    linked = (
        select(func.count())
        .where(
            TicketLink.other_id == Incident.ticket_id,
            TicketLink.kind == LinkKind.INCIDENT,
            TicketLink.ended_at.is_(None),
        )
        .scalar_subquery()
    )
    found = session.execute(
        select(Ticket, Incident, linked)
        .join(Incident, Incident.ticket_id == Ticket.id)
        .where(text("incident.ended_at IS NULL"), Ticket.status.in_([s.value for s in OPEN]))
        .order_by(Ticket.id.desc())
    )
    return [
        Known(ticket.id, incident.title, incident.declared_at, count)
        for ticket, incident, count in found
        if not access.is_private(session, ticket) or access.may_work(session, ticket, viewer)
    ]


def announce(
    session: DeskSession,
    ticket: Ticket,
    incident: Incident,
    what: str,
    *,
    at: datetime,
    said: Entry | None = None,
) -> None:
    """Promise to say it in the incident's channel, if it has one: `declared` begins a thread there,
    in which `update`, `resolved` and `withdrawn` go on.
    """
    if incident.channel is None:
        return
    outbox.add(
        session,
        Kind.ANNOUNCE,
        audience=Audience.REQUESTER,
        channel=incident.channel,
        at=at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=None if what == "declared" else ANNOUNCED_ROLE,
        what=what,
        entry=said and said.id,
    )


def ended(session: DeskSession, ticket: Ticket, event: AuditEvent, said: Entry | None) -> None:
    """The ticket was resolved; if it is a major incident, what is linked to it will be, too."""
    incident = of(session, ticket.id)
    if incident is None:
        return
    announce(session, ticket, incident, "resolved", at=event.at, said=said)
    pass_on(session, ticket.id, AlarmKind.INCIDENT_END, subject=str(event.id), at=event.at)


def pass_on(
    session: DeskSession, ticket_id: int, kind: AlarmKind, *, subject: str, at: datetime
) -> int:
    """Let every linked ticket hear of it, each in a transaction of its own. Return how many."""
    linked = [link.ticket_id for link in links.to(session, ticket_id, LinkKind.INCIDENT)]
    rows = [
        {
            "ticket_id": number,
            "kind": kind,
            "subject": subject,
            "state": AlarmState.ARMED,
            "due_at": at,
        }
        for number in linked
    ]
    bulk.insert_many(session, Alarm, rows)
    return len(rows)
