"""Connections freeze, are refreshed, or can't be opened: the other one carries on."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from slack_bolt import App, BoltResponse

from bot.desk import open_desk
from bot.slack_client import slack_client
from bot.socket_mode import SocketMode
from sandbox import Sandbox
from sandbox.delivery import Ack
from tests.bot.setting import local_slack, policy, settings_for
from tests.faults.clicks import wait_until

COMMAND: Final = {
    "command": "/ticket",
    "text": "help",
    "team_id": "T0SANDBOX01",
    "user_id": "U0KAREN0001",
}


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """Without a desk."""
    with local_slack() as running:
        yield running


@pytest.fixture
def connection(slack: Sandbox) -> Iterator[SocketMode]:
    """Two connections of an app that answers `/ticket`."""
    app = App(client=slack_client(settings_for(slack), seconds=5), process_before_response=True)
    app.command("/ticket")(lambda: BoltResponse(status=200, body="Heard."))
    opened = SocketMode(app, settings_for(slack))
    opened.open()
    assert slack.workspace.wait_for(lambda: slack.socket_mode.connections == 2, 5)
    yield opened
    opened.close()


def opened(slack: Sandbox) -> int:
    return sum(e.outcome == "ok" for e in slack.wire.of("apps.connections.open"))


def send_for(slack: Sandbox, seconds: float) -> list[Ack]:
    """Fifty commands a second, and what became of them."""
    sent = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sent.append(slack.delivery.send("slash_commands", "slash_command", "one", dict(COMMAND)))
        threading.Event().wait(0.02)
    return [each.result(10) for each in sent]


def test_a_frozen_connection_is_replaced_within_ten_seconds_and_the_other_carries_on(
    slack: Sandbox, connection: SocketMode
) -> None:
    before = opened(slack)
    slack.socket_mode.freeze_oldest()
    frozen = time.monotonic()
    answered = [ack.ok for ack in send_for(slack, 0.2)]
    wait_until(lambda: slack.socket_mode.frozen_connections == 0, 12)
    assert time.monotonic() - frozen <= 10.5
    assert opened(slack) == before + 1
    assert any(answered)
    assert connection.silence < 1
    assert slack.socket_mode.connections == 2
    assert all(ack.ok for ack in send_for(slack, 0.5))


def test_refreshes_at_fifty_envelopes_a_second_leave_none_unanswered(
    slack: Sandbox, connection: SocketMode
) -> None:
    acks: list[Ack] = []
    sending = threading.Thread(target=lambda: acks.extend(send_for(slack, 3)))
    sending.start()
    for _ in range(5):
        threading.Event().wait(0.5)
        slack.socket_mode.disconnect("warning", only_oldest=True)
    sending.join()
    assert len(acks) > 50
    assert [ack for ack in acks if not ack.ok] == []
    wait_until(lambda: opened(slack) >= 7, 5)


def test_a_rate_limit_on_connecting_stops_neither_reading_nor_the_other_connection(
    slack: Sandbox, connection: SocketMode
) -> None:
    slack.faults.rate_limit("apps.connections.open", seconds=3, times=1)
    slack.socket_mode.disconnect("refresh_requested", only_oldest=True)
    wait_until(lambda: slack.socket_mode.connections == 1)
    began = time.monotonic()
    assert all(ack.ok for ack in send_for(slack, 1))
    assert connection.silence < 1
    wait_until(lambda: slack.socket_mode.connections == 2, 6)
    assert time.monotonic() - began >= 1.5  # not before Slack allowed it


def test_a_refused_connection_leaves_the_old_one_open(
    slack: Sandbox, connection: SocketMode
) -> None:
    slack.faults.refuse("apps.connections.open", "internal_error", times=2)
    slack.socket_mode.disconnect("warning", only_oldest=True)
    assert all(ack.ok for ack in send_for(slack, 1))
    wait_until(lambda: opened(slack) == 3, 6)


def test_closing_is_quick_while_everything_is_frozen(slack: Sandbox) -> None:
    app = App(client=slack_client(settings_for(slack), seconds=5), process_before_response=True)
    connection = SocketMode(app, settings_for(slack))
    connection.open()
    slack.socket_mode.freeze()
    began = time.monotonic()
    connection.close()
    assert time.monotonic() - began < 4


def test_without_any_connection_for_too_long_the_desk_asks_to_be_started_anew(
    slack: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.GIVE_UP_SECONDS", 1)
    desk = open_desk(
        settings_for(slack, f"sqlite:///{tmp_path}/desk.db"), policy(), slack.clock.now
    )
    given_up = threading.Event()
    desk.on_give_up = given_up.set
    desk.start()
    try:
        slack.wait_until_connected()
        assert not desk.gave_up
        slack.socket_mode.refuse_connections()
        slack.socket_mode.drop_all()
        assert given_up.wait(10)
        assert desk.gave_up
    finally:
        desk.stop()
        desk.store.close()
