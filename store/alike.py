"""Tickets and solutions like what somebody writes: those that share its telling words.

Of tickets nothing but summaries counts: what else is in one may not be guessed from whether it
turns up here. Of solutions, the title and the summary of the ticket where it was found.
"""

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Integer, literal_column, select, union_all

from store.database import DeskSession
from store.models import Solution, Ticket
from store.searching import SOLUTIONS, TICKETS, Index, Part, asked, engine_of, words_of

Visible = ColumnElement[bool]
"""Which of them whoever asks may know of."""

Found = TypeVar("Found", Ticket, Solution)

COMMON: Final = 300
"""Of whatever holds a word the newest are looked at: what is alike and of use now is new.
More of them take PostgreSQL longer than a form may wait (tests/bench/searching.py)."""


_LIKELY: Final = 200
"""Candidates of which it is asked whether they may be seen."""

_FEW: Final = 20

_ENOUGH: Final = 0.3
"""Alike is what has this share of the weight of all known words (tests/search: with less,
more of what is shown is about something else; with more, too little is shown)."""

_SAY_NOTHING: Final = re.compile(
    r"""(?x)
    a|after|again|all|am|an|and|any|are|as|at|be|been|but|by|can|cannot|could|did|do|does|for|
    from|had|has|have|how|i|if|in|into|is|it|its|me|my|no|not|of|off|on|or|our|out|please|
    since|so|some|still|than|that|the|their|them|then|there|they|this|to|today|too|up|very|
    want|was|we|what|when|where|which|who|why|will|with|would|you|your
    """
)
"""Words of every second sentence: sharing them makes nothing alike."""


def tickets(session: DeskSession, words: str, *, visible: Visible, limit: int) -> list[Ticket]:
    """Most alike first; empty when none is alike enough to be worth showing."""
    return _seen(session, Ticket, _alike(session, TICKETS, words), visible, limit)


def solutions(session: DeskSession, words: str, *, visible: Visible, limit: int) -> list[Solution]:
    """Most alike first; empty when none is alike enough to be worth showing."""
    return _seen(session, Solution, _alike(session, SOLUTIONS, words), visible, limit)


def _seen(
    session: DeskSession, model: type[Found], likely: list[int], visible: Visible, limit: int
) -> list[Found]:
    """In that order. Whole rows are read of each, so of the first few first."""
    shown: list[Found] = []
    for some in filter(None, (likely[:_FEW], likely[_FEW:])):
        found = session.scalars(select(model).where(model.id.in_(some), visible))
        shown += sorted(found, key=lambda each: some.index(each.id))
        if len(shown) >= limit:
            break
    return shown[:limit]


def _alike(session: DeskSession, index: Index, words: str) -> list[int]:
    """Rare words weigh more than common ones."""
    holders = _holders(session, index, _telling(words))
    newest = max((each[0] for each in holders if each), default=0)
    weight: defaultdict[int, float] = defaultdict(float)
    whole = 0.0
    for holding in filter(None, holders):
        rarity = math.log(1 + newest / len(holding))
        whole += rarity
        for number in holding:
            weight[number] += rarity
    heaviest = heapq.nlargest(_LIKELY, weight.items(), key=itemgetter(1))
    return [number for number, share in heaviest if share >= whole * _ENOUGH]


def _telling(said: str) -> list[str]:
    return [word for word in words_of(said) if not _SAY_NOTHING.fullmatch(word)]


def _holders(session: DeskSession, index: Index, words: Sequence[str]) -> list[list[int]]:
    """The newest with each word, newest first."""
    holders: list[list[int]] = [[] for _ in words]
    if words:
        engine = engine_of(session)
        queries = {
            _asked(place): asked(engine, [word], (Part.SUMMARY,))
            for place, word in enumerate(words)
        }
        for place, number in session.execute(_holding(index, engine, len(words)), queries):
            holders[place].append(number)
    return holders


def _asked(place: int) -> str:
    return f"asked_{place}"


@cache
def _holding(index: Index, engine: str, words: int) -> CompoundSelect[int, int]:
    """For all words at once: whoever fills in a form waits for it with every word. Built once."""
    number = index.number(engine).label("number")
    newest = [
        select(number)
        .select_from(index.table)
        .where(index.hold(engine, _asked(place)))
        .order_by(number.desc())
        .limit(COMMON)
        .subquery()
        for place in range(words)
    ]
    return union_all(
        *(
            select(literal_column(str(place), Integer), each.c.number)
            for place, each in enumerate(newest)
        )
    )
