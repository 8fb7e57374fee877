"""Finding tickets by their words.

The database keeps the indexes itself (migration 0002): any way to write a ticket, what was said on
it, or a solution keeps them true. Words are compared by their stems, whatever their case or
accents.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    TableClause,
    bindparam,
    func,
    literal_column,
    select,
    table,
)

from store import lookups
from store.database import DeskSession
from store.models import Ticket

WORDS: Final = 10
"""Of a longer search the first ones count: they say enough."""

_WORD: Final = re.compile(r"[^\W_]+")


class Part(StrEnum):
    """Where a word may stand: an index's columns on SQLite, its weights on PostgreSQL."""

    SUMMARY = "A"
    TALK = "B"
    NOTES = "C"


_SHOWN: Final = (Part.SUMMARY, Part.TALK)
"""What requesters may read."""


@dataclass(frozen=True)
class Index:
    """A table of words. SQLite keeps parts of it in others, whose names begin with its name."""

    name: str
    key: str
    """The column with the number of what has these words; on SQLite it is `rowid`."""

    @property
    def table(self) -> TableClause:
        """To select from."""
        return table(self.name)

    def number(self, engine: str) -> ColumnElement[int]:
        """Of the ticket, or of the solution."""
        key = "rowid" if engine == "sqlite" else self.key
        return literal_column(f"{self.name}.{key}", Integer)

    def hold(self, engine: str, query: str = "asked") -> ColumnElement[bool]:
        """Whether it has the words that are asked for by the parameter `query`."""
        words = bindparam(query, type_=String)
        if engine == "sqlite":
            return literal_column(self.name).bool_op("MATCH")(words)
        vector: ColumnElement[str] = literal_column(f"{self.name}.words")
        return vector.bool_op("@@")(func.to_tsquery(literal_column("'deskbell'"), words))


def asked(
    engine: str, words: Sequence[str], parts: Sequence[Part], *, beginnings: bool = False
) -> str:
    """Every word, in one of the parts; `beginnings`: or a word that begins like it."""
    any_end = "*" if beginnings else ""
    if engine == "sqlite":
        columns = " ".join(part.name.lower() for part in parts)
        every = " AND ".join(f'"{word}"{any_end}' for word in words)
        return f"{{{columns}}} : ({every})"
    return " & ".join(f"{word}:{any_end}{''.join(parts)}" for word in words)


TICKETS: Final = Index("ticket_words", "ticket_id")
SOLUTIONS: Final = Index("solution_words", "solution_id")


def find(session: DeskSession, words: str, *, viewer: str, limit: int) -> list[Ticket]:
    """Tickets in which every word occurs, or one that begins like it, newest first.

    Notes, cause and fix are searched for whoever may work the ticket.
    """
    wanted = words_of(words)
    if not wanted:
        return []
    engine, found = engine_of(session), dict[int, Ticket]()
    for parts, visible in (
        (tuple(Part), lookups.workable(session, viewer)),
        (_SHOWN, lookups.own(viewer)),
    ):
        tickets = (
            select(Ticket)
            .join(TICKETS.table, Ticket.id == TICKETS.number(engine))
            .where(TICKETS.hold(engine), visible)
            .order_by(TICKETS.number(engine).desc())
            .limit(limit)
        )
        query = asked(engine, wanted, parts, beginnings=True)
        found.update((each.id, each) for each in session.scalars(tickets, {"asked": query}))
    return [found[number] for number in sorted(found, reverse=True)[:limit]]


def words_of(said: str) -> list[str]:
    """Each word once, without accents."""
    letters = unicodedata.normalize("NFKD", said.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return list(dict.fromkeys(_WORD.findall(plain)))[:WORDS]


def engine_of(session: DeskSession) -> str:
    """Each has words of its own for a search."""
    return session.get_bind().dialect.name
