"""What an operator sees and does in the outbox (`deskbell outbox`), beside a desk at work.

Nothing here sends: what is put back is taken by whichever process delivers.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import func, or_, select, text

from store import outbox, refusals
from store.audit import DESK, Event
from store.database import DeskSession
from store.kinds import CARD_ROLE, SHOWN_IN_PLACE, Kind
from store.models import Delivery, Gate, OutboxMessage, Ticket
from store.refusals import KILLS_WORKERS, ROOT_REFUSED
from store.rules.errors import DeskError

_LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial index is used on both engines."""

_GONE: Final = (Delivery.REFUSED, Delivery.DROPPED)


class CannotTend(DeskError):
    """The message is not one with which that can be done; the sentence is for a terminal."""


class Pending(NamedTuple):
    """A message that is not in Slack, with what it waits for."""

    message: OutboxMessage
    gate: Gate | None
    """None: nobody has used it yet, so it is open."""
    behind: int | None
    """The message that goes before it in its conversation."""


def counts(session: DeskSession) -> dict[Delivery, int]:
    """How many messages wait, by state, and how many were refused."""
    rows = session.execute(
        select(OutboxMessage.state, func.count())
        .where(or_(_LIVE, OutboxMessage.state == Delivery.REFUSED))
        .group_by(OutboxMessage.state)
    )
    return {Delivery(state): count for state, count in rows}


def refused(session: DeskSession, *, limit: int) -> list[OutboxMessage]:
    """What Slack will not take as it is, the latest first."""
    found = select(OutboxMessage).where(OutboxMessage.state == Delivery.REFUSED)
    return list(session.scalars(found.order_by(OutboxMessage.id.desc()).limit(limit)))


def waiting(session: DeskSession, *, limit: int) -> list[Pending]:
    """What has still to go out, oldest first."""
    found = session.execute(
        select(OutboxMessage, Gate)
        .join(Gate, Gate.name == OutboxMessage.gate, isouter=True)
        .where(_LIVE)
        .order_by(OutboxMessage.id)
        .limit(limit)
    )
    firsts: dict[str, int] = {}
    told = []
    for message, gate in found:
        first = firsts.setdefault(message.lane, message.id)
        told.append(Pending(message, gate, None if first == message.id else first))
    return told


class Queue(NamedTuple):
    """What waits at one gate."""

    gate: str
    messages: int
    since: datetime
    opens: datetime | None


def queues(session: DeskSession, *, limit: int) -> list[Queue]:
    """The channels and methods for which most waits, the longest queue first."""
    count = func.count()
    rows = session.execute(
        select(OutboxMessage.gate, count, func.min(OutboxMessage.created_at), Gate.next_at)
        .join(Gate, Gate.name == OutboxMessage.gate, isouter=True)
        .where(_LIVE)
        .group_by(OutboxMessage.gate, Gate.next_at)
        .order_by(count.desc(), OutboxMessage.gate)
        .limit(limit)
    )
    return [Queue(*row) for row in rows]


def retry(
    session: DeskSession, message_id: int, *, at: datetime, operator: str = "", by: str = DESK
) -> Sequence[OutboxMessage]:
    """Send it as soon as possible, and what was refused with it; CannotTend when that is not
    possible. One that may be in Slack is looked for first, as always. Asked for by somebody in
    Slack (`by`), or by an operator at a terminal, whose name is all that is known.
    """
    message = _tended(session, message_id)
    rest = _went_down_with(session, message)
    _follow_team(session, message)
    _refuse_second(session, message)
    again = [message, *rest]
    for each in again:
        _follow_team(session, each)
        _revive(each, at)
    who = {"operator": operator} if operator else {}
    refusals.note(session, message, Event.DELIVERY_RETRIED, at=at, by=by, **who)
    return again


def drop(
    session: DeskSession, message_id: int, *, by: str, reason: str, at: datetime
) -> OutboxMessage:
    """Never say it, and keep who decided so and why; CannotTend when it is too late."""
    message = _tended(session, message_id)
    message.state = Delivery.DROPPED
    message.error = f"dropped by {by}: {reason}"
    about = {"operator": by, "reason": reason}
    refusals.note(session, message, Event.DELIVERY_DROPPED, at=at, **about)
    return message


def _tended(session: DeskSession, message_id: int) -> OutboxMessage:
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None:
        raise CannotTend(f"There is no message {message_id} in the outbox.")
    match message.state:
        case Delivery.SENT:
            raise CannotTend(f"Message {message_id} is in Slack already.")
        case Delivery.DROPPED:
            why = message.error or "it was no longer worth saying"
            raise CannotTend(f"Message {message_id} will never be sent ({why}).")
        case Delivery.SENDING:
            raise CannotTend(f"Message {message_id} is being sent right now; look again soon.")
    return message


def _went_down_with(session: DeskSession, message: OutboxMessage) -> list[OutboxMessage]:
    if message.state != Delivery.REFUSED or not refusals.is_root(message):
        return []
    rest = refusals.rest_of_lane(session, message, Delivery.REFUSED)
    return [later for later in rest if (later.error or "").startswith(ROOT_REFUSED)]


def _follow_team(session: DeskSession, message: OutboxMessage) -> None:
    """A team's cards, and what goes under them, belong where the team is now: since Slack refused
    this, the policy may have given it another channel.
    """
    policy = session.policy
    places = {policy.queue_channel, *(team.channel for team in policy.teams.values())}
    is_teams = message.kind == Kind.CARD or message.thread == CARD_ROLE
    if is_teams and message.ticket_id is not None and message.channel not in places:
        ticket = session.get_one(Ticket, message.ticket_id)
        message.channel = policy.team(ticket.team).channel
        message.gate = outbox.gate_of(Kind(message.kind), message.channel)
        message.lane = outbox.lane_of(ticket.id, message.channel)


def _refuse_second(session: DeskSession, message: OutboxMessage) -> None:
    """Raise CannotTend when a later message has taken the refused one's place."""
    if message.state != Delivery.REFUSED or message.kind not in {Kind.CARD, *SHOWN_IN_PLACE}:
        return
    later = session.scalar(
        select(func.max(OutboxMessage.id)).where(
            OutboxMessage.lane == message.lane,
            OutboxMessage.kind == message.kind,
            OutboxMessage.channel == message.channel,
            OutboxMessage.id > message.id,
            OutboxMessage.state.not_in(_GONE),
        )
    )
    if later is not None:
        raise CannotTend(
            f"Message {later} has taken the place of message {message.id}; drop the old one."
        )


def _revive(message: OutboxMessage, at: datetime) -> None:
    may_be_there = message.doubtful or message.error == KILLS_WORKERS
    if message.state == Delivery.REFUSED:
        message.state = Delivery.UNSURE if may_be_there else Delivery.READY
    message.not_before = at
    message.deaths = 0
    message.error = None
