"""How a scene ended, as far as it must be the same however often the desk died in it."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sandbox import Sandbox
from sandbox.records import Message
from store import audit
from store.audit import Event
from store.database import DeskSession, Store
from store.kinds import Kind, News, Tell
from store.models import (
    Alarm,
    AlarmState,
    Delivery,
    Entry,
    OutboxMessage,
    Posting,
    Ring,
    Ticket,
)

REPEATABLE = {
    Kind.REDRAW, Kind.ENTRY_REDRAW, Kind.PAGE_REDRAW, Kind.HANDOFF_REDRAW, Kind.HELP_REDRAW,
    Kind.HOME,
}  # fmt: skip
"""These change something in place; how often they do is nobody's business."""

OF_TIME = {News.PROMISE_MOVED, Tell.DEADLINE, Event.DEADLINE_MOVED}
"""Only when an answer moved a deadline, which depends on how long the kill held it up."""

Said = tuple[str, str, str, str]
"""Channel, kind, what about, state."""


@dataclass(frozen=True)
class Ending:
    """Compared with `==`: a crash must leave no trace in any of it."""

    tickets: list[tuple[object, ...]]
    events: list[tuple[object, ...]]
    entries: list[tuple[str, str, str]]
    rings: list[tuple[int, str, str, bool, str | None]]
    alarms: Counter[tuple[str, str, str]]
    promises: Counter[Said]
    postings: Counter[tuple[str, str]]


def ending(store: Store, slack: Sandbox) -> Ending:
    """Look at both sides; raise at once where anything is missing, doubled or out of order."""
    with store.snapshot() as session:
        promised = check_slack(session, slack)
        found = Ending(
            tickets=[
                (t.status, t.severity, t.team, t.assignee, t.version)
                for t in session.scalars(select(Ticket).order_by(Ticket.id))
            ],
            events=_events(session),
            entries=[(e.kind, e.author, e.text) for e in session.scalars(select(Entry))],
            rings=[
                (r.turn, r.level, r.person, r.delivered_at is not None, r.answer)
                for r in session.scalars(select(Ring).order_by(Ring.turn, Ring.person))
            ],
            alarms=Counter(
                (a.kind, _unnumbered(a.subject), a.state) for a in session.scalars(select(Alarm))
            ),
            promises=Counter(_said(m) for m in promised if _is_compared(m)),
            postings=Counter(
                (_unnumbered(p.role), p.channel) for p in session.scalars(select(Posting))
            ),
        )
    store.close()
    return found


def check_slack(session: DeskSession, slack: Sandbox) -> list[OutboxMessage]:
    """Nothing waits any more, every promise is in Slack once and in order, cards show the present.

    Return the promises.
    """
    promised = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    _check_each_is_in_slack_once(promised, slack)
    _check_order(promised)
    _check_cards(session, slack)
    return promised


def _is_compared(message: OutboxMessage) -> bool:
    about = message.about.get("news") or message.about.get("tell")
    return message.kind not in REPEATABLE and about not in OF_TIME


def _unnumbered(name: str) -> str:
    """Without a number that PostgreSQL counts on although a transaction came to nothing."""
    return "" if name.isdigit() else re.sub(r"^(page|entry|handoff):\d+$", r"\1", name)


def _events(session: DeskSession) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for ticket in session.scalars(select(Ticket)):
        events = audit.history(session, ticket.id)
        numbers = [event.seq for event in events]
        assert numbers == list(range(1, ticket.last_seq + 1)), f"gaps in {numbers}"
        assert len({a.id for a in _ringing_twice(session, ticket.id)}) == 0
        found += [(e.kind, e.actor, e.remark, e.version) for e in events if e.kind not in OF_TIME]
    return found


def _ringing_twice(session: DeskSession, ticket: int) -> list[Alarm]:
    rung = session.scalars(
        select(Alarm).where(Alarm.ticket_id == ticket, Alarm.state == AlarmState.RUNG)
    )
    seen: set[tuple[str, str]] = set()
    again = []
    for alarm in rung:
        again += [alarm] if (alarm.kind, alarm.subject) in seen else []
        seen.add((alarm.kind, alarm.subject))
    return again


def _said(message: OutboxMessage) -> Said:
    what = str(message.about.get("news") or message.about.get("tell") or "")
    return message.channel, message.kind, what, message.state


def _check_each_is_in_slack_once(promised: list[OutboxMessage], slack: Sandbox) -> None:
    there = Counter(key for message in everything(slack) if (key := key_of(message)))
    for message in promised:
        assert message.state in {Delivery.SENT, Delivery.DROPPED}, (message.kind, message.state)
        if message.kind not in REPEATABLE:
            wanted = 1 if message.state == Delivery.SENT else 0
            assert there.pop(message.key, 0) == wanted, f"{message.kind}: not {wanted}"
    assert not there, f"in Slack, but never promised: {there}"


def _check_order(promised: list[OutboxMessage]) -> None:
    lanes: dict[str, list[str]] = {}
    for message in promised:
        if message.slack_ts and message.kind not in REPEATABLE:
            lanes.setdefault(message.lane, []).append(message.slack_ts)
    for lane, times in lanes.items():
        assert times == sorted(times), f"lane {lane} is out of order: {times}"


def _check_cards(session: DeskSession, slack: Sandbox) -> None:
    """In every channel one, with the latest state: it carries the ticket's version."""
    for ticket in session.scalars(select(Ticket)):
        cards = session.scalars(
            select(Posting).where(Posting.ticket_id == ticket.id, Posting.role == "card")
        )
        for posting in cards:
            shown = slack.workspace.message(posting.slack_channel, posting.ts)
            assert shown is not None, f"the card in {posting.channel} is gone"
            actions = [b for b in shown.blocks if b["type"] == "actions"]
            assert all(
                b["block_id"].startswith(f"card-{ticket.id}-{ticket.version}-") for b in actions
            ), f"the card in {posting.channel} shows an old state"


def everything(slack: Sandbox) -> list[Message]:
    """Every message in the workspace."""
    workspace = slack.workspace
    with workspace.lock:
        return [m for there in workspace.messages.values() for m in there.values()]


def key_of(message: Message) -> str:
    """The outbox key that a message carries, or nothing."""
    metadata: dict[str, Any] = message.metadata or {}
    return str((metadata.get("event_payload") or {}).get("key") or "")
