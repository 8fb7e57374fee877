"""Paging: a ticket of a paging severity calls whoever is on call until somebody answers.

A page climbs the chain call by call; each call rings once, whatever restarts in between. After
the last level it begins again at the first: a page is answered or it goes on.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from store import access, alarms, audit, change, outbox
from store.audit import DESK, Event
from store.database import DeskSession
from store.models import AlarmKind, Page, PageState, Ring, Ticket
from store.outbox import Audience, Kind, Priority
from store.rules import paging, rota
from store.rules.errors import NotAllowed, Refused
from store.rules.lifecycle import OPEN
from store.rules.policy import Level

CHANNEL_LEVEL: Final = "on-call channel"
"""The level written down for a call that found nobody to ring."""


def page_if_needed(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Begin a page when the severity asks for one and none was answered; stop it otherwise."""
    if not session.policy.severity(ticket.severity).pages:
        stop_page(session, ticket, at=at)
    elif ticket.status in OPEN and live_page(session, ticket.id) is None:
        page = Page(ticket_id=ticket.id, started_at=at)
        session.add(page)
        session.flush()
        _post_to_channel(session, page, at=at)
        _call(session, ticket, page, turn=0, at=at)


def live_page(session: DeskSession, ticket_id: int) -> Page | None:
    """The page that is ringing, or has been answered and not been stopped since."""
    return session.scalar(
        select(Page)
        .where(Page.ticket_id == ticket_id, Page.state != PageState.STOPPED)
        .order_by(Page.id.desc())
        .limit(1)
    )


def acknowledge(session: DeskSession, page_id: int, *, by: str, at: datetime) -> Page:
    """Somebody has heard. A second acknowledgement changes nothing."""
    page = session.get(Page, page_id)
    if page is None:
        raise Refused("This page is not known any more. Nothing was changed.")
    ticket = change.locked(session, page.ticket_id)
    session.refresh(page)
    if not _may_answer(session, ticket, page, by):
        raise NotAllowed("Only agents and people on call can acknowledge a page.")
    if page.state == PageState.STOPPED:
        raise Refused(
            f"Nothing rings any more: ticket {ticket.number} is {ticket.status.replace('_', ' ')}."
        )
    if page.state == PageState.RINGING:
        page.state, page.acknowledged_by, page.acknowledged_at = PageState.ACKNOWLEDGED, by, at
        _silence(session, ticket, page)
        event = audit.record(
            session,
            ticket,
            Event.PAGE_ACKNOWLEDGED,
            by=by,
            at=at,
            page=page.id,
        )
        _redraw(session, page, at=at)
        change.announce(session, ticket, event)
    return page


def climb(session: DeskSession, ticket: Ticket, page_id: int, *, at: datetime) -> None:
    """Nobody answered in time: call the next in the chain."""
    page = session.get(Page, page_id)
    if page is not None and page.state == PageState.RINGING:
        last = session.scalar(select(func.max(Ring.turn)).where(Ring.page_id == page.id))
        _call(session, ticket, page, turn=0 if last is None else last + 1, at=at)


def stop_page(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket needs nobody out of bed any more."""
    page = live_page(session, ticket.id)
    if page is None:
        return
    rang = page.state == PageState.RINGING
    page.state, page.acknowledged_by = PageState.STOPPED, None
    _silence(session, ticket, page)
    if rang:
        event = audit.record(session, ticket, Event.PAGE_STOPPED, by=DESK, at=at, page=page.id)
        outbox.line(session, ticket, event)
    _redraw(session, page, at=at)


def rings(session: DeskSession, page_id: int) -> list[Ring]:
    """Every call of the page, oldest first."""
    return list(
        session.scalars(select(Ring).where(Ring.page_id == page_id).order_by(Ring.turn, Ring.id))
    )


def on_call_now(session: DeskSession, at: datetime) -> list[tuple[str, str | None, datetime]]:
    """Per rota: its key, who is on call (None: nobody yet), and until when."""
    return [
        (key, _first(session, rota.who_is_on(turns, at)), rota.next_handover(turns, at))
        for key, turns in session.policy.rotas.items()
    ]


def on_call_next(session: DeskSession, at: datetime) -> dict[str, str | None]:
    """Per rota: who takes over at the next hand-over."""
    return {
        key: _first(session, rota.who_is_on(turns, rota.next_handover(turns, at)))
        for key, turns in session.policy.rotas.items()
    }


def _call(session: DeskSession, ticket: Ticket, page: Page, *, turn: int, at: datetime) -> None:
    """Ring the next call that finds somebody, and set the alarm for the one after it.

    A round that finds nobody rings the on-call channel alone, and says so to the admins.
    """
    chain = paging.calls(session.policy.on_call)
    for offset in range(len(chain)):
        level = chain[(turn + offset) % len(chain)]
        people = _people(session, ticket, level, at)
        if people:
            _ring(session, ticket, page, str(level), people, turn=turn + offset, at=at)
            return
    _ring(session, ticket, page, CHANNEL_LEVEL, [], turn=turn, at=at)
    outbox.tell_admins(session, "nobody_on_call", at=at, ticket=ticket.id)


def _ring(
    session: DeskSession,
    ticket: Ticket,
    page: Page,
    level: str,
    people: list[str],
    *,
    turn: int,
    at: datetime,
) -> None:
    called = people or [DESK]
    for person in called:
        session.add(Ring(page_id=page.id, turn=turn, level=level, person=person, at=at))
    session.flush()
    for person in people:
        outbox.add(
            session,
            Kind.PAGE,
            audience=Audience.ON_CALL,
            channel=person,
            lane=f"page:{page.id}:{person}:{turn}",
            at=at,
            priority=Priority.PAGE,
            ticket_id=ticket.id,
            page=page.id,
            turn=turn,
        )
    event = audit.record(
        session,
        ticket,
        Event.PAGE_CLIMBED if turn else Event.PAGED,
        by=DESK,
        at=at,
        page=page.id,
        people=people,
        level=level,
    )
    if turn:
        _redraw(session, page, at=at)
    change.announce(session, ticket, event)
    wait = timedelta(minutes=session.policy.on_call.ack_minutes)
    alarms.arm(session, ticket.id, AlarmKind.PAGE_CLIMB, due_at=at + wait, subject=str(page.id))


def _post_to_channel(session: DeskSession, page: Page, *, at: datetime) -> None:
    outbox.add(
        session,
        Kind.PAGE,
        audience=Audience.ON_CALL,
        channel=session.policy.on_call_channel,
        lane=f"page:{page.id}:channel",
        at=at,
        priority=Priority.PAGE,
        ticket_id=page.ticket_id,
        page=page.id,
    )


def _redraw(session: DeskSession, page: Page, *, at: datetime) -> None:
    """Let every message of the page show how it stands."""
    called = {ring.person for ring in rings(session, page.id)} - {DESK}
    for channel in (session.policy.on_call_channel, *sorted(called)):
        outbox.add(
            session,
            Kind.PAGE_REDRAW,
            audience=Audience.ON_CALL,
            channel=channel,
            lane=f"page:{page.id}:{channel}:redraw",
            at=at,
            priority=Priority.NOTICE,
            ticket_id=page.ticket_id,
            page=page.id,
        )


def _silence(session: DeskSession, ticket: Ticket, page: Page) -> None:
    alarms.cancel(session, ticket.id, [AlarmKind.PAGE_CLIMB], subject=str(page.id))


def _people(session: DeskSession, ticket: Ticket, level: Level, at: datetime) -> list[str]:
    references = paging.people(session.policy, level, team=ticket.team, at=at)
    return access.active_people(session, references)


def _first(session: DeskSession, reference: str | None) -> str | None:
    found = access.active_people(session, [reference] if reference else [])
    return found[0] if found else None


def _may_answer(session: DeskSession, ticket: Ticket, page: Page, by: str) -> bool:
    rung = {ring.person for ring in rings(session, page.id)}
    return by in rung or access.may_work(session, ticket, by)
