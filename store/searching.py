"""Finding tickets by their words, and tickets like the one that somebody is about to open.

The database keeps the index itself (migration 0002): any way to write a ticket or what was said on
it keeps it true. Words are compared by their stems, whatever their case or accents.
"""

import heapq
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from operator import itemgetter
from typing import Final

from sqlalchemy import ColumnElement, Integer, func, literal_column, select, table

from store import lookups
from store.database import DeskSession
from store.models import Ticket

INDEX: Final = "ticket_words"
"""The table of the index. SQLite keeps parts of it in others, whose names begin with this one."""

WORDS: Final = 10
"""Of a longer search the first ones count: they say enough."""

_INDEX: Final = table(INDEX)

COMMON: Final = 300
"""Of the tickets that hold a word the newest are looked at: what is alike and of use now is new.
More of them take PostgreSQL longer than a form may wait (tests/bench/searching.py)."""


class Part(StrEnum):
    """Where a word may stand: the index's columns on SQLite, its weights on PostgreSQL."""

    SUMMARY = "A"
    TALK = "B"
    NOTES = "C"


_SHOWN: Final = (Part.SUMMARY, Part.TALK)
"""What requesters may read."""

Visible = ColumnElement[bool]
"""Which tickets whoever asks may know of: one of the conditions of `store.lookups`."""

_WORD: Final = re.compile(r"[^\W_]+")

_LIKELY: Final = 200
"""Candidates of which it is asked whether the viewer may see them."""

_ENOUGH: Final = 0.3
"""A ticket is alike that has this share of the weight of all known words (tests/search: with less,
more of what is shown is about something else; with more, too little is shown)."""

_SAY_NOTHING: Final = re.compile(
    r"""(?x)
    a|after|again|all|am|an|and|any|are|as|at|be|been|but|by|can|cannot|could|did|do|does|for|
    from|had|has|have|how|i|if|in|into|is|it|its|me|my|no|not|of|off|on|or|our|out|please|
    since|so|some|still|than|that|the|their|them|then|there|they|this|to|today|too|up|very|
    want|was|we|what|when|where|which|who|why|will|with|would|you|your
    """
)
"""Words of every second sentence: that two tickets share them does not make them alike."""


def find(session: DeskSession, words: str, *, viewer: str, limit: int) -> list[Ticket]:
    """Tickets in which every word occurs, or one that begins like it, newest first.

    Notes, cause and fix are searched for whoever may work the ticket.
    """
    wanted = _words(words)
    if not wanted:
        return []
    found: dict[int, Ticket] = {}
    for parts, visible in (
        (tuple(Part), lookups.workable(session, viewer)),
        (_SHOWN, lookups.own(viewer)),
    ):
        tickets = (
            select(Ticket)
            .join(_INDEX, Ticket.id == _number(session))
            .where(_holds(session, wanted, parts, beginnings=True), visible)
            .order_by(_number(session).desc())
        )
        found.update((ticket.id, ticket) for ticket in session.scalars(tickets.limit(limit)))
    return [found[number] for number in sorted(found, reverse=True)[:limit]]


def similar(session: DeskSession, words: str, *, visible: Visible, limit: int) -> list[Ticket]:
    """Tickets whose summaries share the telling words, most alike first; empty when none is alike
    enough to be worth showing. Nothing but summaries counts: what else is in a ticket may not be
    guessed from whether it turns up here.
    """
    likely = _alike(session, words)
    seen = select(Ticket).where(Ticket.id.in_(likely), visible)
    tickets = {ticket.id: ticket for ticket in session.scalars(seen)}
    return [tickets[number] for number in likely if number in tickets][:limit]


def _alike(session: DeskSession, words: str) -> list[int]:
    """Rare words weigh more than common ones."""
    newest = session.scalar(select(func.max(Ticket.id))) or 0
    weight: defaultdict[int, float] = defaultdict(float)
    whole = 0.0
    for word in _telling(words):
        if holders := _holders(session, word):
            rarity = math.log(1 + newest / len(holders))
            whole += rarity
            for number in holders:
                weight[number] += rarity
    heaviest = heapq.nlargest(_LIKELY, weight.items(), key=itemgetter(1))
    return [number for number, share in heaviest if share >= whole * _ENOUGH]


def _words(said: str) -> list[str]:
    """Each word once, without accents."""
    letters = unicodedata.normalize("NFKD", said.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return list(dict.fromkeys(_WORD.findall(plain)))[:WORDS]


def _telling(said: str) -> list[str]:
    return [word for word in _words(said) if not _SAY_NOTHING.fullmatch(word)]


def _holders(session: DeskSession, word: str) -> Sequence[int]:
    """The newest tickets with this word in their summary."""
    number = _number(session)
    holding = select(number).select_from(_INDEX).where(_holds(session, [word], (Part.SUMMARY,)))
    return session.scalars(holding.order_by(number.desc()).limit(COMMON)).all()


def _number(session: DeskSession) -> ColumnElement[int]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return literal_column(f"{INDEX}.rowid" if is_sqlite else f"{INDEX}.ticket_id", Integer)


def _holds(
    session: DeskSession, words: Sequence[str], parts: Sequence[Part], *, beginnings: bool = False
) -> ColumnElement[bool]:
    """Every word stands in one of the parts; `beginnings`: or a word that begins like it."""
    any_end = "*" if beginnings else ""
    if session.get_bind().dialect.name == "sqlite":
        columns = " ".join(part.name.lower() for part in parts)
        asked = f"{{{columns}}} : (" + " AND ".join(f'"{word}"{any_end}' for word in words) + ")"
        return literal_column(INDEX).bool_op("MATCH")(asked)
    asked = " & ".join(f"{word}:{any_end}{''.join(parts)}" for word in words)
    query = func.to_tsquery(literal_column("'deskbell'"), asked)
    return literal_column(f"{INDEX}.words").bool_op("@@")(query)
