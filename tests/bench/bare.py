"""Floors: the statements of the store, repeated by the bare driver, or as rows through Core."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, event, insert, select, update
from sqlalchemy.dialects import sqlite

from store.database import Store
from store.models import AuditEvent, Gate, InboxEntry, OutboxMessage, Ticket

Statement = tuple[str, Any, bool]
"""SQL, its parameters, and whether they are many sets of parameters."""

_WRITES: Final = ("INSERT", "UPDATE", "DELETE")
_KEY_LENGTH: Final = 36


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """Every statement that goes to the driver meanwhile."""
    statements: list[Statement] = []

    def hear(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        statements.append((sql, values, many))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def open_sqlite(store: Store) -> sqlite3.Connection:
    """The bare driver on the same file, as durable as the desk is."""
    connection = sqlite3.connect(str(store.url.database), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def read_again(connection: sqlite3.Connection, statements: list[Statement]) -> None:
    """The same questions, and every row of their answers."""
    for sql, values, _many in statements:
        if sql.startswith("SELECT"):
            connection.execute(sql, values).fetchall()


class WritesAgain:
    """What one change of one ticket wrote, done to other tickets in one commit each."""

    def __init__(self, statements: list[Statement], ticket: int) -> None:
        self._statements = [s for s in statements if s[0].lstrip().startswith(_WRITES)]
        self._ticket = ticket

    def __call__(self, connection: sqlite3.Connection, ticket: int) -> None:
        """Repeat them for this ticket."""
        fresh = self._for(ticket)
        connection.execute("BEGIN IMMEDIATE")
        for sql, values, many in self._statements:
            if many:
                connection.executemany(sql, [tuple(map(fresh, each)) for each in values])
            else:
                connection.execute(sql, tuple(map(fresh, values))).fetchall()
        connection.execute("COMMIT")

    def _for(self, ticket: int) -> Callable[[Any], Any]:
        """Values that name the first ticket name this one; keys are new."""
        lane = f"{self._ticket}:"

        def fresh(value: Any) -> Any:
            if value == self._ticket:
                return ticket
            if not isinstance(value, str):
                return value
            if value.startswith(lane):
                return f"{ticket}:{value.removeprefix(lane)}"
            is_key = len(value) == _KEY_LENGTH and value.count("-") == 4
            return str(uuid.uuid4()) if is_key or value.startswith("click:") else value

        return fresh


class RowsAgain:
    """The rows that a claim left behind, inserted for other tickets through SQLAlchemy Core."""

    def __init__(self, connection: Connection, ticket: int) -> None:
        self._ticket = ticket
        self._event = self._newest(connection, AuditEvent.__table__, 1)[0]
        last = self._newest(connection, OutboxMessage.__table__, 20)
        self._messages = [row for row in last if row["sent_at"] is None]

    def _newest(self, connection: Connection, table: Any, limit: int) -> list[dict[str, Any]]:
        rows = connection.execute(
            select(table)
            .where(table.c.ticket_id == self._ticket)
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        return [{key: row[key] for key in row if key != "id"} for row in rows.mappings()]

    def __call__(self, connection: Connection, ticket: int) -> None:
        """All of them, in a transaction that the caller commits."""
        at = self._event["at"]
        connection.execute(_INBOX, {"key": f"click:{uuid.uuid4()}", "at": at})
        connection.execute(
            _CLAIM.where(_TICKET.c.id == ticket),
            {"assignee": self._event["actor"], "changed_at": at},
        )
        connection.execute(_EVENT, {**self._event, "ticket_id": ticket})
        channels = dict.fromkeys(row["channel"] for row in self._messages)
        connection.execute(_GATE, [{"channel": each, "next_at": at} for each in channels])
        connection.execute(_MESSAGE, [self._moved(row, ticket) for row in self._messages])

    def _moved(self, row: dict[str, Any], ticket: int) -> dict[str, Any]:
        lane = row["lane"].replace(f"{self._ticket}:", f"{ticket}:")
        return {**row, "ticket_id": ticket, "key": str(uuid.uuid4()), "lane": lane}


def _table(model: Any) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


_TICKET: Final = _table(Ticket)
_INBOX: Final = insert(_table(InboxEntry))
_EVENT: Final = insert(_table(AuditEvent))
_MESSAGE: Final = insert(_table(OutboxMessage))
_GATE: Final = sqlite.insert(_table(Gate)).on_conflict_do_nothing(index_elements=["channel"])
_CLAIM: Final = update(_TICKET).values(status="in_progress", version=4, last_seq=3)
