"""A later time that an agent promises by hand, with a reason."""

from datetime import datetime

from sqlalchemy import select

from store import audit, change, targets
from store.audit import Event
from store.clockwork import Because
from store.database import DeskSession
from store.models import Target, TargetKind, Ticket
from store.rules.errors import InvalidFields
from store.rules.lifecycle import Step
from store.rules.sentences import working as say


def promise_later(
    session: DeskSession,
    ticket_id: int,
    *,
    until: datetime | None,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Promise the solution for a later moment; the requester hears which, not why.

    A deadline that was missed stays missed. InvalidFields: `until`, `reason`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    change.step(ticket, Step.PROMISE)
    target = _resolution(session, ticket)
    _check(target, until, reason, at)
    target.promised_at, target.promised_on = until, at
    event = audit.record(
        session,
        ticket,
        Event.PROMISED_LATER,
        by=by,
        at=at,
        remark=reason,
        until=until and until.isoformat(),
    )
    targets.refresh(session, ticket, at=at, because=Because.PROMISED, by=by)
    change.announce(session, ticket, event)
    return ticket


def _resolution(session: DeskSession, ticket: Ticket) -> Target:
    return session.scalars(
        select(Target).where(Target.ticket_id == ticket.id, Target.kind == TargetKind.RESOLUTION)
    ).one()


def _check(target: Target, until: datetime | None, reason: str, at: datetime) -> None:
    wrong = {}
    if until is None:
        wrong["until"] = say.CHOOSE_MOMENT
    elif until <= at:
        wrong["until"] = say.MOMENT_PASSED
    elif target.due_at is not None and until <= target.due_at:
        wrong["until"] = say.NOT_LATER
    if not reason.strip():
        wrong["reason"] = say.WHY_LATER
    if wrong:
        raise InvalidFields(wrong)
