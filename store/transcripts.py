"""A transcript of a ticket for whoever may see it: promised like any other message."""

from datetime import datetime

from store import access, lookups, outbox
from store.database import DeskSession
from store.kinds import ROOT_ROLE, Audience, Kind, Priority
from store.models import OutboxMessage, Ticket


def ask(session: DeskSession, ticket_id: int, *, form: str, by: str, at: datetime) -> None:
    """Promise the person a file in their own messages: agents get everything, everybody else the
    requester's side. TicketNotFound for a ticket that they may not see.
    """
    ticket = lookups.ticket_for(session, ticket_id, viewer=by)
    whole = access.may_work(session, ticket, by)
    outbox.add(
        session,
        Kind.TRANSCRIPT,
        audience=Audience.AGENTS if whole else Audience.REQUESTER,
        channel=by,
        at=at,
        priority=Priority.REPLY,
        ticket_id=ticket.id,
        thread=None if whole else ROOT_ROLE,
        lane=f"tell:{by}" if whole else None,
        form=form,
    )


def is_whole(session: DeskSession, ticket: Ticket, message: OutboxMessage) -> bool | None:
    """Whether it holds everything; None when the person may see none of it any more."""
    reader = message.channel
    if message.audience == Audience.AGENTS and access.may_work(session, ticket, reader):
        return True
    return False if access.may_see(session, ticket, reader) else None
