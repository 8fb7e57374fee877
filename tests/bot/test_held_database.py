"""The demo's stuck database: nobody else can write while it is held, and all can afterwards."""

import sqlite3
from pathlib import Path

import pytest

from bot.held_database import HeldDatabase


def test_a_held_database_can_be_read_but_not_written_until_it_is_let_go(tmp_path: Path) -> None:
    file = tmp_path / "deskbell.db"
    desk = sqlite3.connect(file, timeout=0, isolation_level=None)
    desk.execute("PRAGMA journal_mode = WAL")
    desk.execute("CREATE TABLE ticket (id INTEGER)")
    held = HeldDatabase(file)
    held.hold()
    held.hold()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        desk.execute("BEGIN IMMEDIATE")
    assert desk.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    held.let_go()
    held.let_go()
    desk.execute("BEGIN IMMEDIATE")
    desk.close()
