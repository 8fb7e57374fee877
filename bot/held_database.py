"""For the demo: a database that takes nothing, as behind a stuck backup or a frozen disk."""

import sqlite3
from pathlib import Path
from threading import Lock


class HeldDatabase:
    """Holds SQLite's write lock on `file` from a connection of its own; reading goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: sqlite3.Connection | None = None
        self._turn = Lock()

    def hold(self) -> None:
        """From now on nobody else can write. Waits a few seconds for whoever writes just now."""
        with self._turn:
            if self._held is None:
                self._held = sqlite3.connect(
                    self._file, timeout=10, isolation_level=None, check_same_thread=False
                )
                self._held.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        """Everybody can write again; nothing was changed."""
        with self._turn:
            if self._held is not None:
                self._held.close()
                self._held = None
