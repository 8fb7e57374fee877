"""What database and Slack hold in the end, in the checker's words."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, or_, select

from sandbox import Sandbox
from store.audit import Event
from store.database import DeskSession, Store
from store.kinds import Kind
from store.models import (
    Alarm,
    AlarmKind,
    AlarmState,
    AuditEvent,
    Entry,
    OutboxMessage,
    Stray,
    Ticket,
)
from tests.crash.ending import REPEATABLE, everything, key_of
from tests.crash.stage import LIVE
from tests.soak import history
from tests.soak.checker import SLACKS
from tests.soak.history import Done, Found, Line, Post, Promise

EXPLAINED: Final = (Event.ASSIGNED, Event.ESCALATED)
"""With word on why."""

LATE: Final = timedelta(seconds=60)


def is_at_rest(store: Store) -> bool:
    """Nothing waits to be said, or to go out after all."""
    held = exists().where(Alarm.kind == AlarmKind.SEND_REPLY, Alarm.state == AlarmState.ARMED)
    live = exists().where(OutboxMessage.state.in_(LIVE))
    with store.snapshot() as session:
        return not session.scalar(select(or_(live, held)))


def is_swept(slack: Sandbox) -> bool:
    """No copy is left to be removed."""
    keys = [key for message in everything(slack) if (key := key_of(message))]
    return len(keys) == len(set(keys))


def has_heard(store: Store, lines: list[Line]) -> bool:
    """Every message that somebody wrote in Slack has arrived."""
    written = {line.word for line in lines if line.operation in SLACKS}
    with store.snapshot() as session:
        kept = session.scalars(select(Entry.text).union_all(select(Stray.text)))
        return written <= set(kept)


def look(store: Store, slack: Sandbox, at: datetime) -> Found:
    """Everything, on both sides. Nobody works any more."""
    with store.snapshot() as session:
        words = {entry.id: entry.text for entry in session.scalars(select(Entry))}
        tickets = {ticket.id: ticket for ticket in session.scalars(select(Ticket))}
        return Found(
            events=[_done(event, tickets, words) for event in session.scalars(select(AuditEvent))],
            promises=_promises(session),
            posts=[
                Post(key, message.channel, message.ts)
                for message in everything(slack)
                if (key := key_of(message))
            ],
            tickets={
                number: {"status": t.status, "assignee": t.assignee, "team": t.team,
                         "severity": t.severity}
                for number, t in tickets.items()
            },
            alarms=[*_alarms(session, at), *_calls(session)],
            strays=set(session.scalars(select(Stray.text))),
        )  # fmt: skip


def _done(event: AuditEvent, tickets: dict[int, Ticket], words: dict[int, str]) -> Done:
    word = ""
    if event.kind == Event.OPENED:
        word = tickets[event.ticket_id].summary
    elif (event.changes.get("entry") or [None, None])[1] is not None:
        word = words[event.changes["entry"][1]]
    elif event.kind == Event.RESOLVED:
        word = event.changes["cause"][1]
    elif event.kind in EXPLAINED:
        word = event.remark or ""
    at = event.at.timestamp()
    return Done(event.ticket_id, event.seq, event.kind, event.actor, event.changes, word, at)


def _alarms(session: DeskSession, at: datetime) -> list[history.Alarm]:
    """All but those of pages, which ring again and again: what they bring about is in `_calls`."""
    return [
        history.Alarm(
            alarm.ticket_id,
            f"{alarm.kind} {alarm.subject}",
            rang=alarm.state == AlarmState.RUNG,
            is_due=alarm.state == AlarmState.ARMED and alarm.due_at < at - LATE,
        )
        for alarm in session.scalars(select(Alarm).where(Alarm.state != AlarmState.CANCELLED))
        if alarm.kind not in {AlarmKind.PAGE_CLIMB, AlarmKind.PAGE_EXPIRES}
    ]


def _calls(session: DeskSession) -> list[history.Alarm]:
    """Who was called by which page, in which turn."""
    return [
        history.Alarm(message.ticket_id or 0, f"call of {message.channel} by {message.about}")
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Kind.PAGE))
    ]


def _promises(session: DeskSession) -> list[Promise]:
    return [
        Promise(
            m.id, m.key, m.lane, m.state, m.kind in REPEATABLE, m.kind, at=m.created_at.timestamp()
        )
        for m in session.scalars(select(OutboxMessage))
    ]
