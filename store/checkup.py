"""Once a minute: does everything hold that ought to hold? Each check counts what does not.

The checks look at the result (a card that lags, an alarm nobody rang), never at how it came about,
so they find what no test foresaw.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ScalarSelect, Select, and_, exists, func, or_, select, text

from store.database import DeskSession
from store.kinds import Kind, Priority
from store.models import (
    Alarm,
    AlarmKind,
    AuditEvent,
    Delivery,
    OutboxMessage,
    OutsideCall,
    Target,
    Ticket,
)
from store.rules.lifecycle import OPEN, PAUSED, Status

ALARM_LATE: Final = timedelta(seconds=60)
SEND_STUCK: Final = timedelta(minutes=5)
"""After its lease has run out: somebody should have taken the message over long ago."""

UNSURE_LONG: Final = timedelta(minutes=10)
WAITS_LONG: Final = timedelta(minutes=15)
CARD_LAGS: Final = timedelta(minutes=2)
FAILURE_LASTS: Final = timedelta(hours=1)
RECENT: Final = timedelta(days=1)
"""Cards of tickets that have not changed for longer were looked at before."""

_ARMED: Final = text("alarm.state = 'armed'")
_LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial indexes are used on both engines."""


def look(session: DeskSession, *, at: datetime) -> dict[str, int]:
    """How many things are wrong, by check; 0 where all is well."""
    return {
        check: session.scalar(which(at).with_only_columns(func.count())) or 0
        for check, which in CHECKS.items()
    }


def late_alarms(at: datetime) -> Select[int]:
    """Alarms that should have rung a minute ago."""
    return select(Alarm.id).where(_ARMED, Alarm.due_at <= at - ALARM_LATE)


def stuck_sends(at: datetime) -> Select[int]:
    """Messages that nobody finishes: their sender died, or their fate stays unknown."""
    return select(OutboxMessage.id).where(
        _LIVE,
        or_(
            and_(
                OutboxMessage.state == Delivery.SENDING,
                OutboxMessage.lease_until <= at - SEND_STUCK,
            ),
            and_(
                OutboxMessage.state == Delivery.UNSURE,
                OutboxMessage.first_tried_at <= at - UNSURE_LONG,
            ),
        ),
    )


def waiting_messages(at: datetime) -> Select[int]:
    """Messages that could have gone out long ago: the token is refused, or a flood goes on. What
    may wait for everything else does not count.
    """
    return select(OutboxMessage.id).where(
        _LIVE,
        OutboxMessage.state == Delivery.READY,
        OutboxMessage.not_before <= at - WAITS_LONG,
        OutboxMessage.priority < Priority.LATER,
    )


def tickets_without_clock(at: datetime) -> Select[int]:
    """Tickets with a running deadline at which no alarm will ring, or a hold that nothing ends."""
    armed = exists().where(Alarm.ticket_id == Ticket.id, _ARMED)
    unwatched = exists().where(
        Target.ticket_id == Ticket.id,
        Target.met_at.is_(None),
        Target.withdrawn_at.is_(None),
        Target.due_at.is_not(None),
        or_(Target.missed_at.is_(None), Target.due_at > Target.missed_at),
        ~armed.where(Alarm.kind == AlarmKind.BREACH, Alarm.due_at == Target.due_at),
    )
    runs = Ticket.status.in_(OPEN - PAUSED) & unwatched
    held = and_(
        Ticket.status == Status.ON_HOLD,
        Ticket.resume_at.is_not(None),
        ~armed.where(Alarm.kind == AlarmKind.RESUME),
    )
    return select(Ticket.id).where(text("ticket.status <> 'closed'"), or_(runs, held))


def lagging_cards(at: datetime) -> Select[int]:
    """Tickets whose card in Slack is older than the last change that it shows, with no redraw on
    its way.

    A card that Slack refused is no such case: the admins were told how to mend that. Nor is one
    whose turn comes after an edit of the policy.
    """
    cards = exists().where(
        OutboxMessage.ticket_id == Ticket.id, OutboxMessage.kind.in_([Kind.CARD, Kind.REDRAW])
    )
    drawn = cards.where(
        or_(
            _LIVE,
            OutboxMessage.state == Delivery.REFUSED,
            OutboxMessage.last_tried_at >= Ticket.changed_at,
            OutboxMessage.last_tried_at >= _since_when_it_is_so(),
        )
    )
    return select(Ticket.id).where(
        Ticket.changed_at.between(at - RECENT, at - CARD_LAGS),
        Ticket.untold_since.is_(None),
        cards,
        ~drawn,
    )


def _since_when_it_is_so() -> ScalarSelect[datetime]:
    """When a ticket came to its present version. What is said later (a note in the team's thread)
    changes no card.
    """
    return (
        select(func.min(AuditEvent.at))
        .where(AuditEvent.ticket_id == Ticket.id, AuditEvent.version == Ticket.version)
        .correlate(Ticket)
        .scalar_subquery()
    )


def failed_outside_calls(at: datetime) -> Select[int]:
    """Pages that Slack did not take and that did not go out by e-mail or webhook either, lately."""
    return select(OutsideCall.id).where(
        OutsideCall.error.is_not(None), OutsideCall.next_at > at - FAILURE_LASTS
    )


CHECKS: Final[Mapping[str, Callable[[datetime], Select[int]]]] = {
    "late_alarms": late_alarms,
    "stuck_sends": stuck_sends,
    "waiting_messages": waiting_messages,
    "tickets_without_clock": tickets_without_clock,
    "lagging_cards": lagging_cards,
    "failed_outside_calls": failed_outside_calls,
}
