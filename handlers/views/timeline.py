"""A clock's life as a picture of characters, a row a day, narrow enough for a phone."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from store.rules.open_days import Stretch

COUNTED: Final = "█"
WAITED: Final = "▒"
CLOSED: Final = "░"
OUTSIDE: Final = "·"
LEGEND: Final = "█ counted  ░ closed  ▒ standing still"

DAY: Final = 24 * 60
CELLS: Final = 20
"""With the day before and the hours behind, a row has 32 characters."""

STEPS: Final = (5, 10, 15, 30, 60)
"""Minutes that one character may stand for."""

MOST: Final = 24
"""Rows of a picture; of a longer one the beginning and the end are shown."""


class _Piece(NamedTuple):
    """Part of a stretch that lies within one day, in minutes of the wall clock."""

    day: date
    start: int
    end: int
    mark: str
    reason: str
    length: timedelta


def timeline(stretches: Sequence[Stretch], zone: ZoneInfo, waits: Collection[str]) -> str:
    """The rows with a scale above and a legend below; `waits` are the reasons to stand still."""
    pieces = [piece for stretch in stretches for piece in _pieces(stretch, zone, waits)]
    if not pieces:
        return ""
    first, last = _window(pieces)
    step = next((s for s in STEPS if (last - first) <= s * CELLS), STEPS[-1])
    width = -(-(last - first) // step)
    rows = list(_rows(pieces, first, step, width))
    scale = f"{'':7}{first // 60:02}{f'{last // 60:02}':>{max(width - 2, 3)}}"
    return "\n".join([scale, *_shortened(rows), LEGEND])


def _pieces(stretch: Stretch, zone: ZoneInfo, waits: Collection[str]) -> Iterator[_Piece]:
    mark = COUNTED if stretch.counted else WAITED if stretch.reason in waits else CLOSED
    begin, over = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
    day = begin.date()
    while day <= over.date():
        start = _minutes(begin) if day == begin.date() else 0
        end = _minutes(over) if day == over.date() else DAY
        if start < end:
            yield _Piece(day, start, end, mark, stretch.reason, _within(stretch, day, zone))
        day += timedelta(days=1)


def _within(stretch: Stretch, day: date, zone: ZoneInfo) -> timedelta:
    """Real time of the stretch on that day, whatever the clocks did."""
    midnight = datetime.combine(day, time(), zone)
    next_one = datetime.combine(day + timedelta(days=1), time(), zone)
    utc = stretch.start.tzinfo
    begin, end = midnight.astimezone(utc), next_one.astimezone(utc)
    return min(stretch.end, end) - max(stretch.start, begin)


def _minutes(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _window(pieces: Sequence[_Piece]) -> tuple[int, int]:
    """The hours of the day worth showing: those in which something counted."""
    worked = [piece for piece in pieces if piece.mark == COUNTED] or list(pieces)
    first = min(piece.start for piece in worked) // 60 * 60
    last = -(-max(piece.end for piece in worked) // 60) * 60
    return first, max(last, first + 60)


def _rows(pieces: Sequence[_Piece], first: int, step: int, width: int) -> Iterator[str]:
    """A row for each day on which something counted, and one for all days between."""
    days = [(day, list(some)) for day, some in groupby(pieces, key=lambda piece: piece.day)]
    for idle, some in groupby(days, key=lambda each: all(p.mark != COUNTED for p in each[1])):
        if idle:
            yield _idle(list(some))
            continue
        for day, parts in some:
            cells = "".join(_cell(parts, first + n * step, step) for n in range(width))
            counted = sum((p.length for p in parts if p.mark == COUNTED), timedelta(0))
            yield f"{day:%a %d} {cells} {_short(counted)}"


def _idle(days: Sequence[tuple[date, Sequence[_Piece]]]) -> str:
    """Days without work: which, and why."""
    weight: dict[str, int] = {}
    for _, parts in days:
        for part in parts:
            weight[part.reason] = weight.get(part.reason, 0) + part.end - part.start
    reasons = sorted(weight, key=lambda reason: -weight[reason])[:2]
    first, last = days[0][0], days[-1][0]
    span = f"{first:%a %d}" if first == last else f"{first:%a %d}-{last:%a %d}"
    return f"{span} {', '.join(reasons)}"


def _cell(parts: Sequence[_Piece], start: int, step: int) -> str:
    """What most of these minutes were; the clock's own beginning and end leave some empty."""
    best, most = OUTSIDE, 0
    for part in parts:
        overlap = min(part.end, start + step) - max(part.start, start)
        if overlap > most:
            best, most = part.mark, overlap
    return best


def _short(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02}"


def _shortened(rows: list[str]) -> list[str]:
    if len(rows) <= MOST:
        return rows
    half = MOST // 2
    return [*rows[:half], f"  … {len(rows) - MOST} more rows …", *rows[-half:]]
