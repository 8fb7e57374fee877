"""Who is on call: a rota turns at its hand-over, on the wall clock of its zone.

An override puts somebody else in charge for a span of time; the latest given one wins.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from store.rules.policy import Rota
from store.rules.wall_clock import first_instant


class Override(NamedTuple):
    """`person` covers from `start` to `end` (not included), whoever's turn it is."""

    start: datetime
    end: datetime
    person: str


class Shift(NamedTuple):
    """One person's time on call; the end is not included."""

    start: datetime
    end: datetime
    person: str


def who_is_on(rota: Rota, at: datetime, overrides: Sequence[Override] = ()) -> str | None:
    """Return who is on call at this instant; nobody before the rota's first shift."""
    for override in reversed(overrides):
        if override.start <= at < override.end:
            return override.person
    turn = _turn(rota, at)
    return None if turn < 0 else rota.people[turn % len(rota.people)]


def next_handover(rota: Rota, at: datetime) -> datetime:
    """Return the first hand-over after this instant, whoever it concerns."""
    return _handover(rota, max(_turn(rota, at) + 1, 0))


def shifts(
    rota: Rota, start: datetime, end: datetime, overrides: Sequence[Override] = ()
) -> Iterator[Shift]:
    """Who is on through a span, cut to it; time with nobody on is left out."""
    last: Shift | None = None
    for begin, finish in _pieces(rota, start, end, overrides):
        person = who_is_on(rota, begin, overrides)
        if last is not None and (last.person, last.end) == (person, begin):
            last = last._replace(end=finish)
            continue
        if last is not None:
            yield last
        last = None if person is None else Shift(begin, finish, person)
    if last is not None:
        yield last


def _pieces(
    rota: Rota, start: datetime, end: datetime, overrides: Sequence[Override]
) -> Iterator[tuple[datetime, datetime]]:
    """Cut the span wherever the answer may change."""
    cuts = {start, end, *(edge for override in overrides for edge in override[:2])}
    handover = next_handover(rota, start)
    while handover < end:
        cuts.add(handover)
        handover = next_handover(rota, handover)
    inside = sorted(cut for cut in cuts if start <= cut <= end)
    return pairwise(inside)


def _turn(rota: Rota, at: datetime) -> int:
    """Count the hand-overs since the first; negative before it."""
    local = at.astimezone(rota.zone).date()
    turn = (local - _first_day(rota)) // rota.length + 1
    while _handover(rota, turn) > at:
        turn -= 1
    return turn


def _handover(rota: Rota, turn: int) -> datetime:
    day = _first_day(rota) + turn * rota.length
    return first_instant(rota.zone, day, rota.handover.minute)


def _first_day(rota: Rota) -> date:
    """Return the last hand-over day up to `start`."""
    return rota.start - timedelta(days=(rota.start.weekday() - rota.handover.weekday) % 7)
