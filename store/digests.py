"""When more waits for a channel than anybody would read, its notices become one message.

Only what the desk says by itself and the ticket shows anyway: lines, deadlines, news for agents.
Never a page or anything about a ticket that pages, never words that a person wrote, never what a
requester hears. A digest holds ticket numbers; it is drawn from what is true when it is sent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update

from store import access, outbox, refusals
from store.audit import Event
from store.database import DeskSession, Store
from store.kinds import Audience, Kind, Priority
from store.models import AuditEvent, Delivery, OutboxMessage, Ticket

OLD: Final = timedelta(seconds=60)
MANY: Final = 200
"""Messages waiting for one channel, of whatever kind: at a post a second that is three minutes."""

FEW: Final = 5
"""So many notices are still read one by one."""

NAMED: Final = 500
"""Tickets that a digest names at most; of more, only the number is kept."""

AT_ONCE: Final = 1000
"""Notices taken from one channel in one transaction."""

_LIVE: Final = text("outbox_message.state IN ('ready', 'sending', 'unsure')")
"""Literal, so that the partial index is used on both engines."""

_NOTICES: Final = (Kind.LINE, Kind.QUEUE_NOTICE, Kind.TELL, Kind.CLOCK)


def gather(store: Store, *, at: datetime) -> int:
    """Put the notices of every flooded channel into its digest. Return how many went into one."""
    with store.snapshot() as session:
        flooded = _flooded(session, at)
    count = 0
    for channel in flooded:
        with store.transaction() as session:
            count += _gather(session, channel, at=at)
    return count


def tickets(session: DeskSession, message: OutboxMessage) -> list[Ticket]:
    """What the digest is about and its reader may see; the most urgent first, what is over last."""
    found = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(message.about["tickets"]))
        .order_by(Ticket.next_due_at.is_(None), Ticket.next_due_at, Ticket.id)
    ).all()
    if message.audience == Audience.AGENTS:
        return list(found)
    return [ticket for ticket in found if _may_see(session, ticket, message.channel)]


def _may_see(session: DeskSession, ticket: Ticket, person: str) -> bool:
    return not access.is_private(session, ticket) or access.may_work(session, ticket, person)


def _flooded(session: DeskSession, at: datetime) -> Sequence[str]:
    """Where notices have waited for long, too many messages wait, or one tick had much to say.
    Where a digest waits already, what is late joins it.
    """
    notices = func.count().filter(_is_notice(at))
    oldest = func.min(OutboxMessage.created_at).filter(_is_notice(at))
    of_tick = func.count().filter(
        OutboxMessage.kind == Kind.QUEUE_NOTICE,
        OutboxMessage.state == Delivery.READY,
        OutboxMessage.created_at == at,
    )
    digests = func.count().filter(
        OutboxMessage.kind == Kind.DIGEST, OutboxMessage.state == Delivery.READY
    )
    return session.scalars(
        select(OutboxMessage.gate)
        .where(_LIVE)
        .group_by(OutboxMessage.gate)
        .having(
            and_(
                or_(notices > FEW, and_(notices > 0, digests > 0)),
                or_(oldest < at - OLD, func.count() > MANY, of_tick > FEW),
            )
        )
        .order_by(OutboxMessage.gate)
    ).all()


def _is_notice(at: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.kind.in_(_NOTICES),
        OutboxMessage.state == Delivery.READY,
        OutboxMessage.not_before <= at,
        OutboxMessage.priority > Priority.PAGE,
    )


def _gather(session: DeskSession, channel: str, *, at: datetime) -> int:
    waiting = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.gate == channel, _LIVE, _is_notice(at))
        .order_by(OutboxMessage.priority, OutboxMessage.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    notices = _without_words(session, _without_pages(session, waiting))
    digest = _waiting_digest(session, channel)
    if not notices or (digest is None and len(notices) <= FEW):
        return 0
    about = _joined(session, digest.about if digest else {}, notices)
    if digest is not None:
        digest.about = about
    else:
        _promise(session, channel, about, notices, at)
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([notice.id for notice in notices]))
        .values(state=Delivery.DROPPED, error="in a digest")
        .execution_options(synchronize_session=False)
    )
    return len(notices)


def _promise(
    session: DeskSession,
    channel: str,
    about: dict[str, Any],
    notices: Sequence[OutboxMessage],
    at: datetime,
) -> None:
    to_person = any(notice.kind in {Kind.TELL, Kind.CLOCK} for notice in notices)
    outbox.add(
        session,
        Kind.DIGEST,
        audience=Audience.PERSON if to_person else Audience.AGENTS,
        channel=channel,
        lane=_lane(channel),
        at=at,
        priority=Priority.NOTICE,
        **about,
    )


def _waiting_digest(session: DeskSession, channel: str) -> OutboxMessage | None:
    return session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.lane == _lane(channel),
            OutboxMessage.sent_at.is_(None),
            _LIVE,
            OutboxMessage.state == Delivery.READY,
        )
        .with_for_update(skip_locked=True)
    )


def _joined(
    session: DeskSession, about: dict[str, Any], notices: Iterable[OutboxMessage]
) -> dict[str, Any]:
    numbers = dict.fromkeys(about.get("tickets", ()))
    more, count = about.get("more", 0), about.get("notices", 0)
    for notice in notices:
        numbers |= dict.fromkeys(refusals.tickets_of(session, notice))
        more += notice.about.get("more", 0)
        count += 1
    named = list(numbers)
    return {
        "tickets": named[:NAMED],
        "more": more + max(0, len(named) - NAMED),
        "notices": count,
    }


def _without_pages(
    session: DeskSession, waiting: Sequence[OutboxMessage]
) -> Sequence[OutboxMessage]:
    """What is about a ticket that pages is told by itself."""
    paging = {key for key, severity in session.policy.severities.items() if severity.pages}
    about = {message.id: refusals.tickets_of(session, message) for message in waiting}
    numbers = {number for each in about.values() for number in each}
    urgent = set(
        session.scalars(
            select(Ticket.id).where(Ticket.id.in_(numbers), Ticket.severity.in_(paging))
        )
    )
    return [message for message in waiting if urgent.isdisjoint(about[message.id])]


def _without_words(
    session: DeskSession, waiting: Sequence[OutboxMessage]
) -> Sequence[OutboxMessage]:
    """What somebody wrote, or added to what they did, is told by itself."""
    events = [message.about["event"] for message in waiting if "event" in message.about]
    said = or_(AuditEvent.remark.is_not(None), AuditEvent.kind == Event.RESOLVED)
    with_words = set(session.scalars(select(AuditEvent.id).where(AuditEvent.id.in_(events), said)))
    return [
        message
        for message in waiting
        if "entry" not in message.about and message.about.get("event") not in with_words
    ]


def _lane(channel: str) -> str:
    return f"digest:{channel}"
