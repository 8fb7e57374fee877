"""Where only one can write at a time, nobody is left waiting while others write again and again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from store.database import Store
from store.rules.policy_file import load_policy
from store.trouble import DatabaseTrouble
from store.turns import Turns
from tests.desk import DEMO_POLICY

AGENTS = "abcd"
EACH = 50


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(URL.create("sqlite", database=str(tmp_path / "desk.db")), load_policy(DEMO_POLICY))


def test_busy_writers_take_turns(store: Store) -> None:
    order: list[str] = []
    begin = Barrier(len(AGENTS))

    def write(agent: str) -> None:
        begin.wait()
        for _ in range(EACH):
            with store.transaction() as session:
                session.execute(text("SELECT 1"))
                order.append(agent)

    with ThreadPoolExecutor(len(AGENTS)) as agents:
        list(agents.map(write, AGENTS))
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


def _write(store: Store) -> None:
    with store.transaction() as session:
        session.execute(text("SELECT 1"))
