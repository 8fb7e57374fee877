"""A local Slack for every test that asks."""

from collections.abc import Iterator

import pytest

from sandbox import Sandbox
from tests.bot.setting import local_slack


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """Strict and on a frozen clock."""
    with local_slack() as running:
        yield running
