"""Helpers: another team or person is asked, their answer is a note, and the ticket stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from store import access, audit, change, conversation, outbox, participants, telling
from store.audit import Event
from store.database import DeskSession
from store.files import SlackFile
from store.kinds import Audience, Kind, Priority, Tell
from store.models import HelpRequest, Note, Role, Ticket
from store.rules.errors import InvalidFields, NotAllowed, Refused, TicketNotFound
from store.rules.sentences import working as say


def ask(
    session: DeskSession,
    ticket_id: int,
    *,
    question: str,
    by: str,
    at: datetime,
    team: str | None = None,
    person: str | None = None,
) -> HelpRequest:
    """Put a question to a team or to a person. On a private ticket only people who may see it are
    asked. InvalidFields: `to`, `team`, `text`.
    """
    ticket = change.for_agent(session, ticket_id, by)
    words = conversation.worded(question)
    _check_asked(session, ticket, team, person)
    asked = HelpRequest(
        ticket_id=ticket.id, asked_by=by, team=team, person=person, question=words, asked_at=at
    )
    session.add(asked)
    session.flush()
    event = audit.record(
        session, ticket, Event.HELP_ASKED, by=by, at=at, remark=words, request=asked.id,
        asked=team or person,
    )  # fmt: skip
    if person is not None:
        participants.join(session, ticket.id, person, Role.HELPER, by=by, at=at)
    change.announce(session, ticket, event)
    _promise(session, Kind.HELP, asked, at=at, priority=Priority.REPLY)
    return asked


def answer(
    session: DeskSession,
    request_id: int,
    *,
    text: str,
    by: str,
    at: datetime,
    channel: str | None = None,
    ts: str | None = None,
    given: Sequence[SlackFile] = (),
) -> Note:
    """Whoever was asked says what they know: a note, and whoever asked hears of it."""
    asked = named(session, request_id)
    ticket = change.locked(session, asked.ticket_id)
    session.refresh(asked)
    require_asked(session, ticket, asked, by)
    said = Note(text=conversation.worded(text, given), author=by, at=at, channel=channel, ts=ts)
    change.say(session, ticket, said, given=given)
    if asked.answered_at is None:
        asked.answered_at, asked.answered_by = at, by
        _promise(session, Kind.HELP_REDRAW, asked, at=at, priority=Priority.REDRAW)
    audit.record(
        session, ticket, Event.HELP_ANSWERED, by=by, at=at, entry=said.id, request=asked.id
    )
    outbox.redraw(session, ticket, at=at)
    people = [asked.asked_by, ticket.assignee]
    telling.tell(session, ticket, Tell.HELPED, people, at=at, but=by, entry=said.id)
    return said


def require_asked(session: DeskSession, ticket: Ticket, asked: HelpRequest, by: str) -> None:
    """Raise NotAllowed unless this person, or a team of theirs, was asked."""
    if by != asked.person and not access.may_work(session, ticket, by):
        raise NotAllowed(say.not_asked(ticket.id))


def of(session: DeskSession, ticket_id: int) -> list[HelpRequest]:
    """Everything that was asked, oldest first."""
    found = select(HelpRequest).where(HelpRequest.ticket_id == ticket_id)
    return list(session.scalars(found.order_by(HelpRequest.id)))


def named(session: DeskSession, request_id: int) -> HelpRequest:
    """The question; TicketNotFound when there is none."""
    asked = session.get(HelpRequest, request_id)
    if asked is None:
        raise TicketNotFound(request_id)
    return asked


def _promise(
    session: DeskSession, kind: Kind, asked: HelpRequest, *, at: datetime, priority: Priority
) -> None:
    """The question where it was asked: one lane, so that it is changed only once it is there."""
    team, person = asked.team, asked.person
    outbox.add(
        session,
        kind,
        audience=Audience.AGENTS if team else Audience.PERSON,
        channel=session.policy.team(team).channel if team else person or "",
        lane=f"help:{asked.id}",
        at=at,
        priority=priority,
        ticket_id=asked.ticket_id,
        request=asked.id,
    )


def _check_asked(
    session: DeskSession, ticket: Ticket, team: str | None, person: str | None
) -> None:
    if bool(team) == bool(person):
        raise InvalidFields({"to": say.CHOOSE_PERSON_OR_TEAM})
    if team is not None:
        _check_team(session, ticket, session.policy.team(team).key)
    if person is not None:
        _check_person(session, ticket, person)


def _check_team(session: DeskSession, ticket: Ticket, team: str) -> None:
    if team == ticket.team:
        raise InvalidFields({"team": say.WITH_THEM_ALREADY})
    if access.is_private(session, ticket):
        raise InvalidFields({"team": say.PRIVATE_TO_TEAM})


def _check_person(session: DeskSession, ticket: Ticket, person: str) -> None:
    if access.is_own(session, ticket, person):
        raise InvalidFields({"to": say.ASK_REQUESTER})
    try:
        access.require_reachable(session, person)
    except Refused as refusal:
        raise InvalidFields({"to": refusal.sentence}) from None
    if access.is_private(session, ticket) and not access.may_see(session, ticket, person):
        raise InvalidFields({"to": say.MAY_NOT_SEE})
