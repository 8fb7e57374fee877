"""A transaction pooler may stand before PostgreSQL: nothing outlives a transaction."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import URL, event, literal, select, text

from store.database import Store
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, running_desk
from tests.faults.clicks import assignees
from tests.faults.proxy import Line
from tests.postgres import PostgresServer

OF_SESSIONS = re.compile(
    r"^\s*(SET (?!LOCAL)|LISTEN|PREPARE|DECLARE|CREATE TEMP)|pg_(try_)?advisory_lock", re.IGNORECASE
)


@pytest.fixture
def desk(postgres: PostgresServer) -> Iterator[DeskInTest]:
    """The sample company on PostgreSQL, seen through a pooler."""
    with (
        postgres.database() as url,
        Line(url, is_pooler=True) as pooler,
        running_desk(pooler.url) as running,
    ):
        yield running


def forget_session(connection: psycopg.Connection, _record: object) -> None:
    """As when the next transaction gets another server connection: nothing is left of this one."""
    connection.rollback()
    connection.execute("DISCARD ALL")


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


def test_statements_are_kept_ready_by_a_server_that_answers_itself(
    postgres: PostgresServer,
) -> None:
    with postgres.database() as url, Line(url, is_pooler=True) as pooler:
        assert [_kept_ready(there) for there in (url, pooler.url)] == [2, 0]


def _kept_ready(url: URL) -> int:
    """How many, of one statement that is asked again and again, and of BEGIN before it."""
    store = Store(url, load_policy(DEMO_POLICY))
    for number in range(6):
        with store.transaction() as session:
            session.execute(select(literal(f"{number}")))
    with store.snapshot() as session:
        ready = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    store.close()
    return len(ready)
