"""`deskbell db copy` moves a whole desk, proves it, and touches nothing that it must not."""

from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, insert, select

from store import copying
from store.models import Ticket
from store.writer_lock import WriterLock
from tests.desk import MONDAY_TEN, running_desk
from tests.postgres import PostgresServer
from tests.sqlite import migrated_file


@pytest.fixture
def file(tmp_path: Path) -> URL:
    """A desk with two tickets that people have worked on."""
    url = migrated_file(tmp_path)
    with running_desk(url) as desk:
        desk.opens(desk.karen, "Drücker brennt 🔥", Details="It burns.")
        desk.opens(desk.karen, "No \\ net", Details="a\nb")
        desk.card(desk.john, 1).click("Claim")
        desk.settle()
    return url


def silently(_table: str, _rows: int) -> None:
    """Nobody watches."""


def test_a_desk_goes_on_in_postgresql_where_it_was(file: URL, postgres: PostgresServer) -> None:
    with postgres.database(migrated=False) as target:
        copied = copying.copy(file, target, progress=silently)
        assert (copied["ticket"], copied["person"]) == (2, 12)
        assert sum(copied.values()) == copying.count(file) == copying.count(target)
        engine = create_engine(target)
        with engine.begin() as connection:
            summary = connection.scalar(select(Ticket.summary).where(Ticket.id == 1))
            assert summary == "Drücker brennt 🔥"
            fresh = insert(Ticket).values(
                summary="The third", details="", topic="printer", severity="sev_c", team="it",
                requester="U0KAREN", opened_at=MONDAY_TEN, changed_at=MONDAY_TEN,
            )  # fmt: skip
            assert connection.scalar(fresh.returning(Ticket.id)) == 3
        engine.dispose()


def test_a_target_that_holds_anything_is_refused(file: URL, postgres: PostgresServer) -> None:
    with postgres.database(migrated=False) as target:
        copying.copy(file, target, progress=silently)
        before = copying.count(target)
        with pytest.raises(copying.CannotCopy, match="holds a desk already"):
            copying.copy(file, target, progress=silently)
        assert copying.count(target) == before


def test_a_running_desk_is_not_copied(file: URL, postgres: PostgresServer) -> None:
    running = WriterLock(file)
    assert running.take()
    with postgres.database() as target:
        with pytest.raises(copying.CannotCopy, match="is running"):
            copying.copy(file, target, progress=silently)
        assert copying.count(target) == 0
    running.release()


def test_a_copy_that_fails_midway_leaves_nothing(file: URL, postgres: PostgresServer) -> None:
    def fail(table: str, _rows: int) -> None:
        if table == "outbox_message":
            raise KeyboardInterrupt

    with postgres.database() as target:
        with pytest.raises(KeyboardInterrupt):
            copying.copy(file, target, progress=fail)
        assert copying.count(target) == 0


def test_a_file_of_another_version_is_refused(tmp_path: Path, postgres: PostgresServer) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    engine.connect().close()
    with postgres.database() as target, pytest.raises(copying.CannotCopy, match="migrate"):
        copying.copy(engine.url, target, progress=silently)
