"""Being away: typed as /ticket away until Friday, or pressed on Home."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from slack_bolt import Ack

from handlers import payload
from handlers.payload import Body
from handlers.views import told
from handlers.views.words import moment
from store import away, inbox, lookups, outbox
from store.database import DeskSession, Store
from store.rules.errors import Refused
from store.rules.sentences import on_call as say

_DAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


def leave_by_command(ack: Ack, body: Body, store: Store, words: str, now: datetime) -> None:
    """Somebody typed /ticket away, with or without a day behind it."""
    user = payload.user(body)
    with store.transaction() as session:
        zone = _zone(session, user)
        until = _until(words, zone, at=now)
        away.leave(session, user, until=until, at=now)
        outbox.redraw_home(session, user, at=now)
    ack(text=told.away(moment(until, zone.key) if until else None))


def return_by_command(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody typed /ticket back."""
    user = payload.user(body)
    with store.transaction() as session:
        was_away = away.back(session, user)
        outbox.redraw_home(session, user, at=now)
    ack(text=told.BACK if was_away else told.NOT_AWAY)


def leave(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent pressed "I'm away" on Home."""
    user = payload.user(body)
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            away.leave(session, user, until=None, at=now)
            outbox.redraw_home(session, user, at=now)
    ack()


def come_back(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent pressed "I'm back" on Home."""
    user = payload.user(body)
    with store.transaction() as session:
        if inbox.first_time(session, payload.click_key(body), at=now):
            away.back(session, user)
            outbox.redraw_home(session, user, at=now)
    ack()


def _zone(session: DeskSession, user: str) -> ZoneInfo:
    known = lookups.person(session, user)
    return ZoneInfo(known.timezone if known else session.policy.timezone)


def _until(words: str, zone: ZoneInfo, *, at: datetime) -> datetime | None:
    """The beginning of the day that was named, where the person lives; None when none was."""
    named = words.strip().lower().removeprefix("until").strip()
    if not named:
        return None
    today = at.astimezone(zone).date()
    if named == "tomorrow":
        day = today + timedelta(days=1)
    elif named in _DAYS:
        day = today + timedelta(days=(_DAYS.index(named) - today.weekday() - 1) % 7 + 1)
    else:
        day = _date(named)
    return datetime.combine(day, time(), zone)


def _date(named: str) -> date:
    try:
        return date.fromisoformat(named)
    except ValueError:
        raise Refused(say.WHICH_DAY) from None
