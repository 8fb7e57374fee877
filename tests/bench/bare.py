"""Floors: the statements of the store, repeated by the bare driver, or as rows through Core."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, event, insert, select, update

from store.database import Store
from store.models import AuditEvent, InboxEntry, OutboxMessage, Ticket

Statement = tuple[str, Any, bool]
"""SQL, its parameters, and whether they are many sets of parameters."""

_WRITES: Final = ("INSERT", "UPDATE", "DELETE")
_KEY_LENGTH: Final = 36


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """Every statement that goes to the driver meanwhile."""
    statements: list[Statement] = []

    def hear(*heard: Any) -> None:
        _connection, _cursor, sql, values, _context, many = heard
        statements.append((sql, values, many))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", hear)


class Driver:
    """The bare driver, sqlite3 or psycopg, connected as the desk is, and as durable."""

    def __init__(self, store: Store) -> None:
        raw = store.engine.raw_connection()
        self._begin = "BEGIN IMMEDIATE" if store.is_sqlite else "BEGIN"
        connection: Any = raw.dbapi_connection
        self._connection = connection
        raw.detach()
        if not store.is_sqlite:
            self._connection.autocommit = True  # so that BEGIN is ours here too

    def read(self, statements: list[Statement]) -> None:
        """The same questions, and every row of their answers."""
        for sql, values, _many in statements:
            if sql.startswith("SELECT"):
                self._connection.execute(sql, values).fetchall()

    def write(self, statements: list[Statement]) -> None:
        """All of it in one commit."""
        self._connection.execute(self._begin)
        cursor = self._connection.cursor()
        for sql, values, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, values)
            if "RETURNING" in sql and not many:
                cursor.fetchall()
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


class WritesAgain:
    """What one change of one ticket wrote, to be done to other tickets."""

    def __init__(self, statements: list[Statement], ticket: int) -> None:
        self._statements = [s for s in statements if s[0].lstrip().startswith(_WRITES)]
        self._ticket = ticket

    def of(self, ticket: int) -> list[Statement]:
        """The same for this ticket, with fresh keys."""
        return [
            (sql, [self._moved(each, ticket) for each in values], many)
            if many
            else (sql, self._moved(values, ticket), many)
            for sql, values, many in self._statements
        ]

    def _moved(self, values: Any, ticket: int) -> Any:
        if isinstance(values, dict):
            return {name: self._fresh(value, ticket) for name, value in values.items()}
        return tuple(self._fresh(value, ticket) for value in values)

    def _fresh(self, value: Any, ticket: int) -> Any:
        lane = f"{self._ticket}:"
        if value == self._ticket:
            return ticket
        if not isinstance(value, str):
            return value
        if value.startswith(lane):
            return f"{ticket}:{value.removeprefix(lane)}"
        if value.startswith("click:"):
            return f"click:{uuid.uuid4()}"
        is_key = len(value) == _KEY_LENGTH and value.count("-") == 4
        return str(uuid.uuid4()) if is_key else value


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
_CLAIM: Final = update(_TICKET).values(status="in_progress", version=4, last_seq=3)
