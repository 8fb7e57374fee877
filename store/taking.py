"""Which message goes out next.

The question starts from the gates at which something waits (an index finds each in one step), not
from the backlog: whatever waits behind a closed gate costs nothing, nor what is not due yet. Of the
equally urgent at a gate, the one that has been due for longest goes first.
"""

from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    CursorResult,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from store import gates, outbox
from store.database import DeskSession
from store.kinds import Priority
from store.models import Delivery, Gate, Instant, OutboxMessage, table_of
from store.refusals import KILLS_WORKERS, refuse
from store.sending import MOST_DEATHS, lease_of

AHEAD: Final = 20
"""Messages at one gate that are asked when they may go, however many wait behind them."""

AT: Final = bindparam("at", type_=Instant)
_Found = Row[OutboxMessage, datetime | None, datetime | None]

_TOGETHER: Final = aliased(Gate, name="together")
LEAST_URGENT: Final = bindparam("least_urgent", type_=Integer)

_OUTBOX: Final = table_of(OutboxMessage)
_CLAIM: Final = update(_OUTBOX).where(
    _OUTBOX.c.id == bindparam("known_id"),
    _OUTBOX.c.attempts == bindparam("known_attempts"),
    _OUTBOX.c.state == bindparam("known_state"),
)
"""Sets what else it is given."""

_LESS_URGENT: Final = {int(each): int(less) for each, less in pairwise(sorted(Priority))}


class Outrun(Exception):
    """Another process has taken what we were about to take."""


def take(
    session: DeskSession, *, at: datetime, reserved_for_pages: bool = False
) -> OutboxMessage | None:
    """Claim the next message that may go out now, and its gate, under a lease.

    One whose senders keep dying is refused instead; what the admins hear of that may be next.
    Outrun when another process was faster: what was changed until then must not be committed.
    """
    while True:
        found = _found(session, at, reserved_for_pages=reserved_for_pages)
        if found is None:
            return None
        message, own, together = found
        _win(session, message, gates.Opened(own, together), at=at)
        if message.deaths < MOST_DEATHS:
            return message
        refuse(session, message.id, attempt=message.attempts, at=at, error=KILLS_WORKERS)
        outbox.write(session)


def finds_any(session: DeskSession, *, at: datetime, reserved_for_pages: bool = False) -> bool:
    """Whether `take` would find something, if nobody else is faster."""
    return _found(session, at, reserved_for_pages=reserved_for_pages) is not None


def _found(session: DeskSession, at: datetime, *, reserved_for_pages: bool) -> _Found | None:
    """The next message, and since when its gates are open."""
    least = Priority.PAGE if reserved_for_pages else max(Priority)
    return session.execute(
        _next(),
        {"at": at, "least_urgent": least},
        execution_options={"populate_existing": True},
    ).first()


def next_at(session: DeskSession, *, at: datetime) -> datetime | None:
    """When something may go out, given that nothing may now. None when nothing waits."""
    soonest: datetime | None = session.scalar(_soonest(), {"at": at})
    return soonest


@cache
def _next() -> Select[OutboxMessage, datetime | None, datetime | None]:
    """The most urgent among the heads of the open gates, and since when its gates are open. Not one
    that another process is just taking; what was asked of it is asked again here, because one that
    another has taken since is read as it is now.
    """
    heads = _heads()
    return (
        select(OutboxMessage, heads.c.own, heads.c.together)
        .join_from(heads, OutboxMessage, OutboxMessage.id == heads.c.id)
        .where(_is_free("outbox_message", OutboxMessage))
        .order_by(OutboxMessage.priority, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    )


def _is_free(name: str, message: type[OutboxMessage]) -> ColumnElement[bool]:
    """It is nobody's, or whoever had it has died."""
    return or_(text(f"{name}.state IN ('ready', 'unsure')"), message.lease_until <= AT)


def _heads() -> CTE:
    """Of every open gate the first message, looked for among the less urgent only where nothing
    more urgent is due. Joined from the left, so that closed gates are out before anything is asked
    about them.
    """
    waiting = _gates_in_use()
    in_use = or_(Gate.lease_until > AT, _must_wait_for_others(waiting))
    most = literal_column(str(int(min(Priority))), Integer)
    urgent = (
        select(
            waiting.c.name,
            Gate.next_at.label("own"),
            _TOGETHER.next_at.label("together"),
            case((in_use, int(Priority.PAGE)), else_=LEAST_URGENT).label("least"),
            most.label("priority"),
            _head(waiting, most).label("id"),
        )
        .select_from(waiting)
        .join(Gate, Gate.name == waiting.c.name, isouter=True)
        .join(_TOGETHER, _TOGETHER.name == gates.TOGETHER, isouter=True)
        .where(waiting.c.name.is_not(None), or_(Gate.name.is_(None), Gate.next_at <= AT))
        .cte("heads", recursive=True)
    )
    seen = urgent.c
    less = case(_LESS_URGENT, value=seen.priority)
    return urgent.union_all(
        select(seen.name, seen.own, seen.together, seen.least, less, _head(urgent, less)).where(
            seen.id.is_(None), less <= seen.least
        )
    )


def _head(at_gate: CTE, priority: ColumnElement[int]) -> ColumnElement[int]:
    """The first of that urgency at that gate that is due and the first of its lane; only a page
    while the gate is being used.

    Said so that each part can be answered by one index alone (hence `sent_at`, which the lane's
    index asks for): a planner that believes nothing to be waiting gets no choice.
    """
    head, first = aliased(OutboxMessage, name="head"), aliased(OutboxMessage, name="first")
    first_of_lane = (
        select(first.id)
        .where(first.lane == head.lane, first.sent_at.is_(None), _live("first"))
        .order_by(first.id)
        .limit(1)
        .correlate(head)
        .scalar_subquery()
    )
    return (
        select(head.id)
        .where(
            head.gate == at_gate.c.name,
            head.priority == priority,
            _live("head"),
            head.not_before <= AT,
            _is_free("head", head),
            head.id == first_of_lane,
        )
        .order_by(head.not_before, head.id)
        .limit(1)
        .correlate(at_gate)
        .scalar_subquery()
    )


@cache
def _soonest() -> Select[Any]:
    """Behind a closed gate nothing is looked at; at an open one, which of the next few is still to
    come: whoever has slept until then, or for a second, asks again.
    """
    waiting = _gates_in_use()
    message = aliased(OutboxMessage, name="message")
    due = case((text("message.state = 'sending'"), message.lease_until), else_=message.not_before)
    few = (
        select(due.label("due"))
        .where(message.gate == waiting.c.name, _live("message"))
        .order_by(message.priority, message.not_before, message.id)
        .limit(AHEAD)
        .correlate(waiting)
        .subquery("few")
    )
    to_come = select(func.min(few.c.due)).where(few.c.due > AT).scalar_subquery()
    free = case(
        (and_(Gate.lease_until > AT, Gate.lease_until > Gate.next_at), Gate.lease_until),
        (Gate.next_at > AT, Gate.next_at),
        (_must_wait_for_others(waiting), _TOGETHER.next_at),
        else_=to_come,
    )
    return (
        select(func.min(free, type_=Instant))
        .select_from(waiting)
        .join(Gate, Gate.name == waiting.c.name, isouter=True)
        .join(_TOGETHER, _TOGETHER.name == gates.TOGETHER, isouter=True)
        .where(waiting.c.name.is_not(None))
    )


def _must_wait_for_others(waiting: CTE) -> ColumnElement[bool]:
    """What waits at that gate is posts, and the workspace has just had many."""
    return and_(waiting.c.name.not_in(gates.PACES), _TOGETHER.next_at > AT)


def _gates_in_use() -> CTE:
    """Names of all gates at which something waits, each found by one step through the index; the
    last row is null.
    """
    first = select(_next_name()).cte("waiting", recursive=True)
    after = select(_next_name(after=first)).where(first.c.name.is_not(None))
    return first.union_all(after)


def _next_name(after: CTE | None = None) -> ColumnElement[str]:
    message = aliased(OutboxMessage, name="message")
    names = select(message.gate).where(_live("message")).order_by(message.gate).limit(1)
    if after is not None:
        names = names.where(message.gate > after.c.name).correlate(after)
    return names.scalar_subquery().label("name")


def _live(alias: str) -> ColumnElement[bool]:
    """Literal, so that the partial indexes are used on both engines."""
    return text(f"{alias}.state IN ('ready', 'sending', 'unsure')")  # type: ignore[return-value]  # text is a condition, too


def _win(
    session: DeskSession, message: OutboxMessage, opened: gates.Opened, *, at: datetime
) -> None:
    """Compare and set on message and gates: of several processes one wins. Not in a savepoint: that
    would be two round trips for each message, for the few that two processes want at once.
    """
    lease = at + lease_of(message)
    if not _claimed(session, message, at=at, lease=lease) or not gates.enter(
        session, message, opened=opened, at=at, lease=lease
    ):
        raise Outrun


def _claimed(
    session: DeskSession, message: OutboxMessage, *, at: datetime, lease: datetime
) -> bool:
    """Also changes `message`, if nobody else has."""
    died = message.state == Delivery.SENDING
    taken = {
        "state": Delivery.SENDING,
        "attempts": message.attempts + 1,
        "deaths": message.deaths + 1 if died else message.deaths,
        "lease_until": lease,
        "doubtful": message.state != Delivery.READY or message.doubtful,
        "first_tried_at": message.first_tried_at or at,
        "last_tried_at": at,
    }
    known = {"id": message.id, "state": message.state, "attempts": message.attempts}
    where = {f"known_{key}": value for key, value in known.items()}
    claimed = session.execute(_CLAIM, {**where, **taken})
    assert isinstance(claimed, CursorResult)
    if claimed.rowcount != 1:
        return False
    for key, value in taken.items():
        set_committed_value(message, key, value)
    return True
