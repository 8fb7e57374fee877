"""A desk of the sample company; at the end, nothing it said broke a rule of Slack."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.desk import DeskInTest, running_desk
from tests.sqlite import migrated_file


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskInTest]:
    """On a Monday at ten; on SQLite, as most of this is about words and people."""
    url = migrated_file(tmp_path)
    with running_desk(url) as running:
        yield running
        assert running.sandbox.violations == []


@pytest.fixture
def desk_on_either(database: URL) -> Iterator[DeskInTest]:
    """The same on SQLite and on PostgreSQL."""
    with running_desk(database) as running:
        yield running
        assert running.sandbox.violations == []
