"""Major incidents: one trouble of many, of which every ticket about it hears."""

from store.database import DeskSession
from store.models import Incident


def of(session: DeskSession, ticket_id: int) -> Incident | None:
    """What the ticket stands for, if it is a major incident."""
    incident = session.get(Incident, ticket_id)
    return incident if incident and incident.ended_at is None else None
