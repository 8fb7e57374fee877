"""The calls of a page: whom each one rings, what is promised for it, and what came of it.

Turns are counted over all rounds of the chain; a person is called once per turn, which the
database holds true across restarts and replicas.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from store import access, alarms, audit, change, outbox, shifts, telling
from store.audit import DESK, Event
from store.database import DeskSession
from store.kinds import Audience, Duty, Kind, News, Priority
from store.models import (
    AlarmKind,
    AuditEvent,
    OutboxMessage,
    Page,
    PageState,
    Ring,
    RingAnswer,
    Ticket,
)
from store.rules import paging
from store.rules.policy import Level

CHANNEL_LEVEL: Final = "on-call channel"
"""The level written down for a call that found nobody to ring."""

DRILL_SOURCE: Final = "drill"


class Call(NamedTuple):
    """One call of the chain and whom it rings; no level and nobody: the channel alone."""

    turn: int
    level: Level | None
    people: list[str]


def is_drill(ticket: Ticket) -> bool:
    """Whether this is an exercise: it rings in earnest, and is otherwise told to nobody."""
    return ticket.source == DRILL_SOURCE


def rings(session: DeskSession, page_id: int) -> list[Ring]:
    """Every call of the page, oldest first."""
    return list(
        session.scalars(select(Ring).where(Ring.page_id == page_id).order_by(Ring.turn, Ring.id))
    )


def latest(made: list[Ring]) -> list[Ring]:
    """The calls of the last turn."""
    return [ring for ring in made if ring.turn == made[-1].turn] if made else []


def level_of(session: DeskSession, called: str) -> Level | None:
    """The level as the settings have it now; None when it is gone from them."""
    return next((level for level in session.policy.on_call.chain if str(level) == called), None)


def round_of(session: DeskSession, turn: int) -> int:
    """The round of the chain that a turn belongs to, from 0."""
    return turn // max(len(paging.calls(session.policy.on_call)), 1)


def next_round(session: DeskSession, turn: int) -> int:
    """The first turn of the round after that one."""
    length = max(len(paging.calls(session.policy.on_call)), 1)
    return (turn // length + 1) * length


def find(session: DeskSession, ticket: Ticket, page: Page, *, turn: int, at: datetime) -> Call:
    """The first call from this turn on that finds somebody who has not declined in its round."""
    chain = paging.calls(session.policy.on_call)
    made = rings(session, page.id)
    for candidate in range(turn, turn + len(chain)):
        level = chain[candidate % len(chain)]
        start = candidate - candidate % len(chain)
        gone = {r.person for r in made if r.turn >= start and r.answer == RingAnswer.DECLINED}
        people = [who for who in _people(session, ticket, level, at) if who not in gone]
        if people:
            return Call(candidate, level, people)
    return Call(turn, None, [])


def call(
    session: DeskSession,
    ticket: Ticket,
    page: Page,
    found: Call,
    *,
    at: datetime,
    by: str = DESK,
    why: str,
) -> None:
    """Ring it, and set the alarm for the one after it. A call that finds nobody rings the on-call
    channel alone, and says so to the admins.
    """
    level = str(found.level) if found.level else CHANNEL_LEVEL
    for person in found.people or [DESK]:
        session.add(Ring(page_id=page.id, turn=found.turn, level=level, person=person, at=at))
    session.flush()
    for person in found.people:
        _let_go_of_earlier_call(session, page, person, at=at)
        _promise(
            session, page, channel=person, lane=f"{person}:{found.turn}", at=at, turn=found.turn
        )
    event = audit.record(
        session,
        ticket,
        Event.PAGE_CLIMBED if found.turn else Event.PAGED,
        by=by,
        at=at,
        page=page.id,
        people=found.people,
        level=level,
        why=why,
    )
    if found.turn:
        redraw(session, page, at=at)
    announce(session, ticket, event)
    if not found.people and not is_drill(ticket):
        telling.tell_admins(session, "nobody_on_call", at=at, ticket=ticket.id)
    wait = paging.patience(session.policy.on_call, found.level)
    alarms.arm(session, ticket.id, AlarmKind.PAGE_CLIMB, due_at=at + wait, subject=str(page.id))


def post_to_channel(session: DeskSession, page: Page, *, at: datetime) -> None:
    """Promise the one message in the on-call channel that shows how the page stands."""
    _promise(session, page, channel=session.policy.on_call_channel, lane="channel", at=at)


def redraw(session: DeskSession, page: Page, *, at: datetime) -> None:
    """Let every message of the page show how it stands."""
    called = {ring.person for ring in rings(session, page.id)} - {DESK}
    redraw_in(session, page, [session.policy.on_call_channel, *sorted(called)], at=at)


def redraw_in(session: DeskSession, page: Page, channels: list[str], *, at: datetime) -> None:
    """Let the page's message there show how it stands."""
    for channel in channels:
        _redraw(session, page, channel, at=at, lane="redraw")


def _redraw(
    session: DeskSession, page: Page, channel: str, *, at: datetime, lane: str, **about: Any
) -> None:
    outbox.add(
        session,
        Kind.PAGE_REDRAW,
        audience=Audience.ON_CALL,
        channel=channel,
        lane=f"page:{page.id}:{channel}:{lane}",
        at=at,
        priority=Priority.NOTICE,
        ticket_id=page.ticket_id,
        page=page.id,
        **about,
    )


def announce(session: DeskSession, ticket: Ticket, event: AuditEvent) -> None:
    """Cards and the team's thread show it; a drill has neither."""
    if not is_drill(ticket):
        change.announce(session, ticket, event)


def silence(session: DeskSession, ticket: Ticket, page: Page) -> None:
    """No call follows by itself any more."""
    kinds = [AlarmKind.PAGE_CLIMB, AlarmKind.PAGE_EXPIRES]
    alarms.cancel(session, ticket.id, kinds, subject=str(page.id))


def report_drill(session: DeskSession, ticket: Ticket, page: Page, *, at: datetime) -> None:
    """A drill is over: whoever began it and the on-call channel hear who answered, how fast."""
    places = [ticket.requester, session.policy.on_call_channel]
    telling.on_duty(session, Duty.DRILL, places, at=at, page=page.id)


def tell_requester(
    session: DeskSession, ticket: Ticket, page: Page, *, by: str, at: datetime
) -> None:
    """The requester's side hears who has been reached, unless it heard already that it is theirs.
    Whoever has it once more, after nobody touched the ticket for too long, is no news.
    """
    expired = page.expired_at
    had_it = expired is not None and any(
        ring.person == by and ring.answered_at is not None and ring.answered_at <= expired
        for ring in rings(session, page.id)
        if ring.answer == RingAnswer.ACKNOWLEDGED
    )
    if ticket.assignee != by and not had_it:
        telling.news(session, ticket, News.REACHED, at=at, by=by, page=page.id)


def is_with(session: DeskSession, ticket: Ticket, about: Mapping[str, Any]) -> bool:
    """Whether they still have the page, and no more than that: whose the ticket is, the requester
    hears by itself.
    """
    page = session.get_one(Page, about["page"])
    return bool(page.acknowledged_by == about["by"] != ticket.assignee)


def reached(session: DeskSession, message: OutboxMessage, *, at: datetime) -> None:
    """Slack took the call of one person: record it, and let cards and the channel show it."""
    ring = _ring_of(session, message)
    if ring is None or ring.delivered_at is not None:
        return
    ticket = change.locked(session, message.ticket_id or 0)
    ring.delivered_at = at
    page = session.get_one(Page, ring.page_id)
    about: dict[str, Any] = {"page": page.id, "person": ring.person, "turn": ring.turn}
    audit.record(session, ticket, Event.PAGE_DELIVERED, by=DESK, at=at, **about)
    if page.state == PageState.RINGING:
        redraw_in(session, page, [session.policy.on_call_channel], at=at)
        if not is_drill(ticket):
            outbox.redraw(session, ticket, at=at)


def not_taken(session: DeskSession, message: OutboxMessage, *, at: datetime) -> None:
    """Slack will never take the call of one person: other means are tried at once."""
    ring = _ring_of(session, message)
    if ring is not None:
        ring.refused_at = at


def _ring_of(session: DeskSession, message: OutboxMessage) -> Ring | None:
    if message.kind != Kind.PAGE or "turn" not in message.about:
        return None
    return session.scalar(
        select(Ring).where(
            Ring.page_id == message.about["page"],
            Ring.turn == message.about["turn"],
            Ring.person == message.channel,
        )
    )


def _promise(
    session: DeskSession, page: Page, *, channel: str, lane: str, at: datetime, **about: Any
) -> None:
    outbox.add(
        session,
        Kind.PAGE,
        audience=Audience.ON_CALL,
        channel=channel,
        lane=f"page:{page.id}:{lane}",
        at=at,
        priority=Priority.PAGE,
        ticket_id=page.ticket_id,
        page=page.id,
        **about,
    )


def _let_go_of_earlier_call(session: DeskSession, page: Page, person: str, *, at: datetime) -> None:
    """The message that called the person before says that another one follows: from now on, that
    shows how the page stands.
    """
    earlier = outbox.posting(session, page.ticket_id, f"page:{page.id}", person)
    if earlier is not None:
        place = [earlier.slack_channel, earlier.ts]
        _redraw(session, page, person, at=at, lane=f"again:{earlier.ts}", again=place)


def _people(session: DeskSession, ticket: Ticket, level: Level, at: datetime) -> list[str]:
    agreed = shifts.overrides(session, at=at)
    references = paging.people(session.policy, level, team=ticket.team, at=at, overrides=agreed)
    return access.active_people(session, references)
