"""Who is on call: the rotas of the settings, with what people have agreed to change in them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import or_, select

from store import access
from store.database import DeskSession
from store.models import ChangeState, ShiftChange
from store.rules import rota as rotas
from store.rules.policy import Rota
from store.rules.rota import Override, Stretch

REMEMBERED: Final = timedelta(days=400)
"""How long an override that is over still matters: to tell who was on call before."""


class Standing(NamedTuple):
    """How a rota stands. People are user ids; None is nobody (or nobody who is still here)."""

    rota: Rota
    person: str | None
    until: datetime | None
    """When somebody else is on, or nobody; None: not for a year."""
    following: str | None
    following_at: datetime | None


def overrides(session: DeskSession, *, at: datetime) -> dict[str, list[Override]]:
    """What was agreed, per rota: the one agreed last comes last, and wins."""
    found: defaultdict[str, list[Override]] = defaultdict(list)
    since = at - REMEMBERED
    for change in session.scalars(
        select(ShiftChange)
        .where(
            ShiftChange.state == ChangeState.AGREED,
            or_(ShiftChange.end_at > since, ShiftChange.back_end_at > since),
        )
        .order_by(ShiftChange.settled_at, ShiftChange.id)
    ):
        found[change.rota] += _spans(change)
    return found


def _spans(change: ShiftChange) -> list[Override]:
    spans = [Override(change.start_at, change.end_at, change.taker)]
    if change.giver and change.back_start_at and change.back_end_at:
        spans.append(Override(change.back_start_at, change.back_end_at, change.giver))
    return spans


def plan(
    session: DeskSession,
    rota: Rota,
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    wanted: Sequence[tuple[datetime, datetime]] = (),
) -> list[Stretch]:
    """Who is on through a span, by user id; None where the turn is nobody's who is still here. What
    the rota leaves to others by its hours is left out, but for what is `wanted`.
    """
    agreed = overrides(session, at=at).get(rota.key, [])
    return [
        stretch._replace(person=member(session, stretch.person))
        for stretch in rotas.stretches(rota, start, end, agreed)
        if stretch.person is not None
        or not rota.is_restricted
        or any(begins < stretch.end and stretch.start < ends for begins, ends in wanted)
    ]


def on_call_now(session: DeskSession, *, at: datetime) -> list[Standing]:
    """Every rota, in the order of the settings."""
    agreed = overrides(session, at=at)
    return [
        _standing(session, rota, agreed.get(key, []), at)
        for key, rota in session.policy.rotas.items()
    ]


def _standing(session: DeskSession, rota: Rota, agreed: list[Override], at: datetime) -> Standing:
    gone = access.leavers(session, {*rota.everybody, *(each.person for each in agreed)})
    change = rotas.change_after(rota, at, agreed, gone=gone)
    following = rotas.next_person(rota, at, agreed, gone=gone)
    return Standing(
        rota,
        member(session, rotas.who_is_on(rota, at, agreed)),
        change[0] if change else None,
        member(session, following.person) if following else None,
        following.start if following else None,
    )


def member(session: DeskSession, reference: str | None) -> str | None:
    """The active person behind a reference of the settings, by user id."""
    found = access.active_people(session, [reference] if reference else [])
    return found[0] if found else None
