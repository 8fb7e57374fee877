"""From the clock on the wall to UTC, also when that clock jumps."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

_MICROSECOND: Final = timedelta(microseconds=1)


def first_instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Return the first instant at which the wall clock shows this time of `day`, or a later one.

    So a time that the clock jumps over means the end of the gap, and a time that comes twice means
    the first. `minute` counts from midnight; 1440 is the end of the day. The result is UTC.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - wall time
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _end_of_gap(zone, wall)


def rules_of(zone: str) -> bytes:
    """What this machine's time zone database says of the zone: with another edition of it, the
    same hours on the wall may be other instants.
    """
    for folder in zoneinfo.TZPATH:
        file = Path(folder, zone)
        if file.is_file():
            return file.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()


def _end_of_gap(zone: ZoneInfo, wall: datetime) -> datetime:
    """Close in on the jump: `fold` tells how the clock stood before it and how after."""
    before, after = (
        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)  # fold 1 lies before the jump
        for fold in (1, 0)
    )
    while after - before > _MICROSECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            after = middle
        else:
            before = middle
    return after
