"""Pages that Slack did not take in time: they are owed by other means, each once per person called.

A call is claimed before it is made, so that of several processes one makes it; after a crash it is
made again, because a page may come twice but not never.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, or_, select

from store import telling
from store.audit import DESK
from store.database import DeskSession
from store.models import Means, OutsideCall, OutsideState, Page, PageState, Ring
from store.periods import first_in_period
from store.upserts import insert_once

PATIENCE: Final = timedelta(seconds=30)
"""How long Slack may take for a page."""

AGAIN: Final = timedelta(seconds=30)
TRIES: Final = 5


def owe_overdue(session: DeskSession, means: Iterable[Means], *, at: datetime) -> int:
    """Write down every call of a ringing page that Slack refused, or has not taken in time.
    Return how many are new.
    """
    overdue = session.scalars(
        select(Ring.id)
        .join(Page)
        .where(
            Ring.person != DESK,
            _IS_WANTED,
            or_(Ring.refused_at.is_not(None), Ring.at <= at - PATIENCE),
        )
    ).all()
    return sum(
        insert_once(
            session,
            OutsideCall,
            unique=("ring_id", "means"),
            ring_id=ring,
            means=by,
            state=OutsideState.READY,
            tries=0,
            next_at=at,
        )
        for ring in overdue
        for by in means
    )


def is_due(session: DeskSession, *, at: datetime) -> bool:
    """Whether a page rings that may be overdue, or a call waits to be made: a read."""
    ringing = select(Page.id).where(Page.state == PageState.RINGING).limit(1)
    waiting = _ready(at).limit(1)
    return any(session.scalar(question) is not None for question in (ringing, waiting))


def take(session: DeskSession, *, at: datetime) -> OutsideCall | None:
    """Claim the next call that is still wanted: nobody is called whom Slack has reached since, nor
    for a page that somebody has. It is due again after a while, should nobody settle it.
    """
    found = session.scalar(
        _ready(at)
        .order_by(OutsideCall.next_at, OutsideCall.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutsideCall)
    )
    if found is not None:
        found.tries += 1
        found.next_at = at + AGAIN
    return found


def settle(session: DeskSession, call_id: int, *, error: str | None, at: datetime) -> None:
    """It went out, or not: then it is tried again, a few times, and the admins hear of it."""
    call = session.get_one(OutsideCall, call_id, with_for_update=True, populate_existing=True)
    call.error = error
    if error is None:
        call.state, call.settled_at = OutsideState.SENT, at
        return
    if call.tries >= TRIES:
        call.state, call.settled_at = OutsideState.FAILED, at
    if first_in_period(session, "beyond slack failed", f"{at:%Y-%m-%d %H}", at=at):
        telling.tell_admins(session, "beyond_slack_failed", at=at)


_IS_WANTED: Final = and_(
    Page.state == PageState.RINGING, Ring.delivered_at.is_(None), Ring.answer.is_(None)
)


def _ready(at: datetime) -> Select[OutsideCall]:
    is_due = (OutsideCall.state == OutsideState.READY) & (OutsideCall.next_at <= at)
    return select(OutsideCall).join(Ring).join(Page).where(is_due, _IS_WANTED)
