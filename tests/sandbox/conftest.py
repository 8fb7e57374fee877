"""A running sandbox for every test that asks."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox import Sandbox
from tests.sandbox.setting import client_of, new_sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A running sandbox with the desk's own manifest."""
    with new_sandbox() as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    """The bot's client."""
    return client_of(sandbox)
