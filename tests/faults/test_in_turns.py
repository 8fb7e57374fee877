"""Where only one can write at a time, nobody is left waiting while others write again and again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from store import change, intake
from store.database import AT_ONCE, DeskSession, Store
from store.models import Ticket
from store.rules.errors import TicketNotFound
from store.rules.policy_file import load_policy
from store.trouble import DatabaseTrouble
from store.turns import Turns
from tests.desk import DEMO_POLICY, MONDAY_TEN
from tests.faults.clicks import wait_until
from tests.faults.races import held_up
from tests.postgres import PostgresServer

AGENTS = "abcd"
EACH = 50


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(URL.create("sqlite", database=str(tmp_path / "desk.db")), load_policy(DEMO_POLICY))


def test_busy_writers_take_turns(store: Store) -> None:
    order: list[str] = []

    def write(agent: str) -> None:
        for _ in range(EACH):
            with store.transaction() as session:
                session.execute(text("SELECT 1"))
                order.append(agent)

    with ThreadPoolExecutor(len(AGENTS)) as agents:
        with store.transaction():  # until all of them wait
            writing = [agents.submit(write, agent) for agent in AGENTS]
            wait_until(lambda: all(each.running() for each in writing))
        for each in writing:
            each.result()
    store.close()
    half = order[: len(order) // 2]
    assert min(half.count(agent) for agent in AGENTS) >= EACH // 4


def test_whose_turn_does_not_come_in_time_hears_that_and_is_not_waited_for(store: Store) -> None:
    with (
        ThreadPoolExecutor(1) as other,
        store.transaction(),
        pytest.raises(DatabaseTrouble, match="no turn to write") as refused,
    ):
        other.submit(_write, store).result()
    assert refused.value.passing
    _write(store)
    store.close()


def test_a_turn_ends_with_whatever_is_raised_in_it() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.take(1):
        raise ZeroDivisionError
    with turns.take(0):
        pass


def test_two_may_be_at_it_at_once_and_no_third() -> None:
    turns = Turns(2)
    with turns.take(0), turns.take(0), pytest.raises(NoFreeConnection), turns.take(0):
        pass
    with turns.take(0), turns.take(0):
        pass


def test_a_turn_that_is_lent_ends_once_and_comes_back_in_order() -> None:
    turns = Turns(1)
    with turns.take(0) as mine, mine.lend(0), turns.take(0):
        pass
    with pytest.raises(ZeroDivisionError), turns.take(0) as mine, mine.lend(0):
        raise ZeroDivisionError
    with turns.take(0), pytest.raises(NoFreeConnection), turns.take(0):
        pass


def test_who_waits_for_a_ticket_that_another_desk_changes_keeps_nobody_else_waiting(
    postgres: PostgresServer,
) -> None:
    with postgres.database() as url, ThreadPoolExecutor(AT_ONCE) as agents:
        store, other = (Store(url, load_policy(DEMO_POLICY)) for _ in range(2))
        with store.transaction() as session:
            number = intake.open_ticket(
                session, requester="U1", topic="hardware", summary="Printer on fire",
                details="It is.", by="U1", at=MONDAY_TEN,
            ).id  # fmt: skip

        def lock(wanted: Callable[[DeskSession, int], Ticket]) -> None:
            with store.transaction() as session:
                wanted(session, number)

        for way in (change.locked, change.going_on):
            with other.transaction() as session:
                change.locked(session, number)
                waiting = [agents.submit(lock, way) for _ in range(AT_ONCE)]
                wait_until(lambda: held_up(other) == AT_ONCE)
                _write(store)
                assert not any(each.done() for each in waiting)
            for each in waiting:
                each.result(5)
        store.close()
        other.close()


def test_a_ticket_that_is_not_there_is_said_to_be_missing_while_others_wait(database: URL) -> None:
    store = Store(database, load_policy(DEMO_POLICY))
    with ThreadPoolExecutor(AT_ONCE) as agents:
        with store.transaction() as session:
            writing = [agents.submit(_write, store) for _ in range(AT_ONCE)]
            wait_until(lambda: any(each.running() for each in writing))
            with pytest.raises(TicketNotFound):
                change.locked(session, 4711)
        for each in writing:
            each.result(5)
    store.close()


def _write(store: Store) -> None:
    with store.transaction() as session:
        session.execute(text("SELECT 1"))
