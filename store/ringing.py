"""What each alarm does when its moment comes: in one transaction with being marked as rung.

Hence every alarm rings once, across restarts and replicas. Lock order is always ticket, then alarm.
Those that follow a deadline are in `clock_alarms`; what one tick has to say to a person about
clocks is one message.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from time import perf_counter, sleep
from typing import Final

from store import (
    alarms,
    bundles,
    clock_alarms,
    clockwork,
    conversation,
    digests,
    follow_up,
    on_call,
    replying,
    resolution,
    together,
    updates,
    waiting,
)
from store.alarms import Due, Rung
from store.audit import DESK
from store.database import DeskSession, Store
from store.models import AlarmKind, Ticket
from store.rules.lifecycle import OPEN, Status

BATCH: Final = 500

MANY: Final = 200
"""Alarms about deadlines in one transaction: what they have in common is read and written once. Its
tickets are locked for some 0.2 s then (measured, PostgreSQL on a slow machine)."""

FEW: Final = 10
"""Others in one transaction on SQLite, where a commit costs more than what is in it. With several
writers, one each: they lock fewer rows at a time.
"""

BREATH: Final = 0.1
"""How long nothing is done after many have rung, as a part of what that took: whoever waits for the
database gets it then.
"""

log = logging.getLogger(__name__)


def ring_due(store: Store, *, at: datetime, down_until: datetime | None = None) -> int:
    """Ring everything that is due, and what that brings about. Return how many rang.

    What was due before `down_until`, when no desk ran, may have rung before a backup was restored.
    """
    count = 0
    told: set[str] = set()
    while rang := sum(
        _ring_together(store, some, told, at=at, down_until=down_until)
        for some in _portions(store, at=at)
    ):
        count += rang
    if told:
        with store.transaction() as session:
            bundles.release(session, told, at=at)
    if count > digests.FEW:
        digests.gather(store, at=at)
    return count


def _portions(store: Store, *, at: datetime) -> Iterator[Sequence[Due]]:
    """Everything that is due, once, in order, some at a time."""
    for followed, found in groupby(_waiting(store, at=at), lambda due: due.kind in clockwork.KINDS):
        size = MANY if followed else FEW if store.is_sqlite else 1
        while some := list(islice(found, size)):
            began = perf_counter()
            yield some
            if len(some) == MANY:
                sleep((perf_counter() - began) * BREATH)


def _waiting(store: Store, *, at: datetime) -> Iterator[Due]:
    last = None
    while True:
        with store.snapshot() as session:
            found = alarms.due(session, at=at, limit=BATCH, after=last)
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1]


def _ring_together(
    store: Store, some: Sequence[Due], told: set[str], *, at: datetime, down_until: datetime | None
) -> int:
    """In one transaction; when one of them fails, each alone, so that it holds up no other. Adds
    whoever hears of it to those `told`.
    """
    try:
        with store.transaction() as session:
            if some[0].kind in clockwork.KINDS:
                rang = clock_alarms.ring(session, some, at=at, down_until=down_until)
            else:
                rang = sum(_ring(session, each, at=at, down_until=down_until) for each in some)
        told |= session.told
    except Exception:
        if len(some) == 1:
            log.exception("an alarm failed", extra={"alarm": some[0].alarm})
            return 0
    else:
        return rang
    return sum(_ring_together(store, [each], told, at=at, down_until=down_until) for each in some)


def _ring(session: DeskSession, due: Due, *, at: datetime, down_until: datetime | None) -> bool:
    ticket = session.get(
        Ticket, due.ticket, with_for_update={"skip_locked": True}, populate_existing=True
    )
    if ticket is None:
        return False  # somebody is changing it; the next tick asks again
    alarm = alarms.take(session, due.alarm, at=at)
    if alarm is None:
        return False
    session.cause = alarms.cause_of(session, alarm, at=at, down_until=down_until)
    _RINGING[due.kind](session, ticket, alarm, at)
    session.cause = None
    return True


def _resume(session: DeskSession, ticket: Ticket, _alarm: Rung, at: datetime) -> None:
    if ticket.status == Status.ON_HOLD:
        conversation.resume(session, ticket.id, by=DESK, at=at)


def _quiet_warning(session: DeskSession, ticket: Ticket, _alarm: Rung, at: datetime) -> None:
    if ticket.status == Status.RESOLVED:
        resolution.warn_quiet(session, ticket, at=at)


def _quiet_close(session: DeskSession, ticket: Ticket, _alarm: Rung, at: datetime) -> None:
    if ticket.status == Status.RESOLVED:
        resolution.close_quiet(session, ticket, at=at)


def _send_reply(session: DeskSession, ticket: Ticket, alarm: Rung, at: datetime) -> None:
    replying.send_held(session, ticket, int(alarm.subject), at=at)


def _follow_up(session: DeskSession, ticket: Ticket, _alarm: Rung, at: datetime) -> None:
    if ticket.status == Status.CLOSED:
        follow_up.ask(session, ticket, at=at)


def _page_climb(session: DeskSession, ticket: Ticket, alarm: Rung, at: datetime) -> None:
    if ticket.status in OPEN or on_call.is_drill(ticket):
        on_call.climb(session, ticket, int(alarm.subject), at=at)


def _page_expires(session: DeskSession, ticket: Ticket, alarm: Rung, at: datetime) -> None:
    on_call.expire(session, ticket, int(alarm.subject), at=at)


_RINGING: Final[dict[AlarmKind, Callable[[DeskSession, Ticket, Rung, datetime], None]]] = {
    AlarmKind.INCIDENT_UPDATE: together.pass_update,
    AlarmKind.INCIDENT_END: together.pass_end,
    AlarmKind.RESUME: _resume,
    AlarmKind.WAITING_NUDGE: waiting.remind,
    AlarmKind.HOLD_REMINDER: waiting.remind_agent,
    AlarmKind.UPDATE_DUE: updates.ask,
    AlarmKind.QUIET_WARNING: _quiet_warning,
    AlarmKind.QUIET_CLOSE: _quiet_close,
    AlarmKind.SEND_REPLY: _send_reply,
    AlarmKind.FOLLOW_UP: _follow_up,
    AlarmKind.PAGE_CLIMB: _page_climb,
    AlarmKind.PAGE_EXPIRES: _page_expires,
}
