"""How people rate the help they got: one tap once a ticket is closed, and a word if they like."""

from datetime import datetime

from sqlalchemy import select

from store import access, audit, change, outbox, telling
from store.audit import Event
from store.database import DeskSession
from store.kinds import Tell
from store.models import Rating, Ticket
from store.rules.errors import InvalidFields, Refused
from store.rules.lifecycle import Status
from store.rules.sentences import ending as say


def rate(session: DeskSession, ticket_id: int, *, stars: int, by: str, at: datetime) -> Rating:
    """Keep the person's verdict, 1 to 5; the first one counts."""
    ticket = change.locked(session, ticket_id)
    access.require_ear(session, ticket, by)
    if ticket.status != Status.CLOSED:
        raise Refused(say.rate_later(ticket.id))
    if of(session, ticket.id, by) is not None:
        raise Refused(say.rated_already(ticket.id))
    rating = Rating(ticket_id=ticket.id, person=by, stars=stars, comment=None, at=at)
    session.add(rating)
    _tell(session, ticket, Event.RATED, rating, at=at)
    return rating


def comment(session: DeskSession, ticket_id: int, *, text: str, by: str, at: datetime) -> Rating:
    """Add what they have to say about it, once. InvalidFields: `comment`."""
    ticket = change.locked(session, ticket_id)
    rating = of(session, ticket.id, by)
    if rating is None:
        raise Refused(say.rate_first(ticket.id))
    if rating.comment is not None:
        raise Refused(say.explained_already(ticket.id))
    if not text.strip():
        raise InvalidFields({"comment": say.NO_COMMENT})
    rating.comment = text.strip()
    _tell(session, ticket, Event.RATING_EXPLAINED, rating, at=at)
    return rating


def of(session: DeskSession, ticket_id: int, person: str) -> Rating | None:
    """The person's verdict on that ticket."""
    return session.scalar(
        select(Rating).where(Rating.ticket_id == ticket_id, Rating.person == person)
    )


def seen_by(session: DeskSession, ticket: Ticket, viewer: str) -> list[Rating]:
    """Every verdict on the ticket, for whom the policy lets see them, oldest first."""
    if not _may_see(session, ticket, viewer):
        return []
    found = select(Rating).where(Rating.ticket_id == ticket.id).order_by(Rating.id)
    return list(session.scalars(found))


def _may_see(session: DeskSession, ticket: Ticket, viewer: str) -> bool:
    match session.policy.ending.ratings_seen_by:
        case "agents":
            return access.may_work(session, ticket, viewer)
        case "leads":
            return viewer in access.leads_of(session, ticket.team) or access.is_admin(
                session, viewer
            )
        case _:
            return False


def _tell(
    session: DeskSession, ticket: Ticket, kind: Event, rating: Rating, *, at: datetime
) -> None:
    """The history shows verdict and words to every agent, so they are in it only where the policy
    lets every agent see them.
    """
    audience = session.policy.ending.ratings_seen_by
    by, open_to_all = rating.person, audience == "agents"
    stars, words = (rating.stars, rating.comment) if open_to_all else (None, None)
    event = audit.record(session, ticket, kind, by=by, at=at, remark=words, stars=stars)
    if open_to_all:
        outbox.line(session, ticket, event)
    elif audience == "leads":
        leads = access.leads_of(session, ticket.team)
        telling.tell(session, ticket, Tell.RATED, leads, at=at, ratings=[rating.id])
