"""Where databases lie that no test needs after a power cut: waiting for a disk only takes time."""

import shutil
from pathlib import Path
from typing import Final

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only temporary folders are made in it
ON_DISK: Final = Path("/tmp")  # noqa: S108 - the same; not deeper, see `tests.postgres`
ENOUGH: Final = 1_000_000_000
"""Bytes. Containers often have 64 MB there, which the databases of a few tests would fill."""


def quick_folder() -> Path:
    """As `dir` of a temporary folder: in memory where there is room, else on disk."""
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ENOUGH
    return IN_MEMORY if has_room else ON_DISK
