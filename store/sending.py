"""What became of a message that was taken (`store.taking`): each outcome is one function here.

Every one carries the attempt number: a process whose lease was lost while it was asleep finds
another number and changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, exists, select, text, update

from store import calling, gates, outbox, receipts, user_groups
from store.database import DeskSession
from store.kinds import (
    ANNOUNCED_ROLE,
    CARD_ROLE,
    METHODS,
    ROOT_ROLE,
    ROOTS,
    SHOWN_IN_PLACE,
    Kind,
    Priority,
    Tell,
    change_role,
    handoff_role,
)
from store.models import Delivery, OutboxMessage, Posting, table_of
from store.outbox import ONE_WAITS
from store.upserts import insert_once

LEASE: Final = timedelta(seconds=30)
QUIET: Final = timedelta(seconds=20)
"""How long after an attempt of unknown outcome before the history can be trusted …"""
LOOK_AGAIN: Final = timedelta(seconds=10)
"""… and from the first look that found nothing to the second: the history lags behind."""
SWEEP_AFTER: Final = timedelta(minutes=2)
"""When to look for a copy that Slack made late, after a message was sent once more; and when to
draw something once more, because Slack may have done an older change of it last.
"""

PAGE_LEASE: Final = timedelta(seconds=8)
PAGE_QUIET: Final = timedelta(seconds=8)
PAGE_LOOK_AGAIN: Final = timedelta(seconds=4)
PAGE_PATIENCE: Final = timedelta(seconds=110)
"""Then a page that nobody can look for is repeated, to be in Slack within two minutes."""

MOST_DEATHS: Final = 5
"""A message that has cost so many of its senders their lives is not tried again."""

LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial indexes are used on both engines."""

_OUTBOX: Final = table_of(OutboxMessage)
_HURRY: Final = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.ticket_id == bindparam("ticket"),
        _OUTBOX.c.channel == bindparam("where"),
        _OUTBOX.c.kind.in_([Kind.REDRAW, Kind.PAGE_REDRAW, Kind.ENTRY_REDRAW, Kind.HANDOFF_REDRAW]),
        _OUTBOX.c.state == Delivery.READY,
        _OUTBOX.c.not_before > bindparam("now"),
    )
    .values(not_before=bindparam("now"))
)
"""What was to be changed before anybody knew where it is."""


def lease_of(message: OutboxMessage) -> timedelta:
    """How long whoever takes it has, before others may think it dead."""
    return PAGE_LEASE if message.priority == Priority.PAGE else LEASE


def posts(message: OutboxMessage) -> bool:
    """Whether doing it twice would show. What changes in place may be repeated without a look."""
    return message.kind not in METHODS


def may_come_late(message: OutboxMessage) -> bool:
    """Whether it would show if Slack did later, after all, what it was asked to do before."""
    return posts(message) or message.kind in SHOWN_IN_PLACE


def settle(
    session: DeskSession,
    message_id: int,
    *,
    attempt: int,
    at: datetime,
    channel: str | None = None,
    ts: str | None = None,
) -> bool:
    """It is in Slack. False: the lease was lost, and whoever holds it will find our message."""
    message = held(session, message_id, attempt)
    if message is None:
        return False
    gates.leave(session, message, shut_until=None)
    message.state = Delivery.SENT
    message.lease_until = message.error = None
    message.sent_at = at
    message.slack_channel, message.slack_ts = channel, ts
    if may_come_late(message) and (message.misses or message.doubtful):
        message.recheck_at = at + SWEEP_AFTER
    _remember(session, message, at)
    calling.reached(session, message, at=at)
    receipts.follow(session, message, at=at)
    user_groups.done(session, message)
    return True


def hold_on(
    session: DeskSession, message_id: int, *, attempt: int, at: datetime
) -> datetime | None:
    """A new lease for whoever needs longer; None when another has taken over."""
    message = held(session, message_id, attempt)
    if message is None:
        return None
    lease = at + lease_of(message)
    gates.stay(session, message, lease=lease)
    message.lease_until = lease
    return lease


def put_back(
    session: DeskSession,
    message_id: int,
    *,
    attempt: int,
    until: datetime,
    error: str,
    counts: bool = True,
    shut: bool = False,
    in_doubt: bool = False,
) -> None:
    """Not sent, or no harm if it was (`in_doubt`); later. Not `counts`: it was not the message's
    fault. `shut`: its gate stays closed until then, for that is what Slack asked for, and it is
    still the first there. The error is kept until it is sent.
    """
    message = held(session, message_id, attempt)
    if message is None:
        return
    gates.leave(session, message, shut_until=until if shut else None)
    message.state = _state_after(session, message)
    message.lease_until = None
    message.error = error
    if in_doubt and may_come_late(message):
        message.recheck_at = until + SWEEP_AFTER
    if not shut:
        message.not_before = until
    if not counts:
        message.attempts -= 1


def doubt(
    session: DeskSession,
    message_id: int,
    *,
    attempt: int,
    at: datetime,
    error: str,
    until: datetime | None = None,
) -> bool:
    """Nobody knows whether Slack has it: look before it is repeated, not before `until`. A page
    asks again when its patience ends, whatever Slack says. False: the lease was lost.
    """
    message = held(session, message_id, attempt)
    if message is None:
        return False
    message.error = error
    is_page = message.priority == Priority.PAGE
    quiet = at + (PAGE_QUIET if is_page else QUIET)
    if until is not None and is_page:
        until = min(until, (message.first_tried_at or at) + PAGE_PATIENCE)
    _stay_unsure(session, message, until=max(quiet, until or quiet))
    return True


def missed(session: DeskSession, message_id: int, *, attempt: int, at: datetime) -> bool:
    """The history does not show it. True: looked twice, so it may be sent now."""
    message = held(session, message_id, attempt)
    if message is None:
        return False
    message.misses += 1
    if message.misses % 2 == 0:
        message.doubtful = False
        return True
    again = PAGE_LOOK_AGAIN if message.priority == Priority.PAGE else LOOK_AGAIN
    _stay_unsure(session, message, until=at + again)
    return False


def drop(session: DeskSession, message_id: int, *, attempt: int) -> None:
    """No longer worth saying."""
    message = held(session, message_id, attempt)
    if message is not None:
        gates.leave(session, message, shut_until=None)
        message.state = Delivery.DROPPED
        message.lease_until = None


def held(session: DeskSession, message_id: int, attempt: int) -> OutboxMessage | None:
    """The message, locked, if this attempt still holds it."""
    message = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    ours = message and message.state == Delivery.SENDING and message.attempts == attempt
    return message if ours else None


def _stay_unsure(session: DeskSession, message: OutboxMessage, *, until: datetime) -> None:
    gates.leave(session, message, shut_until=None)
    message.state = Delivery.UNSURE
    message.lease_until = None
    message.not_before = until


def _state_after(session: DeskSession, message: OutboxMessage) -> Delivery:
    """As it was. A redraw is superfluous when the same one waits behind it."""
    if posts(message):
        return Delivery.UNSURE if message.doubtful else Delivery.READY
    same_waits = exists().where(
        OutboxMessage.lane == message.lane,
        OutboxMessage.id != message.id,
        OutboxMessage.state == Delivery.READY,
    )
    is_one = message.kind in ONE_WAITS and session.scalar(select(same_waits))
    return Delivery.DROPPED if is_one else Delivery.READY


def _remember(session: DeskSession, message: OutboxMessage, at: datetime) -> None:
    """Keep the place of what matters later: cards, roots of threads, pages. Redraws that waited
    for it need not wait any longer.
    """
    role, ticket = role_of(message), message.ticket_id
    if role is None or not (message.slack_ts and message.slack_channel):
        return
    where: dict[str, Any] = {"ticket_id": ticket, "role": role, "channel": message.channel}
    place = {"slack_channel": message.slack_channel, "ts": message.slack_ts}
    if (
        ticket is not None
        and posts(message)
        and insert_once(session, Posting, unique=tuple(where), **where, **place)
    ):
        session.execute(_HURRY, {"ticket": ticket, "where": message.channel, "now": at})
        return
    known = outbox.posting(session, ticket, role, message.channel)
    if known is None:
        session.add(Posting(**where, **place))
    else:
        known.slack_channel, known.ts = message.slack_channel, message.slack_ts


def role_of(message: OutboxMessage) -> str | None:
    """As what the message is looked up when it has to be changed; None: it never is."""
    if message.kind in {Kind.CARD, Kind.REDRAW}:
        return CARD_ROLE
    if "again" in message.about:  # another message has taken over its role
        return None
    if message.kind == Kind.NEWS and message.thread is None and message.about["news"] in ROOTS:
        return ROOT_ROLE
    if message.kind == Kind.ANNOUNCE and message.thread is None:
        return ANNOUNCED_ROLE
    if message.kind in {Kind.DUTY, Kind.DUTY_REDRAW} and _asks_for_agreement(message):
        return change_role(message.about["change"])
    if _hands_over(message):
        return handoff_role(message.about["event"])
    numbered = _NUMBERED.get(Kind(message.kind))
    return f"{numbered[0]}:{message.about[numbered[1]]}" if numbered else None


_NUMBERED: Final = {
    Kind.ENTRY: ("entry", "entry"),
    Kind.ENTRY_REDRAW: ("entry", "entry"),
    Kind.HELP: ("help", "request"),
    Kind.HELP_REDRAW: ("help", "request"),
    Kind.PAGE: ("page", "page"),
    Kind.PAGE_REDRAW: ("page", "page"),
}
"""The roles of messages of which a ticket has several, and what of them tells which."""


def _hands_over(message: OutboxMessage) -> bool:
    if message.kind in {Kind.HANDOFF, Kind.HANDOFF_REDRAW}:
        return True
    is_told = message.kind == Kind.TELL and message.about["tell"] == Tell.ASSIGNED
    return is_told and "event" in message.about


def _asks_for_agreement(message: OutboxMessage) -> bool:
    return "change" in message.about and not message.about.get("news")
