"""How often each way into Slack may be used, and whose turn it is.

Posts keep the pace of their channel, and all of them together that of the workspace; changes in
place keep the pace that Slack allows their method in the whole workspace, so that many redraws
never hold up a post, nor posts a redraw. A gate that has not been used for a while lets a few
through at once. `Store.pace` says how many times that Slack takes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import CursorResult, bindparam, delete, or_, select, update

from store.database import DeskSession
from store.kinds import METHODS, Priority
from store.models import Gate, OutboxMessage, table_of
from store.upserts import insert_once


class Pace(NamedTuple):
    """One use every so often in the long run; `saved`: how much waiting an idle gate has saved."""

    every: timedelta
    saved: timedelta = timedelta()


POSTS: Final = Pace(timedelta(seconds=1))
"""chat.postMessage: about one a second in a channel (Slack's page on rate limits)."""

TOGETHER: Final = "chat.postMessage"
"""The gate that every post passes after that of its channel. A page does not wait there either."""

PACES: Final[Mapping[str, Pace]] = {
    TOGETHER: Pace(timedelta(seconds=0.2), saved=timedelta(seconds=20)),
    "chat.update": Pace(timedelta(seconds=1.2), saved=timedelta(seconds=30)),
    "views.publish": Pace(timedelta(seconds=0.6), saved=timedelta(seconds=30)),
    "usergroups.users.update": Pace(timedelta(seconds=3)),
    "files.completeUploadExternal": Pace(timedelta(seconds=0.6), saved=timedelta(seconds=30)),
    "conversations.replies": Pace(timedelta(seconds=2), saved=timedelta(seconds=20)),
    "chat.postEphemeral": Pace(timedelta(seconds=0.6), saved=timedelta(seconds=6)),
}
"""Several hundred posts, and 50, 100, 20, 50 and 100 a minute in a workspace; bursts are tolerated
(same page, tiers 2 to 4). Threads are read by `bot.reading` as well.
"""

assert PACES.keys() == {TOGETHER, *METHODS.values()}

_GATE: Final = table_of(Gate)
_HELD: Final = (
    update(_GATE)
    .where(_GATE.c.name == bindparam("gate"), _GATE.c.lease_until == bindparam("held"))
    .values(lease_until=bindparam("lease"))
)
_PASS: Final = (
    update(_GATE)
    .where(_GATE.c.name == bindparam("gate"), _GATE.c.next_at == bindparam("opened"))
    .values(next_at=bindparam("opens"), lease_until=bindparam("lease"))
)
_PASS_IF_FREE: Final = _PASS.where(
    or_(_GATE.c.lease_until.is_(None), _GATE.c.lease_until <= bindparam("now"))
)

_TOGETHER_NOW: Final = select(_GATE.c.next_at).where(_GATE.c.name == TOGETHER).with_for_update()


def opens_next(
    name: str, opened_at: datetime | None, at: datetime, *, times: float = 1
) -> datetime:
    """When a gate that was open since then, and is used now, may be used again, in a Slack that
    takes so many `times` what Slack promises.
    """
    pace = PACES.get(name, POSTS)
    every = pace.every / times
    rested = at + every - pace.saved
    return rested if opened_at is None else max(opened_at + every, rested)


class Opened(NamedTuple):
    """Since when the gates that a message passes were open; None: as long as anybody knows."""

    own: datetime | None
    together: datetime | None


def enter(
    session: DeskSession, message: OutboxMessage, *, opened: Opened, at: datetime, lease: datetime
) -> bool:
    """Use its gates now; False when somebody else was faster. A page does not wait until whoever is
    using its channel's has come back.
    """
    is_page = message.priority == Priority.PAGE
    if not _pass(session, message.gate, opened.own, at=at, lease=lease, even_in_use=is_page):
        return False
    return (
        message.gate in PACES
        or _pass(session, TOGETHER, opened.together, at=at)
        or _pass_after_others(session, at=at, is_page=is_page)
    )


def _pass_after_others(session: DeskSession, *, at: datetime, is_page: bool) -> bool:
    """Others have posted since we looked: with several processes that is usual, and no reason to
    begin anew. None: it has just been forgotten.
    """
    opened_at = session.scalar(_TOGETHER_NOW)
    may_pass = is_page or opened_at is None or opened_at <= at
    return may_pass and _pass(session, TOGETHER, opened_at, at=at)


def _pass(
    session: DeskSession,
    name: str,
    opened_at: datetime | None,
    *,
    at: datetime,
    lease: datetime | None = None,
    even_in_use: bool = True,
) -> bool:
    opens = opens_next(name, opened_at, at, times=session.pace)
    if opened_at is None:
        return insert_once(
            session, Gate, unique=("name",), name=name, next_at=opens, lease_until=lease
        )
    now = {} if even_in_use else {"now": at}
    used = session.execute(
        _PASS if even_in_use else _PASS_IF_FREE,
        {"gate": name, "opened": opened_at, "opens": opens, "lease": lease, **now},
    )
    assert isinstance(used, CursorResult)
    return used.rowcount == 1


def stay(session: DeskSession, message: OutboxMessage, *, lease: datetime) -> None:
    """Whoever is using the gate needs longer."""
    session.execute(_HELD, {"gate": message.gate, "held": message.lease_until, "lease": lease})


def leave(session: DeskSession, message: OutboxMessage, *, shut_until: datetime | None) -> None:
    """Done with it, unless a page has taken it over since; `shut_until` is Slack's Retry-After."""
    session.execute(_HELD, {"gate": message.gate, "held": message.lease_until, "lease": None})
    if shut_until is not None:
        session.execute(
            update(Gate)
            .where(Gate.name == message.gate, Gate.next_at < shut_until)
            .values(next_at=shut_until)
        )


def free_all(session: DeskSession) -> None:
    """Nobody who was using one is alive."""
    session.execute(update(Gate).where(Gate.lease_until.is_not(None)).values(lease_until=None))


def forget(session: DeskSession, *, before: datetime) -> None:
    """Drop gates that nobody has used since: they are open, as those are that have no row."""
    session.execute(delete(Gate).where(Gate.next_at < before, Gate.lease_until.is_(None)))
