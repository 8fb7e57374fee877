"""Answers that helped once and are offered to whoever is about to ask the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

from store import access, alike, change
from store.database import DeskSession
from store.models import Deflection, Solution, Ticket
from store.rules.errors import InvalidFields, NotAllowed, Refused
from store.rules.sentences import ending as say
from store.rules.sentences.everybody import too_long

TITLE_LENGTH: Final = 150
ANSWER_LENGTH: Final = 2500
"""With its title it fits one block of a form."""


def save(
    session: DeskSession,
    *,
    title: str,
    answer: str,
    topic: str,
    ticket_id: int | None = None,
    by: str,
    at: datetime,
) -> Solution:
    """An agent keeps what helped, for everybody to read; `ticket_id` is where it was found.
    InvalidFields: `title`, `answer`.
    """
    if ticket_id is not None:
        access.require_work(session, change.locked(session, ticket_id), by)
    title, answer = _checked(session, title, answer, topic, by=by)
    solution = Solution(
        title=title, answer=answer, topic=topic, ticket_id=ticket_id,
        author=by, made_at=at, changed_by=by, changed_at=at,
    )  # fmt: skip
    session.add(solution)
    session.flush()
    return solution


def edit(
    session: DeskSession,
    number: int,
    *,
    title: str,
    answer: str,
    topic: str,
    retired: bool,
    by: str,
    at: datetime,
) -> Solution:
    """An agent betters it; `retired`: nobody is offered it any more. InvalidFields: `title`,
    `answer`.
    """
    solution = for_agent(session, number, by=by)
    session.refresh(solution, with_for_update=True)
    solution.title, solution.answer = _checked(session, title, answer, topic, by=by)
    solution.topic, solution.changed_by, solution.changed_at = topic, by, at
    solution.retired_at = (solution.retired_at or at) if retired else None
    return solution


def for_agent(session: DeskSession, number: int, *, by: str) -> Solution:
    """The solution, for an agent who may know of it."""
    _require_agent(session, by)
    solution = session.get(Solution, number)
    if solution is None or not may_read(session, solution, by):
        raise Refused(say.NO_SOLUTION)
    return solution


def found_by(session: DeskSession, solution: Solution, *, viewer: str) -> tuple[str, str]:
    """Cause and fix of the ticket where it was found, if the viewer may work that; else in short
    which solution it is. For agents only.
    """
    ticket = session.get(Ticket, solution.ticket_id) if solution.ticket_id else None
    if ticket is not None and access.may_work(session, ticket, viewer):
        return ticket.cause or solution.title, ticket.fix or solution.answer
    return solution.title, solution.answer


def may_read(session: DeskSession, solution: Solution, user: str) -> bool:
    """Everybody, but for those of private topics, which are their team's."""
    known = select(Solution.id).where(Solution.id == solution.id, readable(session, user))
    return session.scalar(known) is not None


def all_of(
    session: DeskSession, *, viewer: str, words: str = "", limit: int
) -> list[tuple[Solution, int]]:
    """For agents: solutions about the words, or all, newest first, those that are offered before
    the retired; and how many requests each made needless.
    """
    _require_agent(session, viewer)
    visible = readable(session, viewer)
    if words:
        found = alike.solutions(session, words, visible=visible, limit=limit)
    else:
        order = (Solution.retired_at.is_not(None), Solution.id.desc())
        found = list(session.scalars(select(Solution).where(visible).order_by(*order).limit(limit)))
    return _with_use(session, found)


def about(session: DeskSession, words: str, *, viewer: str, limit: int) -> list[Solution]:
    """What is offered to somebody who writes these words."""
    offered = Solution.retired_at.is_(None) & readable(session, viewer)
    return alike.solutions(session, words, visible=offered, limit=limit)


def readable(session: DeskSession, viewer: str) -> ColumnElement[bool]:
    """Those of private topics are their team's. A topic gone from the settings hides its
    solutions from all but their author: it may have been private.
    """
    teams = access.teams_of(session, viewer)
    topics = session.policy.topics.items()
    known = [key for key, topic in topics if not topic.private or topic.team in teams]
    return or_(Solution.topic.in_(known), Solution.author == viewer)


def _with_use(session: DeskSession, found: Sequence[Solution]) -> list[tuple[Solution, int]]:
    counted = session.execute(
        select(Deflection.solution_id, func.count())
        .where(Deflection.solution_id.in_([solution.id for solution in found]))
        .group_by(Deflection.solution_id)
    )
    used = {row[0]: row[1] for row in counted}
    return [(solution, used.get(solution.id, 0)) for solution in found]


def _checked(
    session: DeskSession, title: str, answer: str, topic: str, *, by: str
) -> tuple[str, str]:
    _require_agent(session, by)
    session.policy.topic(topic)
    title, answer, wrong = " ".join(title.split()), answer.strip(), {}
    for field, text, most in (("title", title, TITLE_LENGTH), ("answer", answer, ANSWER_LENGTH)):
        if not text:
            wrong[field] = say.WRITE_SOLUTION
        elif len(text) > most:
            wrong[field] = too_long(len(text), most)
    if wrong:
        raise InvalidFields(wrong)
    return title, answer


def _require_agent(session: DeskSession, user: str) -> None:
    if not access.is_agent(session, user):
        raise NotAllowed(say.ONLY_AGENTS_SOLUTIONS)
