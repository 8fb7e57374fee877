"""One message per person for everything about clocks that one tick has to say to them.

A bundle waits until the tick is over (`release`), or for `HOLD` if the process dies before that.
It holds ids only; what is no longer true when it is drawn is left out.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NotRequired, TypedDict

from sqlalchemy import select, text, update

from store import clockwork, outbox
from store.causes import Cause
from store.database import DeskSession
from store.kinds import Audience, Kind, Priority
from store.models import Delivery, OutboxMessage, Target, Ticket

HOLD: Final = timedelta(seconds=30)
MOST: Final = 20
"""Items told one by one; of more, only the number is kept."""

_WAITING: Final = (
    OutboxMessage.sent_at.is_(None),
    text("outbox_message.state IN ('ready', 'sending', 'unsure')"),
)
"""Literal, so that the partial index of lanes is used on both engines."""


class Item(TypedDict):
    """Something about a target: why the person hears, and in which role."""

    target: int
    what: Literal["reminder", "breach", "climb", "moved"]
    role: Literal["assignee", "lead"]
    was: NotRequired[str]
    """Of a moved one: the deadline before, in ISO format."""
    which: NotRequired[Sequence[int]]
    """Of a reminder: its number, and of how many."""


def add(
    session: DeskSession,
    told: Mapping[str, Sequence[Item]],
    *,
    at: datetime,
    causes: Mapping[str, Cause],
) -> None:
    """Put these into what each person hears of this tick. A newer word on a target replaces an
    older one. `causes`: the alarm of whoever hears of one only.
    """
    session.told |= told.keys()
    waiting = _waiting_for(session, list(told), at)
    for person, items in told.items():
        bundle = waiting.get(person)
        if bundle is None:
            about = joined({"items": [], "more": 0}, items)
            session.cause = causes.get(person)
            begin(session, person, about, at=at, not_before=at + HOLD)
            session.cause = None
        elif isinstance(bundle, OutboxMessage):
            bundle.about = joined(bundle.about, items)
            bundle.key = str(uuid.uuid4())  # what it said alone is another message
        else:
            bundle["about"] = joined(bundle["about"], items)
            bundle["key"] = str(uuid.uuid4())


def release(session: DeskSession, people: Collection[str], *, at: datetime) -> None:
    """The tick is over: what it had to say to these people may go."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.lane.in_([_lane(person) for person in people]),
            OutboxMessage.state == Delivery.READY,
            OutboxMessage.created_at == at,
            *_WAITING,
        )
        .values(not_before=at)
        .execution_options(synchronize_session=False)
    )


def is_true(session: DeskSession, item: Item, person: str, *, at: datetime) -> bool:
    """Whether it still concerns the person: owed, not paused, and theirs. A reminder is overtaken
    by its deadline, and whatever is said of a missed one by a later deadline.
    """
    target = session.get_one(Target, item["target"])
    ticket = session.get_one(Ticket, target.ticket_id)
    if not clockwork.is_owed(ticket, target) or target.due_at is None:
        return False
    if item["role"] == "assignee" and ticket.assignee != person:
        return False
    late = target.due_at <= at
    moved = target.due_at.isoformat() != item.get("was")
    return {"reminder": not late, "breach": late, "climb": late, "moved": moved}[item["what"]]


def _waiting_for(
    session: DeskSession, people: Sequence[str], at: datetime
) -> dict[str, OutboxMessage | dict[str, Any]]:
    """The bundles of this tick that have not gone yet, by person: rows, or promises of rows."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.lane.in_([_lane(person) for person in people]),
            OutboxMessage.state == Delivery.READY,
            OutboxMessage.created_at == at,
            *_WAITING,
        )
        .order_by(OutboxMessage.id)
        .with_for_update()
    )
    promised = (
        row for row in session.promises if row["kind"] == Kind.CLOCK and row["created_at"] == at
    )
    return {row.channel: row for row in rows} | {row["channel"]: row for row in promised}


def begin(
    session: DeskSession,
    person: str,
    about: Mapping[str, Any],
    *,
    at: datetime,
    not_before: datetime,
) -> None:
    """Promise one message with all of this."""
    outbox.add(
        session,
        Kind.CLOCK,
        audience=Audience.PERSON,
        channel=person,
        lane=_lane(person),
        at=at,
        priority=Priority.REMINDER,
        not_before=not_before,
        **about,
    )


def _lane(person: str) -> str:
    return f"clock:{person}"


def joined(about: Mapping[str, Any], items: Sequence[Item]) -> dict[str, Any]:
    """What a bundle holds when these come to it."""
    kept: dict[int, Item] = {item["target"]: item for item in about["items"]}
    for item in items:
        before = kept.get(item["target"])
        kept[item["target"]] = _after(before, item) if before else item
    told = list(kept.values())
    return {"items": told[:MOST], "more": about["more"] + max(0, len(told) - MOST)}


def _after(before: Item, item: Item) -> Item:
    """Of two moves, from where the first began: that is what the person knows."""
    if before["what"] == item["what"] == "moved" and "was" in before:
        item["was"] = before["was"]
    return item
