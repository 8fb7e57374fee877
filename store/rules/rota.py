"""Who is on call: turns change at their hand-over, on the wall clock of the rota's zone.

Layers lie on top of a rota, each perhaps restricted to some hours. An override puts somebody else
in charge for a span of time, whatever the layers say; the latest given one wins.
"""

from collections.abc import Container, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from store.rules.policy import Rota, Turns
from store.rules.wall_clock import first_instant

_ONE_DAY: Final = timedelta(days=1)
_LOOKS: Final = tuple(timedelta(days=days) for days in (8, 40, 400))
"""How far is looked: shifts are short as a rule, so the first look is usually the last."""


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


class Stretch(NamedTuple):
    """A piece of time with one person on call, or nobody; the end is not included."""

    start: datetime
    end: datetime
    person: str | None


def who_is_on(rota: Rota, at: datetime, overrides: Sequence[Override] = ()) -> str | None:
    """Return who is on call at this instant: nobody before the first shift or outside the hours."""
    for override in reversed(overrides):
        if override.start <= at < override.end:
            return override.person
    for turns in reversed((rota, *rota.layers)):
        turn = _turn(turns, rota.zone, at)
        if turn >= 0 and _is_within_hours(turns, rota.zone, at):
            return turns.people[turn % len(turns.people)]
    return None


def next_handover(rota: Rota, at: datetime) -> datetime:
    """Return the first hand-over of any layer after this instant, whoever it concerns."""
    return min(
        _handover(turns, rota.zone, max(_turn(turns, rota.zone, at) + 1, 0))
        for turns in (rota, *rota.layers)
    )


def stretches(
    rota: Rota,
    start: datetime,
    end: datetime,
    overrides: Sequence[Override] = (),
    *,
    gone: Container[str | None] = (),
) -> Iterator[Stretch]:
    """Cover a span from end to end, in order; neighbours differ in their person. Whoever is `gone`
    counts as nobody.
    """
    last: Stretch | None = None
    for begin, finish in _pieces(rota, start, end, overrides):
        on = who_is_on(rota, begin, overrides)
        person = None if on in gone else on
        if last is not None and last.person == person:
            last = last._replace(end=finish)
            continue
        if last is not None:
            yield last
        last = Stretch(begin, finish, person)
    if last is not None:
        yield last


def shifts(
    rota: Rota, start: datetime, end: datetime, overrides: Sequence[Override] = ()
) -> Iterator[Shift]:
    """Who is on through a span, cut to it; time with nobody on is left out."""
    for stretch in stretches(rota, start, end, overrides):
        if stretch.person is not None:
            yield Shift(stretch.start, stretch.end, stretch.person)


def current(rota: Rota, at: datetime, overrides: Sequence[Override] = ()) -> Stretch | None:
    """Return the stretch that this instant lies in, with its true ends; None when it has none
    within a year either way.
    """
    for around in _LOOKS:
        found = list(stretches(rota, at - around, at + around, overrides))
        place = next(n for n, each in enumerate(found) if each.start <= at < each.end)
        if 0 < place < len(found) - 1:
            return found[place]
    return None


def change_after(
    rota: Rota,
    at: datetime,
    overrides: Sequence[Override] = (),
    *,
    gone: Container[str | None] = (),
) -> tuple[datetime, str | None] | None:
    """Return when somebody else is on (or nobody) for the first time after this instant, and who.

    None when nothing changes for a year.
    """
    for ahead in _LOOKS:
        found = list(stretches(rota, at, at + ahead, overrides, gone=gone))
        if len(found) > 1:
            return found[1].start, found[1].person
    return None


def next_person(
    rota: Rota,
    at: datetime,
    overrides: Sequence[Override] = (),
    *,
    gone: Container[str | None] = (),
) -> Shift | None:
    """Return the next shift of somebody after the one at this instant, cut to how far was looked;
    None when nothing changes for a year.
    """
    for ahead in _LOOKS:
        later = list(stretches(rota, at, at + ahead, overrides, gone=gone))[1:]
        for start, end, person in later:
            if person is not None:
                return Shift(start, end, person)
    return None


def before(rota: Rota, at: datetime, overrides: Sequence[Override] = ()) -> str | None:
    """Return who was on last before this instant, however long ago up to a year."""
    for back in _LOOKS:
        for stretch in reversed(list(stretches(rota, at - back, at, overrides))):
            if stretch.person is not None:
                return stretch.person
    return None


def _pieces(
    rota: Rota, start: datetime, end: datetime, overrides: Sequence[Override]
) -> Iterator[tuple[datetime, datetime]]:
    """Cut the span wherever the answer may change."""
    cuts = {start, end, *(edge for override in overrides for edge in override[:2])}
    handover = next_handover(rota, start)
    while handover < end:
        cuts.add(handover)
        handover = next_handover(rota, handover)
    for turns in (rota, *rota.layers):
        cuts.update(_edges_of_hours(turns, rota.zone, start, end))
    return pairwise(sorted(cut for cut in cuts if start <= cut <= end))


def _edges_of_hours(
    turns: Turns, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[datetime]:
    if turns.hours is None:
        return
    day = start.astimezone(zone).date() - _ONE_DAY
    last = end.astimezone(zone).date() + _ONE_DAY
    while day <= last:
        for shift in turns.hours.days[day.weekday()]:
            yield first_instant(zone, day, shift.start)
            yield first_instant(zone, day, shift.end)
        day += _ONE_DAY


def _is_within_hours(turns: Turns, zone: ZoneInfo, at: datetime) -> bool:
    """Edges are instants, as everywhere: an hour that comes twice counts from its first time."""
    if turns.hours is None:
        return True
    today = at.astimezone(zone).date()
    return any(
        first_instant(zone, day, shift.start) <= at < first_instant(zone, day, shift.end)
        for day in (today - _ONE_DAY, today, today + _ONE_DAY)
        for shift in turns.hours.days[day.weekday()]
    )


def _turn(turns: Turns, zone: ZoneInfo, at: datetime) -> int:
    """Count the hand-overs since the first; negative before it."""
    local = at.astimezone(zone).date()
    turn = (local - _first_day(turns)) // turns.length + 1
    while _handover(turns, zone, turn) > at:
        turn -= 1
    return turn


def _handover(turns: Turns, zone: ZoneInfo, turn: int) -> datetime:
    day = _first_day(turns) + turn * turns.length
    return first_instant(zone, day, turns.handover.minute)


def _first_day(turns: Turns) -> date:
    """Return the last hand-over day up to `start`; without a weekday, `start` itself."""
    if turns.handover.weekday is None:
        return turns.start
    return turns.start - timedelta(days=(turns.start.weekday() - turns.handover.weekday) % 7)
