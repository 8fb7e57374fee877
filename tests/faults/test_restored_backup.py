"""A backup of an hour ago is restored: what was said in the lost hour is not said again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
from sqlalchemy import URL, select

from bot.desk import Desk
from sandbox.faults import FOR_EVER
from store import catch_up
from store.database import Store
from store.models import Alarm, Delivery, OutboxMessage
from tests.crash.ending import everything, key_of
from tests.desk import DeskInTest, modal_of
from tests.faults.sending import POST
from tests.on_call.setting import second_desk


@contextmanager
def copy_of(database: URL) -> Iterator[URL]:
    """The database as it is now, under another name; nobody may be connected to it."""
    name = f"{database.database}_restored"
    there = database.set(database=name)
    if database.get_backend_name() == "sqlite":
        with (
            closing(sqlite3.connect(database.database or "")) as whole,
            closing(sqlite3.connect(name)) as copy,
        ):
            whole.backup(copy)
        yield there
        return
    server = database.set(drivername="postgresql", database="postgres")
    with psycopg.connect(
        server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database.database}"')
        try:
            yield there
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def another(desk: DeskInTest, store: Store) -> Iterator[Desk]:
    """The next process."""
    fresh = second_desk(desk, store)
    fresh.start(by_itself=False)
    desk.sandbox.wait_until_connected()
    try:
        yield fresh
    finally:
        fresh.stop()
        store.close()


def lives(desk: DeskInTest, fresh: Desk) -> None:
    """It rings what is due and says what is promised."""
    fresh.tick()
    for _ in range(5):
        fresh.deliver(desk.clock.skip)


def states(desk: DeskInTest) -> set[str]:
    """Of all that is promised."""
    with desk.store.snapshot() as session:
        return set(session.scalars(select(OutboxMessage.state)))


def posts(desk: DeskInTest) -> list[str]:
    """The keys of all that we have posted."""
    return sorted(filter(None, map(key_of, everything(desk.sandbox))))


def test_what_waits_is_looked_for_at_a_start_unless_a_desk_was_there_a_moment_ago(
    desk: DeskInTest,
) -> None:
    desk.karen.types("/ticket Smoke")
    assert modal_of(desk.karen).submit().ok
    desk.clock.skip(timedelta(minutes=2))
    with desk.store.transaction() as session:
        catch_up.mark(session, at=desk.clock.now() - timedelta(seconds=30))
    desk.desk.deliverer.distrust()
    assert states(desk) == {Delivery.READY}
    desk.clock.skip(timedelta(minutes=1))
    desk.desk.deliverer.distrust()
    assert states(desk) == {Delivery.UNSURE}


def test_alarms_of_the_lost_hour_ring_again_and_are_not_heard_again(
    desk: DeskInTest, database: URL
) -> None:
    number = desk.opens(desk.karen, "Printer on fire", Details="It burns.")
    desk.card(desk.john, number).click("Claim")
    desk.settle()
    with desk.store.snapshot() as session:
        due = session.scalar(
            select(Alarm.due_at)
            .where(Alarm.kind == "breach", Alarm.state == "armed")
            .order_by(Alarm.due_at)
        )
    assert due is not None
    desk.desk.stop()
    desk.store.close()
    with copy_of(database) as restored:
        desk.clock.set(due + timedelta(seconds=1))
        with another(desk, Store(database, desk.store.policy)) as lost:
            before = posts(desk)
            lives(desk, lost)
        said = posts(desk)
        assert len(said) > len(before)

        desk.clock.skip(timedelta(hours=1))
        store = Store(restored, desk.store.policy)
        with another(desk, store) as fresh:
            lives(desk, fresh)
            assert posts(desk) == said
            with store.snapshot() as session:
                rung = session.scalars(select(Alarm).where(Alarm.state == "rung")).all()
                assert due in {alarm.due_at for alarm in rung}

            desk.sandbox.faults.refuse(POST, "token_revoked", times=FOR_EVER)
            desk.karen.types("/ticket Smoke, too")
            assert modal_of(desk.karen).submit().ok
            fresh.deliver()
            with store.snapshot() as session:
                waiting = session.scalars(
                    select(OutboxMessage).where(OutboxMessage.state == Delivery.READY)
                ).all()
                assert waiting
                assert {message.attempts for message in waiting} == {0}
            desk.sandbox.faults.clear()
            desk.clock.skip(timedelta(seconds=61))
            lives(desk, fresh)
            assert len(posts(desk)) > len(said)
            assert len(set(posts(desk))) == len(posts(desk))
