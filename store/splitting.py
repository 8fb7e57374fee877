"""A part of a ticket becomes a ticket of its own, for the same people."""

from collections.abc import Collection
from datetime import datetime

from store import access, change, files, intake, links, lookups, participants, sharing, together
from store.audit import Event
from store.database import DeskSession
from store.models import LinkKind, Role, Ticket, TicketFile
from store.origins import Source
from store.rules.errors import InvalidFields, Refused
from store.rules.sentences import together as say


def topics(session: DeskSession, ticket: Ticket, *, by: str) -> list[str]:
    """Keys of those that a part may have. A part of a private ticket stays private, and with a
    team that knows the ticket; Refused where the person's teams have no such topic.
    """
    known = session.policy.topics
    if not access.is_private(session, ticket):
        return list(known)
    own = access.teams_of(session, by)
    found = [
        key
        for key, topic in known.items()
        if topic.private
        and topic.team in own
        and (key == ticket.topic or topic.team == ticket.team)
    ]
    if not found:
        raise Refused(say.no_private_topic(ticket.id))
    return found


def split(
    session: DeskSession,
    ticket_id: int,
    *,
    summary: str,
    details: str,
    topic: str,
    severity: str | None = None,
    chosen: Collection[int] = (),
    by: str,
    at: datetime,
) -> Ticket:
    """Open a ticket for the part, as severe as `severity` and its topic say at least, with the
    files `chosen` of those that both sides know. Its people are told its number once; watchers stay
    with the first ticket. InvalidFields: summary, details, topic.
    """
    old = change.for_agent(session, ticket_id, by)
    session.policy.topic(topic)
    if topic not in topics(session, old, by=by):
        raise InvalidFields({"topic": say.topic_not_private(old.id)})
    ticket = intake.open_ticket(
        session, requester=old.requester, topic=topic, summary=summary, details=details,
        affected=old.affected, contact=old.contact,
        answers=old.answers if topic == old.topic else None, severity=severity,
        source=Source.SPLIT, follows=old.id, by=by, at=at,
    )  # fmt: skip
    ticket.urgency = None  # the requester has chosen none for this
    given = [file for file in offered(session, old) if file.id in chosen]
    files.bring(session, ticket, given, at=at)
    links.add(session, ticket, old, LinkKind.SPLIT, by=by, at=at)
    together.tell_linked(session, ticket, old, Event.LINKED, LinkKind.SPLIT, by=by, at=at)
    if access.is_private(session, old) or not access.is_private(session, ticket):
        participants.bring(session, ticket, old, Role.AFFECTED, by=by, at=at)
    return ticket


def offered(session: DeskSession, ticket: Ticket) -> list[TicketFile]:
    """The files that may come along: those of the request and of what both sides said, never what
    agents keep among themselves.
    """
    talk = lookups.conversation(session, ticket.id)
    return sharing.known_to_both(session, ticket, talk)
