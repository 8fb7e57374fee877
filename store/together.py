"""Tickets that belong together: a major incident with all that is about it, and links undone.

Two tickets are locked in the order of their numbers. Of the other ticket, people hear its number
at most; of an incident, the title that it was given for everybody.
"""

from datetime import datetime

from store import (
    access,
    audit,
    change,
    conversation,
    incidents,
    links,
    outbox,
    resolution,
    targets,
    telling,
)
from store.alarms import Rung
from store.audit import Event
from store.database import DeskSession
from store.kinds import News
from store.models import (
    AlarmKind,
    AuditEvent,
    Entry,
    Incident,
    LinkKind,
    Reply,
    Ticket,
    TicketLink,
)
from store.rules.errors import InvalidFields, Refused, TicketNotFound
from store.rules.lifecycle import OPEN, Status
from store.rules.sentences import together as say

TITLE_LENGTH = 150


def declare(
    session: DeskSession,
    ticket_id: int,
    *,
    title: str,
    channel: str | None = None,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Incident:
    """The ticket stands for a trouble of many from now on; the title is for everybody's eyes.
    InvalidFields: `title`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    title = " ".join(title.split())
    if not 0 < len(title) <= TITLE_LENGTH:
        raise InvalidFields({"title": say.title(TITLE_LENGTH)})
    require_declarable(session, ticket)
    incident = session.merge(
        Incident(
            ticket_id=ticket.id, title=title, channel=channel,
            declared_by=by, declared_at=at, ended_at=None,
        )
    )  # fmt: skip
    event = audit.record(
        session, ticket, Event.INCIDENT_DECLARED, by=by, at=at, title=title, channel=channel
    )
    change.announce(session, ticket, event)
    incidents.announce(session, ticket, incident, "declared", at=at)
    return incident


def withdraw(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> None:
    """It was no major incident after all: every ticket linked to it is on its own again."""
    linked = links.to(session, ticket_id, LinkKind.INCIDENT)
    numbers = sorted({ticket_id, *(link.ticket_id for link in linked)})
    found = {number: change.locked(session, number) for number in numbers}
    ticket = change.for_agent(session, ticket_id, by)
    incident = _incident(session, ticket)
    for link in linked:
        _undo(session, found[link.ticket_id], ticket, link, by=by, at=at)
    incidents.announce(session, ticket, incident, "withdrawn", at=at)
    incident.ended_at = at
    event = audit.record(session, ticket, Event.INCIDENT_WITHDRAWN, by=by, at=at)
    change.announce(session, ticket, event)


def link_to_incident(
    session: DeskSession, ticket_id: int, incident_id: int, *, by: str, at: datetime
) -> None:
    """The ticket is part of the incident: its requester's side hears of every update, and of the
    end, on their own ticket.
    """
    ticket, other = both(session, ticket_id, incident_id, by=by)
    incident = _incident(session, other)
    if incidents.of(session, ticket.id) is not None:
        raise Refused(say.incident_itself(ticket.id))
    if ticket.status not in OPEN or other.status not in OPEN:
        over = ticket if ticket.status not in OPEN else other
        raise Refused(say.over_already(over.id, Status(over.status).label))
    links.add(session, ticket, other, LinkKind.INCIDENT, by=by, at=at)
    tell_linked(session, ticket, other, Event.LINKED, LinkKind.INCIDENT, by=by, at=at)
    telling.news(session, ticket, News.LINKED, at=at, incident=incident.ticket_id)


def unlink(session: DeskSession, ticket_id: int, kind: LinkKind, *, by: str, at: datetime) -> None:
    """The ticket no longer leads there. A merge is undone by `merging.unmerge`."""
    link = links.from_(session, ticket_id, kind)
    if link is None:
        raise Refused(say.leads_nowhere(ticket_id))
    ticket, other = both(session, ticket_id, link.other_id, by=by)
    _undo(session, ticket, other, link, by=by, at=at)


def update(session: DeskSession, ticket_id: int, *, text: str, by: str, at: datetime) -> int:
    """Tell the requesters of the incident and of all that is linked to it. Return how many linked
    tickets hear of it. InvalidFields: `text`.
    """
    ticket = change.for_agent(session, ticket_id, by)
    incident = _incident(session, ticket)
    said = _write(session, ticket, incident, conversation.worded(text), by=by, at=at)
    count = incidents.pass_on(
        session, ticket_id, AlarmKind.INCIDENT_UPDATE, subject=str(said.id), at=at
    )
    event = audit.record(
        session, ticket, Event.INCIDENT_UPDATED, by=by, at=at, entry=said.id, linked=count
    )
    outbox.line(session, ticket, event)
    incidents.announce(session, ticket, incident, "update", at=at, said=said)
    return count


def pass_update(session: DeskSession, ticket: Ticket, alarm: Rung, at: datetime) -> None:
    """An update of its incident reaches a linked ticket, unless it was unlinked meanwhile."""
    said = session.get_one(Entry, int(alarm.subject))
    if ticket.status not in OPEN or not _is_part(session, ticket, said.ticket_id):
        return
    incident = session.get_one(Incident, said.ticket_id)
    _write(session, ticket, incident, said.text, by=said.author, at=at)


def pass_end(session: DeskSession, ticket: Ticket, alarm: Rung, at: datetime) -> None:
    """The incident is resolved, and with it a linked ticket; each requester is asked for theirs.
    Nothing if the incident came back meanwhile, or the ticket was unlinked.
    """
    event = session.get_one(AuditEvent, int(alarm.subject))
    incident = session.get_one(Ticket, event.ticket_id)
    if incident.status in OPEN or ticket.status not in OPEN:
        return
    if not _is_part(session, ticket, incident.id):
        return
    entry = (event.changes.get("entry") or [None, None])[1]
    resolution.resolve(
        session, ticket.id, cause=incident.cause or "", fix=incident.fix or "",
        cause_kind=incident.cause_kind, fixed_by=incident.fixed_by,
        reply=session.get_one(Entry, entry).text if entry else None,
        by=event.actor, at=at, with_incident=True,
    )  # fmt: skip


def _write(
    session: DeskSession, ticket: Ticket, incident: Incident, text: str, *, by: str, at: datetime
) -> Reply:
    """A reply on this ticket, which counts as an answer but claims nothing."""
    said = Reply(text=text, author=by, at=at)
    change.say(session, ticket, said)
    audit.record(session, ticket, Event.REPLIED, by=by, at=at, entry=said.id)
    targets.replied(session, ticket, at=at)
    outbox.redraw(session, ticket, at=at)
    telling.news(
        session, ticket, News.INCIDENT_UPDATE, at=at, said=said, incident=incident.ticket_id
    )
    return said


def both(session: DeskSession, ticket_id: int, other_id: int, *, by: str) -> tuple[Ticket, Ticket]:
    """Both tickets, locked, for somebody who may work both. One that they may not know of does not
    exist for them.
    """
    found = {number: change.locked(session, number) for number in sorted({ticket_id, other_id})}
    ticket, other = found[ticket_id], found[other_id]
    access.require_work(session, ticket, by)
    if not access.may_work(session, other, by):
        raise TicketNotFound(other_id)
    return ticket, other


def _undo(
    session: DeskSession, ticket: Ticket, other: Ticket, link: TicketLink, *,
    by: str, at: datetime,
) -> None:  # fmt: skip
    link.ended_at = at
    session.flush()
    kind = LinkKind(link.kind)
    tell_linked(session, ticket, other, Event.UNLINKED, kind, by=by, at=at)
    if kind is LinkKind.INCIDENT and ticket.status in OPEN:
        telling.news(session, ticket, News.UNLINKED, at=at, incident=other.id)


def tell_linked(
    session: DeskSession, ticket: Ticket, other: Ticket, what: Event, kind: LinkKind, *,
    by: str, at: datetime,
) -> None:  # fmt: skip
    """Both histories say so, and both cards."""
    for one, to, way in ((ticket, other, "to"), (other, ticket, "from")):
        event = audit.record(
            session, one, what, by=by, at=at, other=to.id, link=kind.value, way=way
        )
        change.announce(session, one, event)


def require_declarable(session: DeskSession, ticket: Ticket) -> None:
    if access.is_private(session, ticket):
        raise Refused(say.private_incident(ticket.id))
    if incidents.of(session, ticket.id) is not None:
        raise Refused(say.incident_already(ticket.id))
    if ticket.status not in OPEN:
        raise Refused(say.reopen_first(ticket.id, Status(ticket.status).label))
    if (link := links.from_(session, ticket.id, LinkKind.INCIDENT)) is not None:
        raise Refused(say.part_of(ticket.id, link.other_id))


def _incident(session: DeskSession, ticket: Ticket) -> Incident:
    incident = incidents.of(session, ticket.id)
    if incident is None:
        raise Refused(say.no_incident(ticket.id))
    return incident


def _is_part(session: DeskSession, ticket: Ticket, incident_id: int) -> bool:
    link = links.from_(session, ticket.id, LinkKind.INCIDENT)
    return link is not None and link.other_id == incident_id
