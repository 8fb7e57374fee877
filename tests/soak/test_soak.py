"""A minute of what `make soak` does for ten."""

from pathlib import Path

import pytest

from tests.postgres import postgres_server
from tests.soak.run import Plan, soak


@pytest.mark.long
def test_in_a_bad_minute_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path) -> None:
    with postgres_server() as server, server.database() as url:  # restarted: not the shared one
        verdict = soak(url, tmp_path, Plan(60, 50_000, crews=24, rounds=2), print)
    assert verdict.findings == []
    assert verdict.answers["ok"] > 100
    assert sum(verdict.accidents.values()) > 5
