"""Copies a whole desk from one database to another: every row, and then proves it.

One transaction on the target: after a failure it is as empty as before.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    Row,
    Table,
    create_engine,
    func,
    make_url,
    select,
    text,
)

from store import migrate
from store.models import Base
from store.rules.errors import DeskError
from store.writer_lock import WriterLock

BATCH: Final = 1000
Progress = Callable[[str, int], None]
"""Told the table and how many more of its rows are done."""


class CannotCopy(DeskError):
    """Why nothing was copied."""


def copy(source: str | URL, target: str | URL, *, progress: Progress) -> dict[str, int]:
    """Return how many rows each table has. Raises CannotCopy; then the target holds nothing."""
    lock = WriterLock(source)
    if not lock.take():
        raise CannotCopy("The desk is running on this file. Stop it first; nothing was copied.")
    try:
        _require_current(source)
        migrate.upgrade(target)
        with _engine(source).connect() as old, _engine(target).begin() as new:
            _require_empty(new)
            return {table.name: _copy_table(old, new, table, progress) for table in tables()}
    finally:
        lock.release()


def tables() -> list[Table]:
    """All of ours, each after those that it refers to."""
    return Base.metadata.sorted_tables


def count(source: str | URL) -> int:
    """Rows in all tables together."""
    with _engine(source).connect() as connection:
        return sum(_count(connection, table) for table in tables())


def _require_current(source: str | URL) -> None:
    at = migrate.current(source)
    if at != migrate.newest():
        raise CannotCopy(
            f"The file is at schema {at or 'nothing'}, this version needs {migrate.newest()}. "
            "Run `deskbell migrate` on it first; nothing was copied."
        )


def _require_empty(new: Connection) -> None:
    for table in tables():
        if _count(new, table):
            raise CannotCopy(
                f"The target holds a desk already ({table.name} is not empty). "
                "Name an empty database; nothing was copied."
            )


def _copy_table(old: Connection, new: Connection, table: Table, progress: Progress) -> int:
    copied, before = 0, hashlib.sha256()
    for rows in _batches(old, table):
        new.execute(table.insert(), [dict(zip(row._fields, row, strict=True)) for row in rows])
        copied += len(rows)
        for row in rows:
            before.update(_digest(row))
        progress(table.name, len(rows))
    after = hashlib.sha256()
    for rows in _batches(new, table):
        for row in rows:
            after.update(_digest(row))
    if _count(new, table) != copied or before.digest() != after.digest():
        raise CannotCopy(f"The copy of {table.name} differs; nothing was kept of it.")
    _go_on_counting(new, table)
    return copied


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """Sorted by the bytes of the key, which both engines agree on."""
    key = [
        column.collate("C" if connection.dialect.name == "postgresql" else "BINARY")
        if column.type.python_type is str
        else column
        for column in table.primary_key
    ]
    yield from connection.execute(
        select(table).order_by(*key).execution_options(yield_per=BATCH)
    ).partitions()


def _digest(row: Row[Any]) -> bytes:
    """Of the values as the desk sees them, so that both engines' ways to keep them agree."""
    return repr([sorted(v.items()) if isinstance(v, dict) else v for v in row]).encode()


def _go_on_counting(new: Connection, table: Table) -> None:
    """New rows get numbers above the copied ones."""
    if (
        new.dialect.name != "postgresql"
        or "id" not in table.c
        or table.c.id.type.python_type is str
    ):
        return
    highest = new.scalar(select(func.max(table.c.id)))
    if highest is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)")
        new.execute(sequence, {"name": table.name, "highest": highest})


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _engine(url: str | URL) -> Engine:
    return create_engine(make_url(url), poolclass=NullPool)
