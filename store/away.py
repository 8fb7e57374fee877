"""Being away: set and ended by the person, or over at the time they named."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select

from store import access
from store.database import DeskSession
from store.models import Away
from store.rules.errors import NotAllowed, Refused
from store.rules.sentences import on_call as say


def leave(session: DeskSession, person: str, *, until: datetime | None, at: datetime) -> Away:
    """No ticket is assigned to them by itself from now on. NotAllowed for who is no agent."""
    if not access.is_agent(session, person):
        raise NotAllowed(say.AWAY_FOR_AGENTS)
    if until is not None and until <= at:
        raise Refused(say.DAY_BEGUN)
    return session.merge(Away(person=person, since=at, until=until))


def back(session: DeskSession, person: str) -> bool:
    """They are there again. False: they were not away."""
    known = session.get(Away, person)
    if known is not None:
        session.delete(known)
    return known is not None


def of(session: DeskSession, person: str, *, at: datetime) -> Away | None:
    """Since when and until when somebody is away, while they are."""
    known = session.get(Away, person)
    return known if known and (known.until is None or known.until > at) else None


def among(session: DeskSession, people: Iterable[str], *, at: datetime) -> set[str]:
    """Those of them who are away now."""
    now = or_(Away.until.is_(None), Away.until > at)
    return set(session.scalars(select(Away.person).where(Away.person.in_(list(people)), now)))
