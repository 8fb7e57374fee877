"""Socket Mode: several connections, mended quickly, closed without cutting anybody off."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from slack_bolt import App, BoltResponse
from slack_sdk.errors import SlackApiError

from bot.slack_client import slack_client
from bot.socket_mode import SocketMode
from sandbox import Sandbox
from tests.bot.setting import settings_for


class Answering:
    """A Bolt app that answers `/ticket`, slowly when asked to."""

    def __init__(self, slack: Sandbox) -> None:
        self.app = App(
            client=slack_client(settings_for(slack), seconds=5), process_before_response=True
        )
        self.app.command("/ticket")(self._answer)
        self.begun = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def _answer(self) -> BoltResponse:
        self.begun.set()
        self.may_answer.wait()
        return BoltResponse(status=200, body="Heard.")


@contextmanager
def connected(slack: Sandbox, answering: Answering) -> Iterator[SocketMode]:
    connection = SocketMode(answering.app, settings_for(slack))
    connection.open()
    slack.wait_until_connected()
    try:
        yield connection
    finally:
        connection.close()


def test_two_connections_are_open_and_closed_again_at_once(slack: Sandbox) -> None:
    with connected(slack, Answering(slack)):
        assert slack.socket_mode.connections == 2
        started = time.monotonic()
    assert time.monotonic() - started < 1
    assert slack.workspace.wait_for(lambda: slack.socket_mode.connections == 0, 5)


def test_a_session_that_has_ended_is_not_read_again_however_late_its_reader_looks(
    slack: Sandbox,
) -> None:
    """Else the reader never returned, and whoever closed the connection waited for it for ever."""
    with connected(slack, Answering(slack)) as connection:
        client = connection._clients[0]  # noqa: SLF001 - the race is between its threads
        client.current_session_state.terminated = True
        reader = threading.Thread(target=client._run_current_session, daemon=True)  # noqa: SLF001
        reader.start()
        reader.join(2)
        assert not reader.is_alive()


def test_a_command_is_answered_over_the_socket(slack: Sandbox) -> None:
    with connected(slack, Answering(slack)):
        outcome = slack.person("Karen").types("/ticket")
    assert outcome.ok


def test_an_answer_that_is_being_worked_on_still_goes_out_when_we_stop(slack: Sandbox) -> None:
    answering = Answering(slack)
    answering.may_answer.clear()
    outcomes = []
    with connected(slack, answering):
        person = threading.Thread(
            target=lambda: outcomes.append(slack.person("Karen").types("/ticket"))
        )
        person.start()
        answering.begun.wait(5)
        threading.Timer(0.3, answering.may_answer.set).start()
    person.join()
    assert [outcome.ok for outcome in outcomes] == [True]


def test_connections_that_slack_drops_are_opened_again_at_once(slack: Sandbox) -> None:
    with connected(slack, Answering(slack)):
        slack.socket_mode.drop_all()
        assert slack.workspace.wait_for(lambda: slack.socket_mode.connections == 0, 5)
        wait_until(lambda: slack.socket_mode.connections == 2, 3)
        assert slack.person("Karen").types("/ticket").ok


def test_a_refusal_to_reconnect_is_outlived(slack: Sandbox) -> None:
    with connected(slack, Answering(slack)):
        slack.faults.refuse("apps.connections.open", "internal_error", times=4)
        slack.socket_mode.drop_all()
        assert slack.workspace.wait_for(lambda: slack.socket_mode.connections == 0, 5)
        wait_until(lambda: slack.socket_mode.connections == 2, 8)


def test_a_slack_out_of_reach_at_the_start_is_outlived_and_a_refusal_is_not(
    slack: Sandbox,
) -> None:
    slack.faults.answer("apps.connections.open", times=2)
    with connected(slack, Answering(slack)):
        wait_until(lambda: slack.socket_mode.connections == 2, 5)
    slack.faults.refuse("apps.connections.open", "not_allowed_token_type")
    refused = SocketMode(Answering(slack).app, settings_for(slack))
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        refused.open()
    refused.close()


@pytest.mark.long
def test_a_connection_that_falls_silent_is_replaced(slack: Sandbox) -> None:
    def opened() -> int:
        return len(slack.wire.of("apps.connections.open"))

    with connected(slack, Answering(slack)):
        threading.Event().wait(4)  # for the first pongs
        slack.socket_mode.freeze()
        wait_until(lambda: opened() >= 4, 14)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        threading.Event().wait(0.1)
