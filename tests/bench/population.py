"""A desk that has been in use for years: a million tickets, a tenth of them open, in seconds.

The rows are made inside the database by `INSERT … SELECT`, with the shapes the desk itself leaves
behind (cards sent, alarms rung or cancelled, promises met), so that every query of the desk finds
as much to look through as it would in real life.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from tests.postgres import clear_away

NOW: Final = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""A Wednesday morning in office hours: where the bench's clock stands."""

QUEUE: Final = "C0HELPDESK2"
TEAM: Final = "C0TEAMIT003"
AGENT: Final = "U0JOHN00004"
REQUESTER: Final = "U0KAREN0001"

_DAY: Final = 86_400

_NUMBERS: Final = """
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :rows)
"""
_TICKETS: Final = """
INSERT INTO ticket (id, status, summary, details, topic, severity, team, requester, assignee,
    answers, source, opened_at, changed_at, resolved_at, closed_at, cause, fix, next_due_at,
    version, last_seq, reopened)
SELECT n, status, 'Printer on floor ' || (n % 40) || ' eats paper', 'It began this morning. ' || n,
    CASE WHEN n % 5 = 0 THEN 'banking' ELSE 'general' END, 'sev_c',
    CASE WHEN n % 5 = 0 THEN 'banking' ELSE 'it' END, 'U0P' || (10000 + n % 2000),
    CASE WHEN status <> 'new' THEN 'U0A' || (1000 + n % 30) END, '{{}}', 'form',
    {opened}, {opened}, CASE WHEN status = 'closed' THEN {opened} END,
    CASE WHEN status = 'closed' THEN {opened} END, CASE WHEN status = 'closed' THEN 'Paper' END,
    CASE WHEN status = 'closed' THEN 'Removed' END,
    CASE WHEN status IN ('new', 'in_progress') THEN {due} END, 3, 2, 0
FROM (SELECT n, CASE WHEN n <= :closed THEN 'closed' WHEN n % 10 < 3 THEN 'new'
    WHEN n % 10 < 8 THEN 'in_progress' WHEN n % 10 < 9 THEN 'waiting' ELSE 'on_hold' END AS status
    FROM n) AS numbered
"""

_EVENTS: Final = """
INSERT INTO audit_event (ticket_id, seq, kind, actor, at, version, changes)
SELECT n, seq, CASE WHEN seq = 1 THEN 'opened' ELSE 'claimed' END, 'U0P' || (10000 + n % 2000),
    {opened}, seq + 1, '{{}}'
FROM n, (SELECT 1 AS seq UNION ALL SELECT 2) AS each_one
"""

_TARGETS: Final = """
INSERT INTO target (ticket_id, kind, severity, calendar, length, started_at, due_at, met_at)
SELECT n, kind, 'sev_c', 'office', 64800, {opened}, {due},
    CASE WHEN n <= :closed OR kind = 'first_response' THEN {opened} END
FROM n, (SELECT 'first_response' AS kind UNION ALL SELECT 'resolution') AS each_one
"""

_ALARMS: Final = """
INSERT INTO alarm (ticket_id, kind, subject, state, due_at, rung_at)
SELECT n, kind, subject,
    CASE WHEN kind = 'reminder' THEN 'rung' WHEN n <= :closed THEN 'cancelled' ELSE 'armed' END,
    CASE WHEN kind = 'reminder' THEN {opened} ELSE {ahead} END,
    CASE WHEN kind = 'reminder' THEN {opened} END
FROM n, (SELECT 'reminder' AS kind, 'resolution@0.5' AS subject
    UNION ALL SELECT 'breach', 'resolution') AS each_one
"""

_ENTRIES: Final = """
INSERT INTO entry (ticket_id, kind, author, text, at)
SELECT n, 'reply', 'U0A' || (1000 + n % 30), 'We are on it and will be back by noon.', {opened}
FROM n
"""

_OUTBOX: Final = """
INSERT INTO outbox_message (key, kind, audience, ticket_id, channel, gate, lane, thread, about,
    priority, state, attempts, deaths, doubtful, misses, not_before, slack_channel, slack_ts,
    created_at, sent_at)
SELECT {key}, kind, 'agents', n, channel, channel, n || ':' || channel, NULL,
    CAST(CASE WHEN kind = 'news' THEN '{{"news": "received"}}' ELSE '{{}}' END AS {json}), 3,
    'sent', 1, 0, {false}, 0, {opened}, channel, kind || n, {opened}, {opened}
FROM n, (SELECT 'card' AS kind, :queue AS channel UNION ALL SELECT 'card', :team
    UNION ALL SELECT 'news', :requester) AS each_one
"""

_POSTINGS: Final = """
INSERT INTO posting (ticket_id, role, channel, slack_channel, ts)
SELECT n, role, channel, channel, role || n
FROM n, (SELECT 'card' AS role, :queue AS channel UNION ALL SELECT 'card', :team
    UNION ALL SELECT 'root', :requester) AS each_one
"""

_INBOX: Final = "INSERT INTO inbox_entry (key, at) SELECT 'event:' || {key}, {opened} FROM n"

_PEOPLE: Final = """
INSERT INTO person (id, name, email, timezone, is_bot, is_guest, is_foreign, is_active,
    synced_at)
SELECT 'U0P' || (10000 + n), 'Person ' || n, 'p' || n || '@example.com', 'Europe/Berlin',
    {false}, {false}, {false}, {true}, {opened} FROM n
"""

_GROUP: Final = """
INSERT INTO group_member (group_id, person) SELECT 'S0ITAGENTS1', 'U0A' || (1000 + n) FROM n
"""


def fill(url: URL, *, tickets: int, still_open: int) -> None:
    """Put years of work into a migrated, empty database; the newest `still_open` are not closed."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
    with engine.begin() as connection, _unsearchable(connection):
        closed = tickets - still_open
        for table in (_TICKETS, _EVENTS, _TARGETS, _ALARMS, _ENTRIES, _OUTBOX, _POSTINGS):
            _insert(connection, table, tickets, closed)
        _insert(connection, _INBOX, max(1, tickets // 5), closed)
        _insert(connection, _PEOPLE, 2000, closed)
        _insert(connection, _GROUP, 30, closed)
        connection.execute(
            text("INSERT INTO group_member (group_id, person) VALUES ('S0ITAGENTS1', :agent)"),
            {"agent": AGENT},
        )
    engine.dispose()
    if engine.dialect.name == "postgresql":  # SQLite never does that by itself
        clear_away(url)


@contextmanager
def _unsearchable(connection: Connection) -> Iterator[None]:
    """The same four words a million times would take minutes to index and be no index to search:
    `tests.bench.searching` fills one of its own.
    """
    if connection.dialect.name == "postgresql":
        for table in ("ticket", "entry"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in ("ticket", "entry"):
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    kept = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ticket_words%'"
    ).all()
    for name, _ in kept:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in kept:
        connection.exec_driver_sql(sql)


def _insert(connection: Connection, template: str, rows: int, closed: int) -> None:
    dialect = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
    table, select, rest = template.format_map(dialect).partition("SELECT")
    statement = text(f"{table} {_NUMBERS} {select} {rest}")
    known: dict[str, object] = {
        "rows": rows,
        "closed": closed,
        "queue": QUEUE,
        "team": TEAM,
        "requester": REQUESTER,
        "now": now_for(connection.dialect.name),
    }
    used = {name: value for name, value in known.items() if f":{name}" in statement.text}
    connection.execute(statement, used)


def _sqlite_moment(seconds: str) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', :now, ({seconds}) || ' seconds')"


def _postgres_moment(seconds: str) -> str:
    return f"CAST(:now AS timestamptz) + ({seconds}) * interval '1 second'"


_OPENED: Final = f"-(n % 300 + 1) * {_DAY}"
_DUE: Final = f"(n % 1000 - 20) * {_DAY} / 100 + 60"
"""Two of a hundred are overdue, the others fall due within ten days."""

_AHEAD: Final = f"(n % 1000) * {_DAY} / 100 + 3600"

_SQLITE: Final = {
    "opened": _sqlite_moment(_OPENED),
    "due": _sqlite_moment(_DUE),
    "ahead": _sqlite_moment(_AHEAD),
    "key": "lower(hex(randomblob(16)))",
    "false": "0",
    "true": "1",
    "json": "text",
}
_POSTGRES: Final = {
    "opened": _postgres_moment(_OPENED),
    "due": _postgres_moment(_DUE),
    "ahead": _postgres_moment(_AHEAD),
    "key": "CAST(gen_random_uuid() AS text)",
    "false": "false",
    "true": "true",
    "json": "json",
}


def moment(dialect: str, seconds: str) -> str:
    """SQL for the instant so many seconds after `:now`."""
    return (_sqlite_moment if dialect == "sqlite" else _postgres_moment)(seconds)


def now_for(dialect: str) -> datetime | str:
    """What `:now` is there."""
    return f"{NOW:%Y-%m-%d %H:%M:%S}" if dialect == "sqlite" else NOW


def _hurry(connection: DBAPIConnection, _record: object) -> None:
    """If the machine stops while we fill a throw-away database, nothing is lost."""
    cursor = connection.cursor()
    for pragma in ("synchronous=OFF", "cache_size=-800000", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
