"""What database and Slack hold in the end, in the checker's words."""

from sqlalchemy import exists, select

from sandbox import Sandbox
from store.audit import Event
from store.database import DeskSession, Store
from store.models import AuditEvent, Entry, OutboxMessage, Ticket
from tests.crash.ending import REPEATABLE, everything, key_of
from tests.crash.stage import LIVE
from tests.soak.history import Done, Found, Post, Promise


def is_at_rest(store: Store) -> bool:
    """Nothing waits to be said."""
    with store.snapshot() as session:
        return not session.scalar(select(exists().where(OutboxMessage.state.in_(LIVE))))


def look(store: Store, slack: Sandbox) -> Found:
    """Everything, on both sides."""
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
        )  # fmt: skip


def _done(event: AuditEvent, tickets: dict[int, Ticket], words: dict[int, str]) -> Done:
    word = ""
    if event.kind == Event.OPENED:
        word = tickets[event.ticket_id].summary
    elif (event.changes.get("entry") or [None, None])[1] is not None:
        word = words[event.changes["entry"][1]]
    elif event.kind == Event.RESOLVED:
        word = event.changes["cause"][1]
    return Done(event.ticket_id, event.seq, event.kind, event.actor, event.changes, word)


def _promises(session: DeskSession) -> list[Promise]:
    return [
        Promise(m.id, m.key, m.lane, m.state, repeatable=m.kind in REPEATABLE)
        for m in session.scalars(select(OutboxMessage))
    ]
