"""Finding tickets by their words.

The database keeps the index itself (migration 0002): any way to write a ticket or what was said on
it keeps it true. Words are compared by their stems, whatever their case or accents.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Integer, func, literal_column, select, table

from store import lookups
from store.database import DeskSession
from store.models import Ticket

INDEX: Final = "ticket_words"
"""The table of the index."""

WORDS: Final = 10
"""Of a longer search the first ones count: they say enough."""

_INDEX: Final = table(INDEX)


class Part(StrEnum):
    """Where a word may stand: the index's columns on SQLite, its weights on PostgreSQL."""

    SUMMARY = "A"
    TALK = "B"
    NOTES = "C"


_SHOWN: Final = (Part.SUMMARY, Part.TALK)
"""What requesters may read."""

_WORD: Final = re.compile(r"[^\W_]+")


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
            .where(_hold(session, wanted, parts), visible)
            .order_by(_number(session).desc())
        )
        found.update((ticket.id, ticket) for ticket in session.scalars(tickets.limit(limit)))
    return [found[number] for number in sorted(found, reverse=True)[:limit]]


def _words(said: str) -> list[str]:
    """Each word once, without accents."""
    letters = unicodedata.normalize("NFKD", said.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return list(dict.fromkeys(_WORD.findall(plain)))[:WORDS]


def _number(session: DeskSession) -> ColumnElement[int]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return literal_column(f"{INDEX}.rowid" if is_sqlite else f"{INDEX}.ticket_id", Integer)


def _hold(session: DeskSession, words: Sequence[str], parts: Sequence[Part]) -> ColumnElement[bool]:
    """Every word, or one that begins like it, stands in one of the parts."""
    if session.get_bind().dialect.name == "sqlite":
        columns = " ".join(part.name.lower() for part in parts)
        asked = f"{{{columns}}} : (" + " AND ".join(f'"{word}"*' for word in words) + ")"
        return literal_column(INDEX).bool_op("MATCH")(asked)
    asked = " & ".join(f"{word}:*{''.join(parts)}" for word in words)
    query = func.to_tsquery(literal_column("'deskbell'"), asked)
    return literal_column(f"{INDEX}.words").bool_op("@@")(query)
