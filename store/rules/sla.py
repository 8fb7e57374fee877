"""The clock of a target: when it is due, how much is used, and every reason why.

A target runs from `started` through the open time of its calendar, except during pauses. Nothing
here shifts a start: what was used stays used, so a pause moves the deadline by exactly the working
time within it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from store.rules import hours
from store.rules.open_days import Stretch, joined
from store.rules.policy import Calendar

Pauses = Sequence[tuple[datetime, datetime | None]]
"""From when to when the clock stands still; None while it still does."""

PausesTold = Sequence[tuple[datetime, datetime | None, str]]
"""The same with the reason of each, as people read it."""


class _Span(NamedTuple):
    """The clock runs (no reason) or stands still; `end` is None for ever."""

    start: datetime
    end: datetime | None
    paused_because: str | None


def due(
    calendar: Calendar, started: datetime, target: timedelta, pauses: Pauses = ()
) -> datetime | None:
    """Return the deadline, or None while an open pause keeps it from being known.

    A pause that begins after the target was used up changes nothing.
    """
    left = target
    for start, end in _running(started, pauses):
        if end is None:
            return hours.add(calendar, start, left)
        worked = hours.between(calendar, start, end)
        if left <= worked:
            return hours.add(calendar, start, left)
        left -= worked
    return None


def used(calendar: Calendar, started: datetime, pauses: Pauses, until: datetime) -> timedelta:
    """Working time that the target has used up at `until`."""
    stretches = (
        hours.between(calendar, start, min(end or until, until))
        for start, end in _running(started, pauses)
    )
    return sum(stretches, timedelta(0))


def explain(
    calendar: Calendar, started: datetime, pauses: PausesTold, until: datetime
) -> list[Stretch]:
    """Cover the time from `started` to `until` without gaps: what counted, what did not, and why.

    With `until` at the deadline, what counted adds up to the target.
    """
    return list(
        joined(
            stretch
            for span in _spans(started, pauses)
            if span.start < until
            for stretch in _explained(calendar, span, min(span.end or until, until))
        )
    )


def _running(started: datetime, pauses: Pauses) -> Iterator[tuple[datetime, datetime | None]]:
    told = [(start, end, "") for start, end in pauses]
    return ((span.start, span.end) for span in _spans(started, told) if span.paused_because is None)


def _spans(started: datetime, pauses: PausesTold) -> Iterator[_Span]:
    """Cut the time since `started` into running and paused; overlapping pauses count once."""
    cursor = started
    for start, end, reason in sorted(pauses, key=itemgetter(0)):
        if end is not None and end <= cursor:
            continue
        if cursor < start:
            yield _Span(cursor, start, None)
        yield _Span(max(cursor, start), end, reason)
        if end is None:
            return
        cursor = end
    yield _Span(cursor, None, None)


def _explained(calendar: Calendar, span: _Span, until: datetime) -> Iterator[Stretch]:
    if span.paused_because is None:
        return hours.explain(calendar, span.start, until)
    return iter([Stretch(span.start, until, counted=False, reason=span.paused_because)])
