"""Paging: a ticket of a paging severity calls whoever is on call until somebody answers.

A page climbs the chain call by call; each call rings once, whatever restarts in between. After
the last level it begins again at the first: a page is answered or it goes on.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from store import access, alarms, audit, calling, change, circle, outbox
from store.audit import DESK, Event
from store.calling import is_drill, rings
from store.database import DeskSession
from store.models import AlarmKind, AuditEvent, Page, PageState, Ring, RingAnswer, Ticket
from store.rules import paging
from store.rules.errors import NotAllowed, Refused
from store.rules.lifecycle import OPEN, PAUSED, Status
from store.rules.sentences import on_call as say

__all__ = [
    "acknowledge",
    "call_next",
    "climb",
    "decline",
    "expire",
    "is_drill",
    "live_page",
    "rings",
]

OF_PAGES = frozenset(
    {
        Event.PAGED,
        Event.PAGE_CLIMBED,
        Event.PAGE_ACKNOWLEDGED,
        Event.PAGE_DECLINED,
        Event.PAGE_DELIVERED,
        Event.PAGE_EXPIRED,
        Event.PAGE_STOPPED,
    }
)
"""Answering a page is not yet working on its ticket."""

_LIVE_PAGE: Final = (
    select(Page)
    .where(Page.ticket_id == bindparam("ticket"), Page.state != PageState.STOPPED)
    .order_by(Page.id.desc())
    .limit(1)
)


def page_if_needed(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Begin a page when the severity asks for one and none was answered; stop it otherwise."""
    if not session.policy.severity(ticket.severity).pages:
        stop_page(session, ticket, at=at)
    elif ticket.status in OPEN and live_page(session, ticket.id) is None:
        start_page(session, ticket, at=at)


def start_page(session: DeskSession, ticket: Ticket, *, at: datetime) -> Page:
    """Begin to ring, at the first level of the chain."""
    page = Page(ticket_id=ticket.id, started_at=at)
    session.add(page)
    session.flush()
    calling.post_to_channel(session, page, at=at)
    first = calling.find(session, ticket, page, turn=0, at=at)
    calling.call(session, ticket, page, first, at=at, why="new")
    return page


def live_page(session: DeskSession, ticket_id: int) -> Page | None:
    """The page that is ringing, or has been answered and not been stopped since."""
    return session.scalar(_LIVE_PAGE, {"ticket": ticket_id})


def acknowledge(session: DeskSession, page_id: int, *, by: str, at: datetime) -> Page:
    """Somebody has heard. A second acknowledgement changes nothing.

    Where a level wants everybody, the page goes on until the last of them has heard.
    """
    ticket, page = _answerable(session, page_id, by)
    if page.state == PageState.ACKNOWLEDGED:
        return page
    made = rings(session, page.id)
    fresh = _answer(made, by, RingAnswer.ACKNOWLEDGED, at)
    missing = _missing(session, made)
    if missing and not fresh and by in {ring.person for ring in made}:
        return page
    if missing and by not in {ring.person for ring in calling.latest(made)}:
        raise Refused(say.everybody_must(ticket.id, _named(missing)))
    event = audit.record(
        session, ticket, Event.PAGE_ACKNOWLEDGED, by=by, at=at, page=page.id, missing=missing
    )
    if not missing:
        _settle(session, ticket, page, by=by, at=at)
    calling.redraw(session, page, at=at)
    calling.announce(session, ticket, event)
    return page


def decline(session: DeskSession, page_id: int, *, by: str, at: datetime) -> Page:
    """Somebody who was called can't take it: when nobody called is left, the next is called now.

    At the end of the chain the round ends first: the same people are not called again at once.
    """
    ticket, page = _answerable(session, page_id, by)
    made = rings(session, page.id)
    if by not in {ring.person for ring in made}:
        raise NotAllowed(say.not_called(ticket.id))
    holder = page.acknowledged_by if page.state == PageState.ACKNOWLEDGED else None
    if holder not in {None, by}:
        raise Refused(say.acknowledged_by(ticket.id, str(holder)))
    if page.state == PageState.RINGING and not _answer(made, by, RingAnswer.DECLINED, at):
        return page  # a second press
    event = audit.record(session, ticket, Event.PAGE_DECLINED, by=by, at=at, page=page.id)
    calling.announce(session, ticket, event)
    if page.state == PageState.ACKNOWLEDGED:
        _take_back(made, by, at)
        _ring_again(session, ticket, page)
        _next_in_round(session, ticket, page, made[-1].turn + 1, at=at, by=DESK, why="declined")
    elif all(ring.answer == RingAnswer.DECLINED for ring in calling.latest(made)):
        _next_in_round(session, ticket, page, made[-1].turn + 1, at=at, by=DESK, why="declined")
    elif not _missing(session, made) and (heard := _heard(calling.latest(made))):
        _settle(session, ticket, page, by=heard[-1], at=at)
    calling.redraw(session, page, at=at)
    return page


def call_next(
    session: DeskSession, page_id: int, *, seen: int | None = None, by: str, at: datetime
) -> Page:
    """Somebody wants the next level now, whether or not the last one called has answered. Refused
    when they had `seen` an earlier turn: two who press together call one level, not two.
    """
    ticket, page = _answerable(session, page_id, by)
    made = rings(session, page.id)
    if seen is not None and seen != made[-1].turn:
        people = [ring.person for ring in calling.latest(made) if ring.person != DESK]
        whom = _named(people) or "nobody else"
        raise Refused(say.gone_on(ticket.id, whom))
    turn = made[-1].turn + 1
    chain = paging.calls(session.policy.on_call)
    while turn % len(chain) and str(chain[turn % len(chain)]) == made[-1].level:
        turn += 1
    if page.state == PageState.ACKNOWLEDGED:
        _ring_again(session, ticket, page)
    if not _next_in_round(session, ticket, page, turn, at=at, by=by, why="escalated"):
        raise Refused(say.nobody_above(ticket.id))
    return page


def climb(session: DeskSession, ticket: Ticket, page_id: int, *, at: datetime) -> None:
    """Nobody answered in time: call the next in the chain. A drill ends with the chain."""
    page = session.get(Page, page_id)
    if page is None or page.state != PageState.RINGING:
        return
    last = session.scalar(select(func.max(Ring.turn)).where(Ring.page_id == page.id))
    turn = 0 if last is None else last + 1
    found = calling.find(session, ticket, page, turn=turn, at=at)
    if is_drill(ticket) and calling.round_of(session, found.turn):
        stop_page(session, ticket, at=at)
        return
    calling.call(session, ticket, page, found, at=at, why="timeout")


def expire(session: DeskSession, ticket: Ticket, page_id: int, *, at: datetime) -> None:
    """An acknowledged page whose ticket nobody has touched since rings again from the first level.

    A ticket that waits for somebody else on purpose is given more time.
    """
    page, limit = session.get(Page, page_id), session.policy.on_call.ack_expires
    if page is None or page.state != PageState.ACKNOWLEDGED or ticket.status not in OPEN:
        return
    if limit is None:
        return
    touched = at if ticket.status in PAUSED else _last_touch(session, ticket, page)
    if touched + limit > at:
        subject = str(page.id)
        kind = AlarmKind.PAGE_EXPIRES
        alarms.arm(session, ticket.id, kind, due_at=touched + limit, subject=subject)
        return
    who = page.acknowledged_by
    _ring_again(session, ticket, page)
    page.expired_at = at
    event = audit.record(
        session, ticket, Event.PAGE_EXPIRED, by=DESK, at=at, page=page.id, person=who
    )
    calling.announce(session, ticket, event)
    made = rings(session, page.id)
    turn = calling.next_round(session, made[-1].turn if made else 0)
    found = calling.find(session, ticket, page, turn=turn, at=at)
    calling.call(session, ticket, page, found, at=at, why="expired")


def stop_page(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket needs nobody out of bed any more."""
    page = live_page(session, ticket.id)
    if page is None:
        return
    rang = page.state == PageState.RINGING
    page.state, page.acknowledged_by = PageState.STOPPED, None
    calling.silence(session, ticket, page)
    if rang:
        event = audit.record(session, ticket, Event.PAGE_STOPPED, by=DESK, at=at, page=page.id)
        if is_drill(ticket):
            calling.report_drill(session, ticket, page, at=at)
        else:
            outbox.line(session, ticket, event)
    calling.redraw(session, page, at=at)


def _answerable(session: DeskSession, page_id: int, by: str) -> tuple[Ticket, Page]:
    """The locked page, for somebody who may answer it; Refused when it is over."""
    page = session.get(Page, page_id)
    if page is None:
        raise Refused(say.PAGE_UNKNOWN)
    ticket = change.locked(session, page.ticket_id)
    session.refresh(page)
    rung = {ring.person for ring in rings(session, page.id)}
    if by not in rung and not access.may_work(session, ticket, by):
        raise NotAllowed(say.may_not_answer(ticket.id))
    if page.state == PageState.STOPPED:
        status = Status(ticket.status).label
        over = say.DRILL_OVER if is_drill(ticket) else say.rings_no_more(ticket.id, status)
        raise Refused(over)
    return ticket, page


def _settle(session: DeskSession, ticket: Ticket, page: Page, *, by: str, at: datetime) -> None:
    """Answered: no call follows, unless nobody touches the ticket for too long."""
    page.state, page.acknowledged_by, page.acknowledged_at = PageState.ACKNOWLEDGED, by, at
    calling.silence(session, ticket, page)
    limit = session.policy.on_call.ack_expires
    if is_drill(ticket):
        calling.report_drill(session, ticket, page, at=at)
        return
    calling.tell_requester(session, ticket, page, by=by, at=at)
    if limit is not None:
        alarms.arm(
            session, ticket.id, AlarmKind.PAGE_EXPIRES, due_at=at + limit, subject=str(page.id)
        )


def _ring_again(session: DeskSession, ticket: Ticket, page: Page) -> None:
    """Nobody has it any more; whoever calls this also rings the next call."""
    page.state, page.acknowledged_by, page.acknowledged_at = PageState.RINGING, None, None
    calling.silence(session, ticket, page)


def _next_in_round(
    session: DeskSession,
    ticket: Ticket,
    page: Page,
    turn: int,
    *,
    at: datetime,
    by: str,
    why: str,
) -> bool:
    """Call the next that this round still has. False: it has none; the alarm begins another."""
    found = calling.find(session, ticket, page, turn=turn, at=at)
    same_round = calling.round_of(session, found.turn) == calling.round_of(session, turn - 1)
    if same_round and found.people:
        calling.call(session, ticket, page, found, at=at, by=by, why=why)
        return True
    wait = paging.patience(session.policy.on_call, None)
    alarms.arm(session, ticket.id, AlarmKind.PAGE_CLIMB, due_at=at + wait, subject=str(page.id))
    return False


def _answer(made: list[Ring], by: str, answer: RingAnswer, at: datetime) -> bool:
    """Write the answer to every call of this person that has none. False: there is none."""
    open_calls = [ring for ring in made if ring.person == by and ring.answer is None]
    for ring in open_calls:
        ring.answer, ring.answered_at = answer, at
    return bool(open_calls)


def _take_back(made: list[Ring], by: str, at: datetime) -> None:
    """Somebody had acknowledged, and now can't after all."""
    for ring in made:
        if ring.person == by:
            ring.answer, ring.answered_at = RingAnswer.DECLINED, at


def _missing(session: DeskSession, made: list[Ring]) -> list[str]:
    """Who still has to acknowledge, where a level wants everybody."""
    asked = calling.latest(made)
    level = calling.level_of(session, asked[0].level) if asked else None
    if level is None or not level.all_must_ack:
        return []
    return [ring.person for ring in asked if ring.answer is None and ring.person != DESK]


def _heard(made: list[Ring]) -> list[str]:
    """Who acknowledged one of these calls."""
    return [ring.person for ring in made if ring.answer == RingAnswer.ACKNOWLEDGED]


def _named(people: list[str]) -> str:
    return ", ".join(f"<@{person}>" for person in people)


def _last_touch(session: DeskSession, ticket: Ticket, page: Page) -> datetime:
    """When somebody last did something for the ticket, or else when the page was answered."""
    touched = session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.ticket_id == ticket.id,
            AuditEvent.actor.not_in({DESK, *circle.owners(session, ticket)}),
            AuditEvent.kind.not_in(OF_PAGES),
        )
    )
    answered = page.acknowledged_at or page.started_at
    return max(touched, answered) if touched else answered
