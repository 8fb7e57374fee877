"""One message per person for everything about clocks that one tick has to say to them.

A bundle waits until the tick is over (`release`), or for `HOLD` if the process dies before that.
It holds ids only; what is no longer true when it is drawn is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypedDict

from sqlalchemy import select, text, update

from store import clockwork, outbox
from store.database import DeskSession
from store.models import Delivery, OutboxMessage, Target, Ticket
from store.outbox import Audience, Kind, Priority

HOLD: Final = timedelta(seconds=30)
MOST: Final = 20
"""Items told one by one; of more, only the number is kept."""

_WAITING: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial index is used on both engines."""


class Item(TypedDict):
    """Something about a target: why the person hears, and in which role."""

    target: int
    what: Literal["reminder", "breach", "climb", "moved"]
    role: Literal["assignee", "lead"]


def add(session: DeskSession, told: Mapping[str, Sequence[Item]], *, at: datetime) -> None:
    """Put these into what each person hears of this tick. A newer word on a target replaces an
    older one.
    """
    waiting = _waiting_for(session, list(told), at)
    for person, items in told.items():
        bundle = waiting.get(person)
        if bundle is None:
            _begin(session, person, items, at)
        elif isinstance(bundle, OutboxMessage):
            bundle.about = _with(bundle.about, items)
        else:
            bundle["about"] = _with(bundle["about"], items)


def tell(session: DeskSession, people: Iterable[str | None], item: Item, *, at: datetime) -> None:
    """Put the same thing into the bundles of several people."""
    add(session, {person: [item] for person in people if person is not None}, at=at)


def release(session: DeskSession, *, at: datetime) -> None:
    """The tick is over: its bundles may go."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.kind == Kind.CLOCK,
            OutboxMessage.state == Delivery.READY,
            OutboxMessage.created_at == at,
            _WAITING,
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
    return {"reminder": not late, "breach": late, "climb": late, "moved": True}[item["what"]]


def _waiting_for(
    session: DeskSession, people: Sequence[str], at: datetime
) -> dict[str, OutboxMessage | dict[str, Any]]:
    """The bundles of this tick that have not gone yet, by person: rows, or promises of rows."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.channel.in_(people),
            OutboxMessage.kind == Kind.CLOCK,
            OutboxMessage.state == Delivery.READY,
            OutboxMessage.created_at == at,
            _WAITING,
        )
        .with_for_update()
    )
    promised = (
        row for row in session.promises if row["kind"] == Kind.CLOCK and row["created_at"] == at
    )
    return {row.channel: row for row in rows} | {row["channel"]: row for row in promised}


def _begin(session: DeskSession, person: str, items: Sequence[Item], at: datetime) -> None:
    outbox.add(
        session,
        Kind.CLOCK,
        audience=Audience.PERSON,
        channel=person,
        lane=f"clock:{person}",
        at=at,
        priority=Priority.REMINDER,
        not_before=at + HOLD,
        **_with({"items": [], "more": 0}, items),
    )


def _with(about: Mapping[str, Any], items: Sequence[Item]) -> dict[str, Any]:
    kept = {item["target"]: item for item in about["items"]}
    kept.update({item["target"]: item for item in items})
    told = list(kept.values())
    return {"items": told[:MOST], "more": about["more"] + max(0, len(told) - MOST)}
