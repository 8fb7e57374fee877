"""A desk on either database, and nothing it said broke a rule of Slack."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.desk import DeskInTest, running_desk


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company on a Monday at ten."""
    with running_desk(database) as running:
        yield running
        assert running.sandbox.violations == []
