"""The disk is full, or the database may only be read: people hear it, and it mends by itself."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from store.database import Store
from tests.desk import DeskInTest
from tests.faults.clicks import assignees, events_of, whispers

PAGE = 4096


@contextmanager
def failing(how: str, store: Store) -> Iterator[None]:
    """Writes fail while this lasts."""
    with _sqlite(how, store) if store.is_sqlite else _postgres(how, store.url):
        yield


@contextmanager
def _sqlite(how: str, store: Store) -> Iterator[None]:
    if how == "full":  # the kernel refuses every write behind the first pages of a file
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * PAGE, hard))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        return
    _pragma(store, "query_only=ON")
    yield
    _pragma(store, "query_only=OFF")


def _pragma(store: Store, pragma: str) -> None:
    connection = store.engine.raw_connection()
    connection.cursor().execute(f"PRAGMA {pragma}")
    connection.close()


@contextmanager
def _postgres(how: str, database: URL) -> Iterator[None]:
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    broken = {
        "full": (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$; "
            "CREATE TRIGGER full_disk BEFORE INSERT ON audit_event EXECUTE FUNCTION full_disk()"
        ),
        "read-only": f'ALTER DATABASE "{database.database}" SET default_transaction_read_only=on',
    }
    mended = {
        "full": "DROP TRIGGER full_disk ON audit_event; DROP FUNCTION full_disk",
        "read-only": f'ALTER DATABASE "{database.database}" RESET default_transaction_read_only',
    }
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(broken[how])
        connection.execute(others)
        yield
        connection.execute("SET default_transaction_read_only=off")
        connection.execute(mended[how])
        connection.execute(others)


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_click_that_cannot_be_written_says_so_leaves_nothing_and_works_again_by_itself(
    desk: DeskInTest, how: str
) -> None:
    number = desk.opens(desk.karen, "Printer on fire")
    card = desk.card(desk.john, number)
    before = events_of(desk, number)
    desk.desk.condition.probe()
    with failing(how, desk.store):
        assert card.click("Claim").acked
        assert "not saved" in whispers(desk)[-1]
        if how == "read-only":  # a full disk may have room for the probe's one row
            with pytest.raises(SQLAlchemyError):
                desk.desk.condition.probe()
            assert desk.desk.condition.ready().told["database"] is False
    desk.desk.condition.probe()
    assert desk.desk.condition.ready().well
    assert events_of(desk, number) == before
    assert card.click("Claim").acked
    assert assignees(desk, [number]) == {number: desk.john.user.id}
    assert events_of(desk, number) == [*before, "claimed"]


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_form_that_cannot_be_written_stays_open_with_everything_in_it(
    desk: DeskInTest, how: str
) -> None:
    desk.opens(desk.ken, "Excel is slow")
    karen = desk.karen
    karen.types("/ticket Printer on fire")
    form = karen.modal
    assert form is not None
    form.fill("Details", "Flames a metre high")
    with failing(how, desk.store):
        assert form.submit().acked
        assert "not saved" in form.text
    assert form.submit().ok
    with desk.store.snapshot() as session:
        tickets = session.connection().exec_driver_sql("SELECT count(*) FROM ticket")
        assert tickets.scalar() == 2
