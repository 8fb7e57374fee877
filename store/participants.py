"""People join a ticket and leave it: affected by it too, watching it, or asked to help.

Who joined hears as requesters do, in one thread of their own; a watcher who may work the ticket
hears as agents do.
"""

from datetime import datetime

from store import access, audit, change, circle, outbox, telling, vips
from store.audit import Event
from store.circle import of
from store.database import DeskSession
from store.kinds import News, Tell
from store.models import AuditEvent, Participant, Role, Ticket
from store.rules.errors import NotAllowed, Refused
from store.rules.lifecycle import Status
from store.rules.sentences import talking as say

__all__ = ["bring", "hears_already", "join", "leave", "of", "require_addable", "stop"]


def join(
    session: DeskSession, ticket_id: int, person: str, role: Role, *, by: str, at: datetime
) -> bool:
    """Somebody takes part from now on, and is told so. False: they do already, as this or as more.

    Everybody may join a ticket that is not private; on a private one, only an agent of it adds
    people. The requester's side may add affected people; watchers and helpers are added by agents.
    """
    ticket = change.locked(session, ticket_id)
    _require_adding(session, ticket, person, role, by)
    access.require_reachable(session, person)
    require_addable(ticket)
    if hears_already(session, ticket, person, role):
        return False
    if role is Role.AFFECTED:
        stop(session, ticket.id, person, Role.WATCHER, at=at)
    session.add(
        Participant(ticket_id=ticket.id, person=person, role=role, added_by=by, added_at=at)
    )
    _note(session, ticket, Event.JOINED, person, role, by=by, at=at)
    _welcome(session, ticket, person, role, by=by, at=at)
    if role is Role.AFFECTED:
        vips.join(session, ticket, person, at=at)
    return True


def bring(
    session: DeskSession, ticket: Ticket, old: Ticket, *roles: Role, by: str, at: datetime
) -> None:
    """Whoever takes part in the old ticket takes part in the one that comes of it, and is told so
    with both numbers; who has left Slack does not. The cards count them, no line names each.
    """
    for each in circle.of(session, old.id, *roles):
        role = Role(each.role)
        gone = not access.active_people(session, [each.person])
        if gone or hears_already(session, ticket, each.person, role):
            continue
        session.add(
            Participant(
                ticket_id=ticket.id, person=each.person, role=role, added_by=by, added_at=at
            )
        )
        audit.record(
            session, ticket, Event.JOINED, by=by, at=at, person=each.person, role=role.value
        )
        _welcome(session, ticket, each.person, role, by=by, at=at, other=old.id)
    outbox.redraw(session, ticket, at=at)


def require_addable(ticket: Ticket) -> None:
    """Raise Refused when it makes no sense to join any more."""
    if ticket.status == Status.CLOSED:
        raise Refused(say.nothing_more_to_hear(ticket.id))


def leave(
    session: DeskSession, ticket_id: int, person: str, role: Role, *, by: str, at: datetime
) -> bool:
    """Somebody no longer takes part: by their own wish, or by an agent's. False: they did not."""
    ticket = change.locked(session, ticket_id)
    if by != person:
        access.require_work(session, ticket, by)
    if not stop(session, ticket.id, person, role, at=at):
        return False
    event = _note(session, ticket, Event.LEFT, person, role, by=by, at=at)
    if by != person and not _hears_as_agent(session, ticket, person, role):
        telling.news_for(session, ticket, News.LEFT, [person], at=at, event=event.id, by=by)
    return True


def stop(session: DeskSession, ticket_id: int, person: str, role: Role, *, at: datetime) -> bool:
    """End the row; nobody hears of it. False: there was none."""
    live = next((each for each in of(session, ticket_id, role) if each.person == person), None)
    if live is None:
        return False
    live.left_at = at
    session.flush()
    return True


def _require_adding(session: DeskSession, ticket: Ticket, person: str, role: Role, by: str) -> None:
    """Raise NotAllowed unless this person may add that one in this role."""
    if access.may_work(session, ticket, by):
        return
    is_private = access.is_private(session, ticket)
    if is_private or role is Role.HELPER:
        access.require_work(session, ticket, by)
    if by == person or (role is Role.AFFECTED and access.is_own(session, ticket, by)):
        return
    raise NotAllowed(say.may_not_add(ticket.id))


def hears_already(session: DeskSession, ticket: Ticket, person: str, role: Role) -> bool:
    """Whether they take part as this, or as more."""
    if role is not Role.HELPER and access.is_own(session, ticket, person):
        return True
    return access.takes_part(session, ticket, person, role)


def _hears_as_agent(session: DeskSession, ticket: Ticket, person: str, role: Role) -> bool:
    return role is not Role.AFFECTED and access.may_work(session, ticket, person)


def _note(
    session: DeskSession,
    ticket: Ticket,
    kind: Event,
    person: str,
    role: Role,
    *,
    by: str,
    at: datetime,
) -> AuditEvent:
    event = audit.record(session, ticket, kind, by=by, at=at, person=person, role=role.value)
    change.announce(session, ticket, event)
    return event


def _welcome(
    session: DeskSession,
    ticket: Ticket,
    person: str,
    role: Role,
    *,
    by: str,
    at: datetime,
    **about: int,
) -> None:
    """Their thread begins with what it is about; whoever had one before goes on in it."""
    if role is Role.HELPER:
        return
    if _hears_as_agent(session, ticket, person, role):
        telling.tell(session, ticket, Tell.WATCHING, [person], at=at, but=by)
    else:
        telling.news_for(session, ticket, News.JOINED, [person], at=at, by=by, **about)
