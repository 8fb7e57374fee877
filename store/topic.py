"""What a ticket is about, put right by an agent: checklist, kinds of cause and follow-up are those
of the new topic from now on, and its severity is the least that the ticket has.
"""

from datetime import datetime

from store import audit, change, triage
from store.audit import Event
from store.database import DeskSession
from store.models import Ticket
from store.rules.errors import InvalidFields
from store.rules.lifecycle import Step
from store.rules.sentences import working as say


def change_topic(
    session: DeskSession,
    ticket_id: int,
    *,
    topic: str,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """The team stays: to hand it on is a step of its own. InvalidFields: `topic`."""
    ticket = change.for_agent(session, ticket_id, by, version=version)
    change.step(ticket, Step.CHANGE_TOPIC)
    wanted = {each.key: each for each in session.policy.other_topics(ticket.topic)}.get(topic)
    if wanted is None:
        raise InvalidFields({"topic": say.not_that_topic(ticket.id)})
    before: audit.Facts = {"topic": ticket.topic}
    ticket.topic = wanted.key
    event = audit.record(
        session, ticket, Event.TOPIC_CHANGED, by=by, at=at, before=before, remark=reason
    )
    change.announce(session, ticket, event)
    least = session.policy.severity(wanted.severity or ticket.severity)
    if least.rank < session.policy.severity(ticket.severity).rank:
        triage.become(session, ticket, least.key, say.topic_wants(wanted.name), by=by, at=at)
    return ticket
