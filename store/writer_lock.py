"""One writing process per SQLite file: whoever holds the lock on `<file>.lock`.

The operating system releases it when the process ends, however it ends: there is nothing to clean
up after a crash, and nothing to expire. PostgreSQL takes any number of writing processes.
"""

import fcntl
import os
from pathlib import Path

from sqlalchemy import URL, make_url


class WriterLock:
    """The right to write to the database at this address."""

    def __init__(self, url: str | URL) -> None:
        url = make_url(url)
        self._file: Path | None = None
        if url.get_backend_name() == "sqlite" and url.database:
            self._file = Path(f"{url.database}.lock")
        self._held: int | None = None

    def take(self) -> bool:
        """At once, or not at all. OSError when the file cannot be written."""
        if self._file is None or self._held is not None:
            return True
        file = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._held = file
        return True

    def release(self) -> None:
        """Let the next one write. The file stays: removing it would let two processes lock two
        files of the same name.
        """
        if self._held is not None:
            os.close(self._held)
            self._held = None
