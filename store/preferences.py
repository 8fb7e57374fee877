"""What a person wants to hear of tickets that are theirs, or that they watch.

Questions, replies, what is to be confirmed and what ends a ticket for want of an answer are said to
everybody; so is news of a kind that is not listed here.
"""

from collections.abc import Mapping
from typing import Final

from store.database import DeskSession
from store.kinds import News
from store.models import Hears, Preference

_LESSER: Final[Mapping[Hears, frozenset[News]]] = {
    Hears.ALL: frozenset(),
    Hears.IMPORTANT: frozenset(
        {News.ASSIGNED, News.PASSED_ON, News.RESUMED, News.PROMISE_MOVED, News.STANDING}
    ),
    Hears.NEEDED: frozenset(
        {
            News.ASSIGNED, News.PASSED_ON, News.RESUMED, News.PROMISE_MOVED, News.STANDING,
            News.CLAIMED, News.REACHED, News.ESCALATED, News.NEW_PROMISE, News.ON_HOLD,
            News.DELAYED, News.AT_RISK, News.REOPENED, News.CLOSED,
        }
    ),
}  # fmt: skip
"""What is not said to whom has chosen so."""


def of(session: DeskSession, person: str) -> Hears:
    """The person's choice; everything, until they choose."""
    chosen = session.get(Preference, person)
    return Hears(chosen.hears) if chosen else Hears.ALL


def choose(session: DeskSession, person: str, hears: Hears) -> None:
    """From now on; what waits for Slack already follows too."""
    chosen = session.get(Preference, person, with_for_update=True)
    if chosen is None:
        session.add(Preference(person=person, hears=hears))
    else:
        chosen.hears = hears


def wants(session: DeskSession, person: str, what: News) -> bool:
    """Whether the person wants to hear of it."""
    return what not in _LESSER[of(session, person)]
