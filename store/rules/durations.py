"""Lengths of time as people write them: "15 min", "18 h", "1 h 30 min", "3 days"."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator

_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "day": 86_400, "week": 604_800}
_SPELLINGS: Final = {
    "s": "s", "sec": "s", "second": "s", "seconds": "s",
    "m": "min", "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "day", "day": "day", "days": "day",
    "w": "week", "week": "week", "weeks": "week",
}  # fmt: skip
_PART: Final = re.compile(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]+)\s*")
_FIX: Final = 'write a number and a unit in quotes, such as "15 min", "4 h" or "3 days".'


def parse(text: object) -> timedelta:
    """Read a length of time; a day is 24 hours. Raises ValueError with the fix as its text."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str):
        raise ValueError(_FIX)  # noqa: TRY004 - pydantic reports a ValueError, not a TypeError
    return timedelta(seconds=sum(_seconds(number, unit) for number, unit in _parts(text)))


def _parts(text: str) -> list[tuple[str, str]]:
    """Split "1 h 30 min" into its numbers and units; anything left over is refused."""
    lowered = text.lower()
    if not re.fullmatch(rf"(?:{_PART.pattern})+", lowered):
        raise ValueError(_FIX)
    return _PART.findall(lowered)


def _seconds(number: str, unit: str) -> float:
    if unit not in _SPELLINGS:
        raise ValueError(f'"{unit}" is not a unit of time; {_FIX}')
    return float(number) * _SECONDS[_SPELLINGS[unit]]


def parse_hours(text: object) -> timedelta:
    """Read a target, which counts working time: days and weeks are refused as ambiguous."""
    if isinstance(text, str):
        units = {_SPELLINGS.get(unit) for _, unit in _parts(text)}
        if units & {"day", "week"}:
            raise ValueError(
                'say it in hours, such as "18 h": a target counts the hours of its calendar, '
                "so a day would not mean 24 of them."
            )
    return parse(text)


def spell(length: timedelta) -> str:
    """Say a length of time in hours, minutes and seconds: "18 h", "1 h 30 min", "0 min"."""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    said = " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"
    return f"-{said}" if length < timedelta(0) else said


Duration = Annotated[timedelta, BeforeValidator(parse)]
Target = Annotated[timedelta, BeforeValidator(parse_hours)]
