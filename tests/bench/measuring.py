"""Times, their spread, and the rows of the table."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Spread:
    """Of many times, in seconds: the middle one, and the one that 1 in 100 exceeds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """At least one time is needed."""
        ordered = sorted(seconds)
        last = len(ordered) - 1
        return cls(ordered[last // 2], ordered[round(last * 0.99)])

    def __add__(self, other: "Spread") -> "Spread":
        """As if the one had to be waited for after the other."""
        return Spread(self.p50 + other.p50, self.p99 + other.p99)

    def __str__(self) -> str:
        """In milliseconds."""
        return f"{_ms(self.p50)} / {_ms(self.p99)} ms"


@dataclass(frozen=True)
class Row:
    """One line of the table; `holds` says whether the aim is reached."""

    what: str
    measured: str
    floor: str
    ratio: str
    aim: str
    holds: bool


Subject = Callable[[int], float]
"""Does something for the nth time and returns the seconds it took."""


def timed(work: Callable[[int], object]) -> Subject:
    """Measure the whole call."""

    def subject(turn: int) -> float:
        started = time.perf_counter()
        work(turn)
        return time.perf_counter() - started

    return subject


def alternately(turns: int, *subjects: Subject, warm_up: int = 10) -> list[Spread]:
    """Measure all in turn, so that whatever slows the machine down slows each of them."""
    times: list[list[float]] = [[] for _ in subjects]
    for turn in range(turns + warm_up):
        for subject, taken in zip(subjects, times, strict=True):
            taken.append(subject(turn))
    return [Spread.of(taken[warm_up:]) for taken in times]


def against_floor(what: str, measured: Spread, floor: Spread, *, at_most: float) -> Row:
    """The aim is a multiple of the floor, for p50 and p99 alike."""
    middle, tail = measured.p50 / floor.p50, measured.p99 / floor.p99
    holds = max(middle, tail) <= at_most
    ratio = f"{middle:.1f} / {tail:.1f}"
    return Row(what, str(measured), str(floor), ratio, f"≤ {at_most:g} times", holds)


def within(what: str, measured: Spread, floor: Spread | None, *, p99: float) -> Row:
    """The aim is a time: people and Slack wait no longer on a slower machine."""
    ratio = f"{measured.p50 / floor.p50:.1f} / {measured.p99 / floor.p99:.1f}" if floor else ""
    aim = f"p99 ≤ {p99 * 1000:g} ms"
    return Row(what, str(measured), str(floor or ""), ratio, aim, measured.p99 <= p99)


def usually(what: str, measured: Spread, *, p50: float) -> Row:
    """The aim is a time that every other one may take."""
    return Row(what, str(measured), "", "", f"p50 ≤ {p50 * 1000:g} ms", measured.p50 <= p50)


def at_most(what: str, measured: float, floor: float | None, limit: float, unit: str) -> Row:
    """The aim is an upper limit of one number."""
    return _limited(what, measured, floor, f"≤ {limit:g} {unit}", unit, holds=measured <= limit)


def at_least(what: str, measured: float, floor: float | None, limit: float, unit: str) -> Row:
    """The aim is a lower limit of one number."""
    return _limited(what, measured, floor, f"≥ {limit:g} {unit}", unit, holds=measured >= limit)


def _limited(
    what: str, measured: float, floor: float | None, aim: str, unit: str, *, holds: bool
) -> Row:
    known = floor is not None
    ratio = f"{measured / floor:.1f}" if floor else ""
    return Row(
        what, f"{measured:.4g} {unit}", f"{floor:.4g} {unit}" if known else "", ratio, aim, holds
    )


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:.3f}" if milliseconds < 1 else f"{milliseconds:.3g}"
