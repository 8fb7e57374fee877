"""What a rota has to say by itself: hand-overs when they happen, gaps before they do.

Each is said once, whichever process comes to it first (`store.periods`). A hand-over that happened
while the desk was down is said when it is back, unless another one followed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import and_, select

from store import access, shifts, telling
from store.database import DeskSession
from store.kinds import Duty
from store.models import Page, PageState, Period, Ticket
from store.periods import first_in_period
from store.rules import hours, paging
from store.rules import rota as rotas
from store.rules.lifecycle import OPEN
from store.rules.policy import Rota
from store.rules.rota import Shift

GAPS_AHEAD: Final = timedelta(days=7)
"""How long before a gap in cover it is told."""

_LEFT: Final = "left a rota"

ALL_ROTAS: Final = "*"
"""In place of a rota's key: a gap that no rota covers."""

WATCHED: Final = "watched"
"""In place of a hand-over's moment: from here on the desk tells them. What was before its first
look at a rota is no news to anybody.
"""


class Change(NamedTuple):
    """A rota has changed hands. `before` may be nobody, at the very beginning."""

    rota: str
    before: str | None
    now: str
    since: datetime


class Gap(NamedTuple):
    """Time ahead in which nobody is on call; `rota` is ALL_ROTAS for all of them together."""

    rota: str
    start: datetime
    end: datetime


class OpenPage(NamedTuple):
    """An urgent ticket; no page: it was stopped, or never began."""

    ticket: Ticket
    page: Page | None


def is_due(session: DeskSession, *, at: datetime) -> bool:
    """Whether there is anything to say: a read, so that nobody has to wait for nothing."""
    watched = [(_hand_over_job(rota), WATCHED) for rota in session.policy.rotas]
    told = [*_hand_over_keys(session, at), *_gap_keys(session, at), *_leaver_keys(session)]
    return any(not _is_said(session, job, period) for job, period in (*watched, *told))


def say(session: DeskSession, *, at: datetime) -> None:
    """Promise what is due now."""
    changes = {change.rota: change for change in _changes(session, at)}
    for key in session.policy.rotas:
        job, change = _hand_over_job(key), changes.get(key)
        first_ever = first_in_period(session, job, WATCHED, at=at)
        if change is None or not first_in_period(session, job, change.since.isoformat(), at=at):
            continue
        if not first_ever:
            _tell_hand_over(session, change, at=at)
    new = [
        gap for gap in gaps(session, at=at) if first_in_period(session, *_gap_key(gap, at), at=at)
    ]
    if new:
        _tell_gaps(session, new, at=at)
    for rota, user in _leavers(session):
        if first_in_period(session, _LEFT, f"{rota.key} {user}", at=at):
            telling.tell_admins(session, "left_a_rota", at=at, place=user, rota=rota.key)


def gaps(session: DeskSession, *, at: datetime) -> list[Gap]:
    """Time within the next week for which nobody who is still here is on call: shifts of people who
    left, and what the rotas together leave open of the hours that should be covered.
    """
    until = at + GAPS_AHEAD
    ahead = {
        rota.key: list(rotas.shifts(rota, at, until, agreed.get(rota.key, [])))
        for agreed in [shifts.overrides(session, at=at)]
        for rota in paging.chain_rotas(session.policy)
    }
    gone = access.leavers(session, {shift.person for each in ahead.values() for shift in each})
    of_leavers = [
        Gap(rota, shift.start, shift.end)
        for rota, each in ahead.items()
        for shift in each
        if shift.person in gone
    ]
    covered = [shift for each in ahead.values() for shift in each if shift.person not in gone]
    known = {gap[1:] for gap in of_leavers}
    others = _uncovered(session, covered, at, until)
    return [*of_leavers, *(gap for gap in others if gap[1:] not in known)]


def open_pages(session: DeskSession, *, reader: str) -> list[OpenPage]:
    """Tickets that page, or whose severity does, as far as the reader may see them."""
    urgent = [s.key for s in session.policy.severities.values() if s.pages]
    live = and_(Page.ticket_id == Ticket.id, Page.state != PageState.STOPPED)
    found = session.execute(
        select(Ticket, Page)
        .outerjoin(Page, live)
        .where(Ticket.status.in_(list(OPEN)), Page.id.is_not(None) | Ticket.severity.in_(urgent))
        .order_by(Ticket.id)
    )
    return [OpenPage(*row) for row in found if access.may_see(session, row[0], reader)]


def _changes(session: DeskSession, at: datetime) -> Iterator[Change]:
    """Per rota, the last time it changed hands."""
    agreed = shifts.overrides(session, at=at)
    for key, rota in session.policy.rotas.items():
        stretch = rotas.current(rota, at, agreed.get(key, []))
        if stretch is None or stretch.person is None:
            continue
        before = rotas.before(rota, stretch.start, agreed.get(key, []))
        now = shifts.member(session, stretch.person)
        was = shifts.member(session, before)
        if now is not None and now != was:
            yield Change(key, was, now, stretch.start)


def _tell_hand_over(session: DeskSession, change: Change, *, at: datetime) -> None:
    people = [who for who in (change.before, change.now) if who]
    telling.on_duty(
        session,
        Duty.HAND_OVER,
        people,
        at=at,
        rota=change.rota,
        before=change.before,
        now=change.now,
    )


def _tell_gaps(session: DeskSession, found: list[Gap], *, at: datetime) -> None:
    policy = session.policy
    leads = [lead for team in policy.teams for lead in access.leads_of(session, team)]
    admins = [policy.admin_channel] if policy.admin_channel else access.admins(session)
    told = [[gap.rota, gap.start.isoformat(), gap.end.isoformat()] for gap in found]
    telling.on_duty(session, Duty.GAPS, [*leads, *admins], at=at, gaps=told)


def _leavers(session: DeskSession) -> Iterator[tuple[Rota, str]]:
    """Whoever is in a rota and has left, by user id."""
    for rota in session.policy.rotas.values():
        for user in access.leavers(session, rota.everybody).values():
            yield rota, user


def _cut(
    piece: tuple[datetime, datetime], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a piece without that span."""
    first, last = piece
    if first < min(start, last):
        yield first, min(start, last)
    if max(end, first) < last:
        yield max(end, first), last


def _uncovered(
    session: DeskSession, covered: list[Shift], at: datetime, until: datetime
) -> Iterator[Gap]:
    """What these shifts together leave open of the hours that somebody must be on."""
    wanted = paging.cover_wanted(session.policy)
    if wanted is None:
        return
    left = [(at, until)]
    for shift in covered:
        left = [piece for each in left for piece in _cut(each, shift.start, shift.end)]
    calendar = session.policy.calendars.get(wanted)
    for start, end in left:
        pieces = hours.open_intervals(calendar, start, end) if calendar else [(start, end)]
        for begins, ends in pieces:
            if begins > at:  # what has begun is no news any more
                yield Gap(ALL_ROTAS, begins, ends)


def _hand_over_keys(session: DeskSession, at: datetime) -> Iterator[tuple[str, str]]:
    for change in _changes(session, at):
        yield _hand_over_job(change.rota), change.since.isoformat()


def _gap_keys(session: DeskSession, at: datetime) -> Iterator[tuple[str, str]]:
    return (_gap_key(gap, at) for gap in gaps(session, at=at))


def _leaver_keys(session: DeskSession) -> Iterator[tuple[str, str]]:
    return ((_LEFT, f"{rota.key} {user}") for rota, user in _leavers(session))


def _hand_over_job(rota: str) -> str:
    return f"hand-over {rota}"


def _gap_key(gap: Gap, at: datetime) -> tuple[str, str]:
    """By its beginning; one that has begun (its person just left) begins anew with every look."""
    edge = gap.start if gap.start > at else gap.end
    return f"gap {gap.rota}", edge.isoformat()


def _is_said(session: DeskSession, job: str, period: str) -> bool:
    return session.get(Period, (job, period)) is not None
