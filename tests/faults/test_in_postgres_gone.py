"""PostgreSQL goes away, for a minute or in the middle of a COMMIT."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.metrics import time_transactions
from store.database import Store
from store.rules.policy_file import load_policy
from store.trouble import DatabaseTrouble
from tests.desk import DEMO_POLICY, DeskInTest, running_desk
from tests.faults.clicks import assignees, deliveries, events_of, wait_until, whispers
from tests.faults.proxy import Line
from tests.postgres import PostgresServer


@pytest.fixture
def line(postgres: PostgresServer) -> Iterator[Line]:
    """The way to a migrated database."""
    with postgres.database() as url, Line(url) as line:
        yield line


@pytest.fixture
def desk(line: Line) -> Iterator[DeskInTest]:
    """A desk at the near end of it."""
    with running_desk(line.url) as running:
        yield running


def test_a_minute_without_postgresql_loses_nothing_and_needs_no_restart(
    desk: DeskInTest, line: Line
) -> None:
    number = desk.opens(desk.karen, "Printer on fire")
    card, root = desk.card(desk.john, number), desk.karen.dm[0]
    line.cut()
    assert card.click("Claim").acked
    assert "not saved" in whispers(desk)[-1]
    desk.karen.says("Smoke, too", thread=root)
    wait_until(lambda: deliveries(desk, "Smoke, too") == ["timeout", "timeout"])
    assert max(e.took_ms or 0 for e in desk.sandbox.wire.of("block_actions")) <= 2500

    line.mend()
    desk.clock.skip(timedelta(seconds=61))
    wait_until(lambda: deliveries(desk, "Smoke, too")[-1] == "acked")
    assert card.click("Claim").acked
    desk.settle()
    assert assignees(desk, [number]) == {number: desk.john.user.id}
    team_card = desk.card(desk.john, number, "#team-it")
    assert [line.text for line in team_card.thread if "Smoke, too" in line.text]


def test_a_commit_whose_answer_was_lost_is_settled_by_the_inbox(
    desk: DeskInTest, line: Line
) -> None:
    number = desk.opens(desk.karen, "Printer on fire")
    card = desk.card(desk.john, number)
    before = events_of(desk, number)
    line.lose_next_commits_answer()
    assert card.click("Claim").acked
    assert whispers(desk) == []
    assert assignees(desk, [number]) == {number: desk.john.user.id}
    assert events_of(desk, number) == [*before, "claimed"]


def test_a_form_whose_commit_was_lost_on_the_way_back_opens_one_ticket(
    desk: DeskInTest, line: Line
) -> None:
    karen = desk.karen
    karen.types("/ticket Printer on fire")
    form = karen.modal
    assert form is not None
    line.lose_next_commits_answer()
    assert form.submit().ok
    assert not form.is_open
    assert desk.newest_ticket() == 1


def test_a_connection_that_is_lost_within_a_transaction_is_trouble_and_no_mistake_of_ours(
    postgres: PostgresServer,
) -> None:
    with postgres.database() as url:
        store = Store(url, load_policy(DEMO_POLICY))
        time_transactions(store)
        with pytest.raises(DatabaseTrouble) as caught:
            _ends_its_own_connection(store)
        assert caught.value.passing
        assert not caught.value.unsure
        store.close()


def _ends_its_own_connection(store: Store) -> None:
    with store.transaction() as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        with store.snapshot() as other:
            other.execute(text("SELECT pg_terminate_backend(:it)"), {"it": backend})
        session.execute(text("SELECT 1"))
