"""Dates in messages: `<!date^seconds^format^link|fallback>` in the reader's own time zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = 60
"""Minutes; from here on Slack counts in hours."""

SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def render_date(
    seconds: int, pattern: str, tz: str, now: datetime, *, rich_text: bool = False
) -> str:
    """Fill Slack's tokens, for example `{date_pretty} at {time}`, as a reader in `tz` sees them.
    `{day_divider_pretty}` is documented for the date element of rich text alone, and stays as it is
    in mrkdwn.
    """
    moment = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(tz))
    today = now.astimezone(ZoneInfo(tz)).date()
    day = moment.day
    short = f"{moment:%b} {day}, {moment.year}"
    full = f"{moment:%B} {day}{SUFFIXES.get(day, 'th')}, {moment.year}"
    long = f"{moment:%A}, {full}"
    near = _near(moment.date(), today)
    clock = f"{moment:%I:%M}".lstrip("0")
    tokens = {
        "{date_num}": f"{moment:%Y-%m-%d}",
        "{date}": full,
        "{date_short}": short,
        "{date_long}": long,
        "{date_pretty}": near or full,
        "{date_short_pretty}": near or short,
        "{date_long_pretty}": near or long,
        "{time}": f"{clock} {moment:%p}",
        "{time_secs}": f"{clock}:{moment:%S} {moment:%p}",
        "{ago}": _ago(now - moment),
    }
    if rich_text:
        year = "" if moment.year == today.year else f", {moment.year}"
        tokens["{day_divider_pretty}"] = near or f"{long.rpartition(', ')[0]}{year}"
    for token, text in tokens.items():
        pattern = pattern.replace(token, text)
    return pattern


def _near(day: date, today: date) -> str:
    names = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return names.get((day - today).days, "")


def _ago(passed: timedelta) -> str:
    minutes = round(abs(passed.total_seconds()) / 60)
    amount = f"{minutes} minutes" if minutes < HOUR else f"{minutes // HOUR} hours"
    return f"{amount} ago" if passed >= timedelta() else f"in {amount}"
