"""Why a deadline is what it is: every interval that counted and every one that did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from store import clockwork
from store.database import DeskSession
from store.models import Pause, Target, Ticket
from store.rules import sla
from store.rules.open_days import Stretch
from store.rules.policy import Calendar

WAITS: Final = {
    "waiting": "waiting for the requester",
    "on_hold": "on hold",
    "resolved": "counted as resolved",
    "merged": "merged into another ticket",
}
"""Each reason to stand still, as people read it."""


@dataclass(frozen=True)
class Explanation:
    """The intervals from the start to the policy's deadline, or to now while the clock stands
    still (`by_policy` is None). What counted in them adds up to `used`.
    """

    target: Target
    calendar: Calendar
    stretches: Sequence[Stretch]
    by_policy: datetime | None

    @property
    def used(self) -> timedelta:
        """Working time in these intervals: the whole target, unless the clock stands still."""
        return sum((s.end - s.start for s in self.stretches if s.counted), timedelta(0))


def explain(session: DeskSession, ticket: Ticket, *, at: datetime) -> list[Explanation]:
    """Every target of the ticket, the open ones first."""
    rows = session.execute(
        select(Pause.started_at, Pause.ended_at, Pause.reason)
        .where(Pause.ticket_id == ticket.id)
        .order_by(Pause.started_at, Pause.id)
    )
    pauses = [(start, end, WAITS.get(reason, reason)) for start, end, reason in rows]
    found = session.scalars(
        select(Target).where(Target.ticket_id == ticket.id).order_by(Target.id)
    ).all()
    told = sorted(found, key=lambda target: not clockwork.is_owed(ticket, target))
    return [_one(session, ticket, target, pauses, at) for target in told]


def _one(
    session: DeskSession,
    ticket: Ticket,
    target: Target,
    pauses: Sequence[tuple[datetime, datetime | None, str]],
    at: datetime,
) -> Explanation:
    """A target that is met does not mind the pauses after that."""
    over = target.met_at or target.withdrawn_at
    counted = [pause for pause in pauses if over is None or pause[0] < over]
    calendar = clockwork.calendar_of(session.policy, ticket, target)
    short = [(start, end) for start, end, _ in counted]
    by_policy = sla.due(calendar, target.started_at, target.length, short)
    until = by_policy or max(at, target.started_at)
    return Explanation(
        target, calendar, sla.explain(calendar, target.started_at, counted, until), by_policy
    )
