"""The migrations build what the code expects, once, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, Inspector, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from store import migrate
from store.migrations.draft import draft
from store.models import Base
from tests.postgres import PostgresServer

LONG_AGO = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def described(connection: Connection) -> dict[str, Any]:
    """Everything the database knows of its tables, in an order that does not matter."""
    inspector = inspect(connection)
    tables = {
        name for name in inspector.get_table_names() if migrate.is_of_models(name, "table", {})
    } - {"alembic_version"}
    return {table: _table(inspector, table) for table in sorted(tables)}


def _table(inspector: Inspector, table: str) -> dict[str, Any]:
    return {
        "columns": sorted(
            (c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)
        ),
        "key": inspector.get_pk_constraint(table),
        "checks": sorted(
            (str(c["name"]), c["sqltext"]) for c in inspector.get_check_constraints(table)
        ),
        "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
        "unique": sorted(map(str, inspector.get_unique_constraints(table))),
        "indexes": sorted(map(_index, inspector.get_indexes(table))),
        "options": inspector.get_table_options(table),
    }


def _index(index: Any) -> str:
    """Conditions of partial indexes are objects on SQLite: compare their text."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return f"{index['name']} {index['column_names']} {bool(index['unique'])} {options}"


def migrated_and_created(migrated: URL, created: URL) -> tuple[dict[str, Any], dict[str, Any]]:
    migrate.upgrade(migrated)
    seen = []
    for url in (migrated, created):
        engine = create_engine(url)
        with engine.begin() as connection:
            if url is created:
                Base.metadata.create_all(connection)
            seen.append(described(connection))
        engine.dispose()
    return seen[0], seen[1]


def test_migrations_on_sqlite_build_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    migrated, created = migrated_and_created(
        URL.create("sqlite", database=str(tmp_path / "migrated.db")),
        URL.create("sqlite", database=str(tmp_path / "created.db")),
    )
    assert migrated == created


def test_migrations_on_postgresql_build_exactly_the_tables_of_the_models(
    postgres: PostgresServer,
) -> None:
    with postgres.database(migrated=False) as one, postgres.database(migrated=False) as other:
        migrated, created = migrated_and_created(one, other)
    assert migrated == created
    assert "autovacuum_vacuum_threshold" in created["outbox_message"]["options"]["postgresql_with"]


def test_alembic_finds_nothing_left_to_migrate(database: URL) -> None:
    engine = create_engine(database)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"include_name": migrate.is_of_models}),
            Base.metadata,
        )
    engine.dispose()
    assert differences == []


def test_a_database_tells_how_far_it_has_been_migrated(empty_database: URL) -> None:
    assert migrate.current(empty_database) is None
    migrate.upgrade(empty_database)
    assert migrate.current(empty_database) == migrate.newest()


def test_replicas_that_start_together_migrate_once(empty_database: URL) -> None:
    with ThreadPoolExecutor(4) as replicas:
        started = [replicas.submit(migrate.upgrade, empty_database) for _ in range(4)]
        for start in started:
            start.result()
    assert migrate.current(empty_database) == migrate.newest()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: URL) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(migrate.DatabaseNewer, match="newer than this version") as refused:
        migrate.upgrade(database)
    assert "9999" in refused.value.sentence
    assert migrate.current(database) == "9999"


@pytest.mark.parametrize(
    "change", ["UPDATE audit_event SET actor = 'U0OTHER'", "DELETE FROM audit_event"]
)
def test_the_database_itself_refuses_to_rewrite_history(database: URL, change: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        add_a_ticket_with_an_audit_event(connection)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT actor FROM audit_event")).scalars().all() == [
            "U0KAREN"
        ]
    engine.dispose()


def add_a_ticket_with_an_audit_event(connection: Connection) -> None:
    ticket, event = Base.metadata.tables["ticket"], Base.metadata.tables["audit_event"]
    connection.execute(
        ticket.insert().values(
            id=1, summary="Printer", details="", topic="printer", severity="sev_c", team="it",
            requester="U0KAREN", opened_at=LONG_AGO, changed_at=LONG_AGO,
        )
    )  # fmt: skip
    connection.execute(
        event.insert().values(
            ticket_id=1, seq=1, kind="opened", actor="U0KAREN", at=LONG_AGO, version=1
        )
    )


def test_a_draft_for_unchanged_models_changes_nothing(tmp_path: Path) -> None:
    written = draft("nothing new", tmp_path).read_text("utf-8")
    assert f'down_revision: str | None = "{migrate.newest()}"' in written.replace("'", '"')
    assert "op." not in written
    assert written.count("    pass") == 2
