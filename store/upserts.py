"""Inserts of what may exist already. The statement itself decides, by a unique index, so that no
two replicas can both believe to be the first.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, literal_column, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import ReturningInsert

from store.models import table_of

Insert = postgresql.Insert | sqlite.Insert

_DONE: Final[ColumnElement[int]] = literal_column("1")


class Once(NamedTuple):
    """What makes a row one that exists already (`where` is that of a partial unique index, word
    for word). One that exists takes over what is `smallest` of both.
    """

    unique: tuple[str, ...]
    where: str | None = None
    smallest: str | None = None


def insert_once(
    session: Session,
    table: type[DeclarativeBase],
    *,
    unique: tuple[str, ...],
    where: str | None = None,
    **values: Any,
) -> bool:
    """Insert unless such a row exists, and say whether it was.

    While another transaction holds the same key, PostgreSQL waits for its outcome.
    """
    statement = _insert_and_say(_dialect(session), table, Once(unique, where))
    return session.execute(statement, values).first() is not None


def insert_all_once(
    session: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]], once: Once
) -> None:
    """Insert each row, in order, unless such a row exists."""
    session.execute(_insert_once(_dialect(session), table, once), rows)


def put_all(
    session: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    unique: tuple[str, ...],
) -> None:
    """Insert each row, or let the one that exists take over all that is given. Every row gives the
    same.
    """
    if rows:
        statement = _insert_or_take_over(_dialect(session), table, unique, tuple(rows[0]))
        session.execute(statement, rows)


def once_only(insert: Insert, once: Once) -> Insert:
    """The same for a statement with rows of its own."""
    where = None if once.where is None else text(once.where)
    if once.smallest is None:
        return insert.on_conflict_do_nothing(index_elements=once.unique, index_where=where)
    given = insert.excluded[once.smallest]
    return insert.on_conflict_do_update(
        index_elements=once.unique,
        index_where=where,
        set_={once.smallest: given},
        where=insert.table.c[once.smallest] > given,
    )


def insert_into(dialect: str, table: type[DeclarativeBase]) -> Insert:
    """An insert that can be told what to do with a row that exists."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table_of(table))


@cache
def _insert_once(dialect: str, table: type[DeclarativeBase], once: Once) -> Insert:
    """Built once: building it anew each time was a third of a claim's cost (measured)."""
    return once_only(insert_into(dialect, table), once)


@cache
def _insert_and_say(dialect: str, table: type[DeclarativeBase], once: Once) -> ReturningInsert[Any]:
    return _insert_once(dialect, table, once).returning(_DONE)


@cache
def _insert_or_take_over(
    dialect: str, table: type[DeclarativeBase], unique: tuple[str, ...], given: tuple[str, ...]
) -> Insert:
    insert = insert_into(dialect, table)
    taken = {name: insert.excluded[name] for name in given if name not in unique}
    return insert.on_conflict_do_update(index_elements=unique, set_=taken)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
