"""Thousands of rows in one statement: they travel as a single JSON parameter.

Row by row, driver and SQLAlchemy cost several times what the database itself needs (measured): an
edited calendar moves 100,000 deadlines, and that is a million rows to write.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    String,
    Text,
    bindparam,
    func,
    select,
    true,
    update,
)
from sqlalchemy import (
    cast as sql_cast,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import Update

from store.models import table_of
from store.upserts import Insert, Once, insert_into, once_only

Rows = Sequence[Mapping[str, Any]]
"""All with the same keys, which are names of columns."""


def insert_many(
    session: Session, model: type[DeclarativeBase], rows: Rows, once: Once | None = None
) -> None:
    """Insert them in order; with `once`, each unless such a row exists, and no two of them may be
    such. Defaults of the model do not apply.
    """
    _execute(session, _insert, model, rows, once)


def update_many(session: Session, model: type[DeclarativeBase], rows: Rows) -> None:
    """Set the other columns of the rows with these `id`s."""
    _execute(session, _update, model, rows)


def _execute(
    session: Session,
    build: Callable[..., Any],
    model: type[DeclarativeBase],
    rows: Rows,
    *how: Any,
) -> None:
    if rows:
        dialect = session.get_bind().dialect.name
        cells = json.dumps([list(row.values()) for row in rows], default=_WRITTEN[dialect])
        session.connection().execute(build(dialect, model, tuple(rows[0]), *how), {"given": cells})


@cache
def _insert(
    dialect: str,
    model: type[DeclarativeBase],
    names: tuple[str, ...],
    once: Once | None,
) -> Insert:
    given = _given(dialect, model, names)
    rows = select(*(given.c[name] for name in names)).where(true()).order_by(given.c.nth)
    statement = insert_into(dialect, model).from_select(list(names), rows, include_defaults=False)
    return once_only(statement, once) if once else statement


@cache
def _update(dialect: str, model: type[DeclarativeBase], names: tuple[str, ...]) -> Update:
    given, table = _given(dialect, model, names), table_of(model)
    changed = {name: given.c[name] for name in names if name != "id"}
    return update(table).values(changed).where(table.c.id == given.c.id)


def _given(dialect: str, model: type[DeclarativeBase], names: tuple[str, ...]) -> FromClause:
    """The parameter as a table: an array of rows, each an array of cells."""
    given = bindparam("given", type_=Text)
    if dialect == "sqlite":
        each = func.json_each(given).table_valued("key", "value")
    else:
        array = func.jsonb_array_elements(sql_cast(given, postgresql.JSONB))
        each = array.table_valued("value", with_ordinality="key").render_derived()
    cell = _cell_of_sqlite if dialect == "sqlite" else _cell_of_postgres
    cells = (
        cell(each.c.value, place, table_of(model).c[name]).label(name)
        for place, name in enumerate(names)
    )
    return select(each.c.key.label("nth"), *cells).subquery("given_rows")


def _cell_of_sqlite(
    row: ColumnElement[Any], place: int, _column: ColumnElement[Any]
) -> ColumnElement[Any]:
    return func.json_extract(row, f"$[{place}]")


def _cell_of_postgres(
    row: ColumnElement[Any], place: int, column: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Text is not cast to its full type, which would cut it off silently."""
    if isinstance(column.type, JSON):
        return sql_cast(row.op("->")(place), column.type)
    cell = row.op("->>")(place)
    return cell if isinstance(column.type, String) else sql_cast(cell, column.type)


def _as_sqlite_keeps_it(value: object) -> str | int:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return _seconds(value)


def _as_postgres_reads_it(value: object) -> str | int:
    return value.isoformat() if isinstance(value, datetime) else _seconds(value)


def _seconds(value: object) -> int:
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    raise TypeError(f"{value!r} cannot travel in bulk")


_WRITTEN: Final = {"sqlite": _as_sqlite_keeps_it, "postgresql": _as_postgres_reads_it}
"""How each engine wants what JSON has no word for."""
