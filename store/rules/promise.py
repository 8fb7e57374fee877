"""A deadline that an agent has promised by hand: a moment on the wall, not a length of work."""

from datetime import datetime
from operator import itemgetter

from store.rules import hours
from store.rules.policy import Calendar
from store.rules.sla import Pauses


def due(
    calendar: Calendar, promised: datetime, promised_on: datetime, pauses: Pauses
) -> datetime | None:
    """Return the promised moment, later by the working time paused since it was promised; None
    while an open pause keeps it from being known.
    """
    moment = promised
    for start, end in sorted(pauses, key=itemgetter(0)):
        begins = max(start, promised_on)
        if begins >= moment or (end is not None and end <= begins):
            continue
        if end is None:
            return None
        moment = hours.add(calendar, moment, hours.between(calendar, begins, end))
    return moment
