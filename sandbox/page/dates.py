"""Slack's `<!date^…>` tokens and message times, in the viewer's time zone."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sandbox.page.viewer import Viewer

_TOKEN: Final = re.compile(r"\{(\w+)\}")


def format_date(unix: str, pattern: str, viewer: Viewer) -> str | None:
    """Fill the tokens of `pattern`; None (Slack shows the fallback) for an unreadable instant."""
    if not unix.isdigit():
        return None
    moment = datetime.fromtimestamp(int(unix), viewer.zone)
    return _TOKEN.sub(lambda found: _filled(found, moment, viewer), pattern)


def clock_time(moment: datetime) -> str:
    """`9:05 AM`, in whatever zone `moment` carries."""
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


def day_heading(day: date, today: date) -> str:
    """What the divider between two days of a conversation says."""
    return _relative(day, today).capitalize() or f"{day:%A}, {day:%B} {_ordinal(day.day)}"


def ago(moment: datetime, now: datetime) -> str:
    """`3 minutes ago` or `in 2 hours`; the largest whole unit."""
    seconds = (now - moment).total_seconds()
    count, unit = int(abs(seconds)), "second"
    for size, name in ((60, "minute"), (3600, "hour"), (86400, "day")):
        if abs(seconds) >= size:
            count, unit = int(abs(seconds) // size), name
    phrase = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{phrase} ago" if seconds >= 0 else f"in {phrase}"


def _filled(found: re.Match[str], moment: datetime, viewer: Viewer) -> str:
    """One token; an unknown one stays as typed."""
    name = found[1]
    if name == "ago":
        return ago(moment, viewer.now)
    if name.endswith("_pretty"):
        relative = _relative(moment.date(), viewer.now.astimezone(viewer.zone).date())
        if relative:
            return relative
        name = name.removesuffix("_pretty")
    draw = _TOKENS.get(name)
    return draw(moment) if draw else found[0]


def _relative(day: date, today: date) -> str:
    """`yesterday`, `today`, `tomorrow`, or nothing."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get((day - today) // timedelta(days=1), "")


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_TOKENS: Final[dict[str, Callable[[datetime], str]]] = {
    "date_num": lambda at: f"{at:%Y-%m-%d}",
    "date": lambda at: f"{at:%B} {_ordinal(at.day)}, {at.year}",
    "date_short": lambda at: f"{at:%b} {at.day}, {at.year}",
    "date_long": lambda at: f"{at:%A}, {at:%B} {_ordinal(at.day)}, {at.year}",
    "time": clock_time,
    "time_secs": lambda at: f"{at.hour % 12 or 12}:{at:%M:%S %p}",
}
