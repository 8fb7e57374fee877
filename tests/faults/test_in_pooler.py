"""A transaction pooler may stand before PostgreSQL: nothing outlives a transaction."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import event

from tests.desk import DeskInTest, running_desk
from tests.faults.clicks import assignees
from tests.postgres import PostgresServer

OF_SESSIONS = re.compile(
    r"^\s*(SET (?!LOCAL)|LISTEN|PREPARE|DECLARE|CREATE TEMP)|pg_(try_)?advisory_lock", re.IGNORECASE
)


@pytest.fixture
def desk(postgres: PostgresServer) -> Iterator[DeskInTest]:
    """The sample company on PostgreSQL."""
    with postgres.database() as url, running_desk(url) as running:
        yield running


def forget_session(connection: psycopg.Connection, _record: object) -> None:
    """As when the next transaction gets another server connection: nothing is left of this one."""
    connection.rollback()
    connection.autocommit = True
    connection.execute("DISCARD ALL")
    connection.autocommit = False


def test_a_desk_whose_sessions_are_forgotten_after_every_transaction_works_as_ever(
    desk: DeskInTest,
) -> None:
    said: list[str] = []
    event.listen(desk.store.engine, "checkin", forget_session)
    event.listen(
        desk.store.engine, "before_cursor_execute", lambda *args: said.append(str(args[2]))
    )
    number = desk.opens(desk.karen, "Printer on fire", Details="It burns.")
    assert desk.card(desk.john, number).click("Claim").acked
    desk.karen.says("Smoke, too", thread=desk.karen.dm[0])
    desk.pass_time(hours=30)
    assert assignees(desk, [number]) == {number: desk.john.user.id}
    assert "Smoke, too" in str(
        [line.text for line in desk.card(desk.john, number, "#team-it").thread]
    )
    assert len(said) > 100
    assert [statement for statement in said if OF_SESSIONS.search(statement)] == []
