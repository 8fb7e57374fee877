"""Changes of shifts: cover for somebody, take a shift, swap two. Both people agree, or an admin
decides; what was agreed is an override of its rota.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from store import access, handover, shifts, telling, user_groups
from store.database import DeskSession
from store.kinds import Duty
from store.models import ChangeState, ShiftChange
from store.rules import rota as rotas
from store.rules.errors import InvalidFields, NotAllowed, Refused
from store.rules.policy import Rota
from store.rules.rota import Stretch
from store.rules.sentences import on_call as say

AHEAD: Final = timedelta(weeks=8)
"""How far ahead shifts are offered."""


class Span(NamedTuple):
    """Some time on call; the end is not included."""

    start: datetime
    end: datetime


def upcoming(session: DeskSession, rota: Rota, *, at: datetime) -> list[Stretch]:
    """Who is on from now on, by user id; None where nobody is who should be: in the rota's own
    time, and in what all rotas together leave open.
    """
    wanted = [
        (gap.start, gap.end)
        for gap in (handover.gaps(session, at=at) if rota.is_restricted else ())
        if gap.rota == handover.ALL_ROTAS
    ]
    return shifts.plan(session, rota, at, at + AHEAD, at=at, wanted=wanted)


def ask(
    session: DeskSession,
    *,
    rota: str,
    giver: str | None,
    taker: str,
    span: Span,
    back: Span | None = None,
    force: bool = False,
    by: str,
    at: datetime,
) -> ShiftChange:
    """Whoever asks has agreed; the other one is asked, unless an admin decides (`force`).

    InvalidFields names `shift`, `until` or `person`. Time that is over is left out.
    """
    _require_party(session, by, {giver, taker}, force=force)
    _require_two_people(session, giver, taker)
    change = ShiftChange(
        rota=_rota(session, rota).key,
        giver=giver,
        taker=taker,
        start_at=max(span.start, at),
        end_at=span.end,
        back_start_at=max(back.start, at) if back else None,
        back_end_at=back.end if back else None,
        asked_by=by,
        asked_at=at,
        giver_agreed=force or giver in (by, None),
        taker_agreed=force or by == taker,
        state=ChangeState.ASKED,
    )
    _require_still_theirs(session, change, at=at)
    session.add(change)
    session.flush()
    if waited_for(change):
        telling.on_duty(session, Duty.CHANGE, [*waited_for(change), by], at=at, change=change.id)
    else:
        _settle(session, change, ChangeState.AGREED, by=by, at=at)
    return change


def agree(session: DeskSession, change_id: int, *, by: str, at: datetime) -> ShiftChange:
    """One of the two says yes; an admin's yes counts for both."""
    change = _open(session, change_id)
    admin = access.is_admin(session, by) and by not in {change.giver, change.taker}
    _require_party(session, by, {change.giver, change.taker}, force=admin)
    change.giver_agreed |= admin or by == change.giver
    change.taker_agreed |= admin or by == change.taker
    if not waited_for(change):
        _require_still_theirs(session, change, at=at)
        change.start_at = max(change.start_at, at)
        if change.back_start_at is not None:
            change.back_start_at = max(change.back_start_at, at)
        _settle(session, change, ChangeState.AGREED, by=by, at=at)
    _redraw(session, change, at=at)
    return change


def disagree(session: DeskSession, change_id: int, *, by: str, at: datetime) -> ShiftChange:
    """One of the two, whoever asked, or an admin says no: nothing changes."""
    change = _open(session, change_id)
    people = {change.giver, change.taker, change.asked_by}
    _require_party(session, by, people, force=access.is_admin(session, by))
    _settle(session, change, ChangeState.DECLINED, by=by, at=at)
    _redraw(session, change, at=at)
    return change


def waited_for(change: ShiftChange) -> list[str]:
    """Whose yes is missing, by user id."""
    found = [] if change.giver is None or change.giver_agreed else [change.giver]
    return found if change.taker_agreed else [*found, change.taker]


def _redraw(session: DeskSession, change: ShiftChange, *, at: datetime) -> None:
    """Let the question, and what its asker sees of it, show how it stands."""
    told = [*_people(change), change.asked_by]
    telling.on_duty(session, Duty.CHANGE, told, at=at, redraw=True, change=change.id)


def _settle(
    session: DeskSession, change: ShiftChange, state: ChangeState, *, by: str, at: datetime
) -> None:
    """Everybody concerned hears how it ended; the on-call channel only of what changes."""
    change.state, change.settled_by, change.settled_at = state, by, at
    told = {*_people(change), change.asked_by}
    if state is ChangeState.AGREED:
        told.add(session.policy.on_call_channel)
    telling.on_duty(session, Duty.CHANGE, sorted(told), at=at, change=change.id, news=True)
    session.flush()
    user_groups.follow(session, at=at)


def _open(session: DeskSession, change_id: int) -> ShiftChange:
    change = session.get(ShiftChange, change_id, with_for_update=True, populate_existing=True)
    if change is None:
        raise Refused(say.QUESTION_UNKNOWN)
    if change.state != ChangeState.ASKED:
        raise Refused(_ended(change))
    return change


def _ended(change: ShiftChange) -> str:
    who = str(change.settled_by)
    if change.state == ChangeState.AGREED:
        return say.agreed_already(who)
    return say.taken_back(who) if who == change.asked_by else say.declined_already(who)


def _rota(session: DeskSession, key: str) -> Rota:
    rota = session.policy.rotas.get(key)
    if rota is None:
        raise Refused(say.no_rota(key))
    return rota


def _require_party(
    session: DeskSession, by: str, people: Iterable[str | None], *, force: bool
) -> None:
    if force and not access.is_admin(session, by):
        raise NotAllowed(say.FORCE_FOR_ADMINS)
    if by not in set(people) and not access.is_admin(session, by):
        raise NotAllowed(say.SHIFTS_OF_TWO)


def _require_two_people(session: DeskSession, giver: str | None, taker: str) -> None:
    """Two different people, both here, and the one who takes over fit to be called."""
    if giver == taker:
        raise InvalidFields({"person": say.SAME_PERSON})
    access.require_reachable(session, taker)
    if giver is not None:
        access.require_reachable(session, giver)
    if not access.is_agent(session, taker) and not is_in_a_rota(session, taker):
        raise InvalidFields({"person": say.COULD_NOT_WORK})


def is_in_a_rota(session: DeskSession, user: str) -> bool:
    """Whether the settings name the person in any rota."""
    named = [ref for rota in session.policy.rotas.values() for ref in rota.everybody]
    return user in access.active_people(session, dict.fromkeys(named))


def _require_still_theirs(session: DeskSession, change: ShiftChange, *, at: datetime) -> None:
    """The time lies ahead, and what is left of it belongs to whom the change takes it from."""
    rota = _rota(session, change.rota)
    spans = [(Span(change.start_at, change.end_at), change.giver, "shift")]
    if change.back_start_at is not None and change.back_end_at is not None:
        spans.append((Span(change.back_start_at, change.back_end_at), change.taker, "theirs"))
    agreed = shifts.overrides(session, at=at).get(rota.key, [])
    for span, owner, field in spans:
        if span.end <= at:  # before anything is written: the database refuses such a span, too
            raise InvalidFields({field: say.TIME_IS_OVER})
        if span.end <= span.start:
            raise InvalidFields({"until": say.ENDS_BEFORE})
        for stretch in rotas.stretches(rota, max(span.start, at), span.end, agreed):
            if shifts.member(session, stretch.person) != owner:
                raise InvalidFields({field: say.not_theirs(owner)})


def _people(change: ShiftChange) -> list[str]:
    return [who for who in (change.giver, change.taker) if who is not None]
