"""A part of a ticket becomes a ticket of its own, for the same people."""

from datetime import datetime
from typing import Final

from store import access, change, circle, intake, links, participants, together
from store.audit import Event
from store.database import DeskSession
from store.models import LinkKind, Role, Ticket
from store.rules.errors import InvalidFields, Refused
from store.rules.sentences import together as say

SOURCE: Final = "split"


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
    by: str,
    at: datetime,
) -> Ticket:
    """Open a ticket for the part, as severe as its topic says. Its people are told its number once;
    watchers stay with the first ticket. InvalidFields: summary, details, topic.
    """
    old = change.for_agent(session, ticket_id, by)
    session.policy.topic(topic)
    if topic not in topics(session, old, by=by):
        raise InvalidFields({"topic": say.topic_not_private(old.id)})
    ticket = intake.open_ticket(
        session, requester=old.requester, topic=topic, summary=summary, details=details,
        affected=old.affected, contact=old.contact,
        answers=old.answers if topic == old.topic else None, source=SOURCE, by=by, at=at,
    )  # fmt: skip
    links.add(session, ticket, old, LinkKind.SPLIT, by=by, at=at)
    together.tell_linked(session, ticket, old, Event.LINKED, LinkKind.SPLIT, by=by, at=at)
    if access.is_private(session, old) or not access.is_private(session, ticket):
        _bring_affected(session, ticket, old, by=by, at=at)
    return ticket


def _bring_affected(
    session: DeskSession, ticket: Ticket, old: Ticket, *, by: str, at: datetime
) -> None:
    """Who joined as affected is affected by the part; who has left Slack is not."""
    joined = [each.person for each in circle.of(session, old.id, Role.AFFECTED)]
    for person in access.active_people(session, joined):
        participants.join(session, ticket.id, person, Role.AFFECTED, by=by, at=at)
