"""What the desk has promised to say: written in the same transaction as the change itself.

A message holds the intent (ids), never rendered text; `bot.delivery` draws it when it is sent.
The sending side is in `store.sending`.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, exists, select, text, update

from store import access, bulk
from store.database import DeskSession
from store.kinds import (
    CARD_ROLE,
    METHODS,
    Audience,
    Kind,
    Priority,
)
from store.models import (
    AuditEvent,
    Delivery,
    Entry,
    OutboxMessage,
    Posting,
    Ticket,
    table_of,
)
from store.upserts import Once, insert_all_once

ONE_WAITS: Final = (Kind.REDRAW, Kind.HOME, Kind.ENTRY_REDRAW, Kind.PAGE_REDRAW)
_ONE_WAITS: Final = Once(
    unique=("lane",),
    where="state = 'ready' AND kind IN ('redraw', 'home', 'entry_redraw', 'page_redraw')",
    smallest="priority",
)
"""The partial unique index under which waiting redraws of one card are one. One that is being
sent does not count: it may already have been drawn."""

MANY: Final = 50
"""More promises than these travel as one parameter."""

_ON_ITS_WAY = frozenset({Delivery.SENDING, Delivery.UNSURE, Delivery.SENT})
FAILED: Final = frozenset({Delivery.REFUSED, Delivery.DROPPED})

_OUTBOX: Final = table_of(OutboxMessage)
_CARDS: Final = select(_OUTBOX.c.ticket_id, _OUTBOX.c.channel, _OUTBOX.c.state).where(
    _OUTBOX.c.ticket_id.in_(bindparam("tickets", expanding=True)),
    _OUTBOX.c.kind == Kind.CARD.value,
)


class Card(NamedTuple):
    """One that was written down: of which ticket, where, and in which state."""

    ticket: int
    channel: str
    state: str


_POSTING: Final = select(Posting).where(
    Posting.role == bindparam("role"), Posting.channel == bindparam("channel")
)
_POSTING_OF: Final = _POSTING.where(Posting.ticket_id == bindparam("ticket"))


def add(
    session: DeskSession,
    kind: Kind,
    *,
    audience: Audience,
    channel: str,
    at: datetime,
    priority: Priority,
    ticket_id: int | None = None,
    lane: str | None = None,
    thread: str | None = None,
    not_before: datetime | None = None,
    **about: Any,
) -> None:
    """Promise one Slack call. Messages of one lane go out in the order they were added."""
    cause = session.cause
    news = str(about.get("news") or about.get("tell") or "")
    may_be_said = cause.maybe_said_since if cause and kind not in METHODS else None
    session.promises.append(
        {
            "key": cause.key(kind, channel, news) if cause else str(uuid.uuid4()),
            "kind": kind,
            "audience": audience,
            "ticket_id": ticket_id,
            "channel": channel,
            "gate": gate_of(kind, channel),
            "lane": lane or lane_of(ticket_id, channel),
            "thread": thread,
            "about": about,
            "priority": priority,
            "state": Delivery.READY,
            "attempts": 0,
            "deaths": 0,
            "doubtful": may_be_said is not None,
            "misses": int(may_be_said is not None),
            "first_tried_at": may_be_said,
            "not_before": not_before or at,
            "created_at": at,
        }
    )
    session.last_step = partial(write, session)


def gate_of(kind: Kind, channel: str) -> str:
    """Where it waits for its turn: with all that use its method, or with posts of that channel."""
    return METHODS.get(kind, channel)


def lane_of(ticket_id: int | None, channel: str) -> str:
    """In which it keeps its order, unless it has one of its own."""
    return f"{ticket_id}:{channel}"


def write(session: DeskSession) -> None:
    """Write down what was promised so far, in order: one statement, however much it is.

    A redraw like one that waits already is not written; it makes that one as urgent. A page lifts
    what goes before it in its lane to its own urgency. Happens by itself before every commit.
    """
    promises, session.promises = session.promises, []
    if promises:
        session.flush()
        many = len(promises) > MANY
        insert = bulk.insert_many if many else insert_all_once
        rows = _without_repeats(promises) if many else promises
        insert(session, OutboxMessage, rows, _ONE_WAITS)
        urgent = [row["lane"] for row in promises if row["priority"] == Priority.PAGE]
        if urgent:
            _lift(session, urgent)


def _without_repeats(promises: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Redraws of one card are one, as urgent as the most urgent of them."""
    kept: dict[str, dict[str, Any]] = {}
    for row in promises:
        first = kept.setdefault(row["lane"] if row["kind"] in ONE_WAITS else row["key"], row)
        first["priority"] = min(first["priority"], row["priority"])
    return list(kept.values())


def _lift(session: DeskSession, lanes: list[str]) -> None:
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.lane.in_(lanes),
            OutboxMessage.priority > Priority.PAGE,
            text("outbox_message.state IN ('ready', 'sending', 'unsure')"),
        )
        .values(priority=Priority.PAGE)
        .execution_options(synchronize_session=False)
    )


def card_channels(session: DeskSession, ticket: Ticket) -> list[str]:
    """Where the ticket's live cards belong: the team's channel, and the queue unless private."""
    team = session.policy.team(ticket.team).channel
    if access.is_private(session, ticket) or team == session.policy.queue_channel:
        return [team]
    return [session.policy.queue_channel, team]


def post_cards(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Promise a card wherever one belongs and none was promised yet."""
    there = _promised_cards(session, ticket)
    for channel in card_channels(session, ticket):
        if channel not in there:
            add(
                session,
                Kind.CARD,
                audience=Audience.AGENTS,
                channel=channel,
                at=at,
                priority=Priority.NOTICE,
                ticket_id=ticket.id,
            )


def redraw(
    session: DeskSession,
    *tickets: Ticket,
    at: datetime,
    priority: Priority = Priority.REDRAW,
    cards: Sequence[Card] | None = None,
) -> None:
    """Promise that every card of these tickets will show its latest state. Waiting redraws of one
    card are one, as urgent as the most urgent of them; a card not yet sent needs none, because it
    is drawn when it is sent. One that Slack refused is tried again: somebody may have mended what
    was wrong. `cards`: those of these tickets, if they are known.
    """
    cards = _cards(session, tickets) if cards is None else cards
    failed = {ticket_id for ticket_id, _, state in cards if state in FAILED}
    for ticket in tickets:
        if ticket.id in failed:
            post_cards(session, ticket, at=at)
    live = {(ticket_id, channel) for ticket_id, channel, state in cards if state in _ON_ITS_WAY}
    for ticket_id, channel in sorted(live):
        add(
            session,
            Kind.REDRAW,
            audience=Audience.AGENTS,
            channel=channel,
            lane=f"{ticket_id}:{channel}:redraw",
            at=at,
            priority=priority,
            ticket_id=ticket_id,
        )


def redraw_home(session: DeskSession, user: str, *, at: datetime) -> None:
    """Promise a fresh App Home; waiting ones of one person are one."""
    add(
        session,
        Kind.HOME,
        audience=Audience.PERSON,
        channel=user,
        lane=f"home:{user}",
        at=at,
        priority=Priority.REDRAW,
    )


def line(session: DeskSession, ticket: Ticket, event: AuditEvent, *, team: str = "") -> None:
    """Promise a line in the thread of the team's card, for the team then responsible."""
    add(
        session,
        Kind.LINE,
        audience=Audience.AGENTS,
        channel=session.policy.team(team or ticket.team).channel,
        at=event.at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=CARD_ROLE,
        event=event.id,
    )


def entry(session: DeskSession, ticket: Ticket, said: Entry) -> None:
    """Promise that the team's thread shows what was said, under a card that was refused before
    if need be.
    """
    channel = session.policy.team(ticket.team).channel
    if channel not in _promised_cards(session, ticket):
        post_cards(session, ticket, at=said.at)
    add(
        session,
        Kind.ENTRY,
        audience=Audience.AGENTS,
        channel=channel,
        at=said.at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=CARD_ROLE,
        entry=said.id,
    )


def posting(session: DeskSession, ticket_id: int | None, role: str, channel: str) -> Posting | None:
    """Our message in that role in that channel (or DM, by user id), if it exists in Slack."""
    known = {"role": role, "channel": channel}
    if ticket_id is None:
        return session.scalar(_POSTING.where(Posting.ticket_id.is_(None)), known)
    return session.scalar(_POSTING_OF, {"ticket": ticket_id, **known})


def is_on_its_way(session: DeskSession, ticket_id: int | None, kind: Kind, channel: str) -> bool:
    """Whether such a message of the ticket still waits for that channel."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    OutboxMessage.ticket_id == ticket_id,
                    OutboxMessage.kind == kind,
                    OutboxMessage.channel == channel,
                    text("outbox_message.state IN ('ready', 'sending', 'unsure')"),
                )
            )
        )
    )


def _promised_cards(session: DeskSession, ticket: Ticket) -> set[str]:
    """Channels in which a card of the ticket is, or will be."""
    ahead = {
        row["channel"]
        for row in session.promises
        if row["kind"] == Kind.CARD and row["ticket_id"] == ticket.id
    }
    return ahead | {where for _, where, state in _cards(session, [ticket]) if state not in FAILED}


def _cards(session: DeskSession, tickets: Sequence[Ticket]) -> list[Card]:
    """Every card that was written down for these tickets."""
    with session.no_autoflush:
        rows = session.execute(_CARDS, {"tickets": [ticket.id for ticket in tickets]})
    return [Card(*row) for row in rows]
