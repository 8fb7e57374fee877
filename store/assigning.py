"""A new ticket finds its agent by itself, where its topic wants that."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from store import access, audit, away, change, outbox, telling
from store.audit import DESK, Event
from store.database import DeskSession
from store.kinds import Tell
from store.models import Ticket, Turn
from store.rules.lifecycle import OPEN, Step
from store.rules.policy import Topic
from store.upserts import insert_once


def assign(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Give the new ticket to whom its topic says; to nobody when they are all away, or gone, or
    have asked for it themselves.
    """
    topic = session.policy.topic(ticket.topic)
    to = None if topic.assign == "nobody" else _choose(session, ticket, topic, at=at)
    if to is None:
        return
    before = audit.facts(ticket)
    change.step(ticket, Step.ASSIGN)
    ticket.assignee = to
    event = audit.record(session, ticket, Event.ASSIGNED, by=DESK, at=at, before=before)
    outbox.line(session, ticket, event)
    telling.tell(session, ticket, Tell.ASSIGNED, [to], at=at, event=event.id)


def _choose(session: DeskSession, ticket: Ticket, topic: Topic, *, at: datetime) -> str | None:
    """The turn stays locked until the commit: who opens the next ticket waits for it."""
    if topic.assign == "fixed":
        people = access.active_people(session, [topic.assign_to] if topic.assign_to else [])
        return next(iter(_there(session, ticket, people, at=at)), None)
    turn = _locked_turn(session, ticket.team)
    people = access.active_people(session, session.policy.team(ticket.team).agents)
    there = _there(session, ticket, _in_turn(people, turn.person), at=at)
    if topic.assign == "fewest_open":
        there = _least_busy_first(session, there)
    if not there:
        return None
    turn.person = there[0]
    return turn.person


def _locked_turn(session: DeskSession, team: str) -> Turn:
    insert_once(session, Turn, unique=("team",), team=team, person=None)
    return session.get_one(Turn, team, with_for_update=True, populate_existing=True)


def _in_turn(people: Sequence[str], last: str | None) -> list[str]:
    """Everybody, beginning with the one after the last."""
    start = people.index(last) + 1 if last in people else 0
    return [*people[start:], *people[:start]]


def _there(
    session: DeskSession, ticket: Ticket, people: Sequence[str], *, at: datetime
) -> list[str]:
    absent = away.among(session, people, at=at) | {ticket.requester, ticket.affected}
    return [p for p in people if p not in absent and access.may_work(session, ticket, p)]


def _least_busy_first(session: DeskSession, people: Sequence[str]) -> list[str]:
    """By open tickets; whose turn it is goes first among equals."""
    counted = session.execute(
        select(Ticket.assignee, func.count())
        .where(Ticket.assignee.in_(people), Ticket.status.in_(OPEN))
        .group_by(Ticket.assignee)
    )
    busy = {assignee: count for assignee, count in counted}  # noqa: C416 - rows are no pairs to mypy
    return sorted(people, key=lambda person: busy.get(person, 0))
