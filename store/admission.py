"""Who may ask the desk for help, and how often: `[intake]` in deskbell.toml."""

from enum import StrEnum

from sqlalchemy import func, select

from store import access
from store.database import DeskSession
from store.models import Person, Ticket
from store.rules.errors import NotAllowed
from store.rules.lifecycle import OPEN
from store.rules.sentences import asking as say


class Bar(StrEnum):
    """Why somebody's request is not taken."""

    BLOCKED = "blocked"
    GUEST = "guest"
    FOREIGN = "foreign"
    TOO_MANY = "too_many"


def require(session: DeskSession, requester: str, *, by: str) -> None:
    """Raise NotAllowed, in words for `by`, unless a ticket may be opened for the requester."""
    bar = bar_of(session, requester, by=by)
    if bar is not None:
        raise NotAllowed(sentence(session, bar, requester, by=by))


def bar_of(session: DeskSession, requester: str, *, by: str) -> Bar | None:
    """What stands in the way. An agent who opens for somebody else decides for themselves, save
    for people whom the desk cannot write to; whoever is blocked can't ask for others either.
    """
    rules, person = session.policy.intake, session.get(Person, requester)
    if person and person.is_foreign and rules.other_organisations == "may not ask":
        return Bar.FOREIGN
    if by != requester and access.is_agent(session, by):
        return None
    if access.is_blocked(session, requester) or access.is_blocked(session, by):
        return Bar.BLOCKED
    if person and person.is_guest and rules.guests == "may not ask":
        return Bar.GUEST
    if rules.most_open and _open_of(session, requester) >= rules.most_open:
        return Bar.TOO_MANY
    return None


def sentence(session: DeskSession, bar: Bar, requester: str, *, by: str) -> str:
    """What `by` reads, and what they can do."""
    other = None if by == requester else f"<@{requester}>"
    match bar:
        case Bar.BLOCKED:
            blocked = None if access.is_blocked(session, by) else other
            return say.blocked(blocked, _somebody(session))
        case Bar.GUEST:
            return say.no_guests(other)
        case Bar.FOREIGN:
            return say.no_strangers(other)
        case Bar.TOO_MANY:
            return say.too_many(session.policy.intake.most_open or 0, other)


def _somebody(session: DeskSession) -> str:
    """An admin to speak to, if the desk has one."""
    admins = access.admins(session)
    return f"<@{admins[0]}>" if admins else "an admin of the help desk"


def _open_of(session: DeskSession, requester: str) -> int:
    """How many of their tickets are not over; whoever asks twice at once is counted one by one."""
    session.get(Person, requester, with_for_update=True, populate_existing=True)
    counted = select(func.count()).select_from(Ticket)
    found = counted.where(Ticket.requester == requester, Ticket.status.in_(OPEN))
    return session.scalar(found) or 0
