"""Events and interactions on their way to the app: acks, repetitions, lost and broken lines."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient, WebhookClient

from sandbox import Sandbox
from sandbox.outcome import wait
from tests.sandbox.kit import actions, button, modal
from tests.sandbox.setting import bolt_app, client_of, connected, error_of, new_sandbox, shown_form

Body = dict[str, Any]


class Listener:
    """An app that counts messages and takes them only when told to."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.takes = True
        self.heard: list[tuple[str, str, str]] = []
        self.app: App = bolt_app(sandbox)
        self.app.event("message")(self._message)
        self.app.command("/ticket")(self._command)
        self.app.action("claim")(self._command)

    def texts(self) -> list[str]:
        """What was heard, in order."""
        return [text for text, _, _ in self.heard]

    def _message(self, body: Body, request: Any) -> BoltResponse:
        retry = request.headers.get("x-slack-retry-num", [""])[0]
        self.heard.append((body["event"].get("text", ""), body["event_id"], retry))
        return BoltResponse(status=200 if self.takes else 500)

    def _command(self, ack: Ack) -> None:
        ack()


@contextmanager
def listening(patience: float = 0.2, **options: Any) -> Iterator[tuple[Sandbox, Listener]]:
    """A sandbox with little patience, in seconds, and the counting app connected to it."""
    with new_sandbox(seconds_to_answer=patience, **options) as sandbox:
        listener = Listener(sandbox)
        with connected(sandbox, listener.app):
            yield sandbox, listener


def wait_for(condition: Any, seconds: float = 3.0) -> None:
    """Poll until something becomes true."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.005)


def test_an_event_without_ack_is_sent_again_at_once_after_a_minute_and_after_five() -> None:
    with listening() as (sandbox, listener):
        listener.takes = False
        sandbox.person("John").says("hello", "#help-desk")
        wait_for(lambda: len(listener.heard) == 2)
        sandbox.wait_until_quiet()
        wait_for(lambda: [e.outcome for e in sandbox.wire.of("message")] == ["timeout"] * 2)

        sandbox.clock.skip(timedelta(minutes=1))
        wait_for(lambda: len(listener.heard) == 3)
        wait_for(lambda: [e.outcome for e in sandbox.wire.of("message")] == ["timeout"] * 3)
        listener.takes = True
        sandbox.clock.skip(timedelta(minutes=5))
        wait_for(lambda: len(listener.heard) == 4)

        assert listener.texts() == ["hello"] * 4
        assert len({event_id for _, event_id, _ in listener.heard}) == 1
        assert [retry for _, _, retry in listener.heard] == ["0", "1", "2", "3"]


def test_the_time_to_ack_runs_out_for_commands_and_nothing_is_sent_again() -> None:
    with listening() as (sandbox, _):
        sandbox.faults.drop("slash_command")

        outcome = sandbox.person("Karen").types("/ticket")

        assert outcome.notice == "/ticket failed because the app did not respond."
        assert len(sandbox.wire.of("slash_command")) == 1


def test_an_envelope_can_come_twice() -> None:
    with listening() as (sandbox, listener):
        sandbox.faults.duplicate("message")

        sandbox.person("John").says("hello", "#help-desk")

        wait_for(lambda: listener.texts() == ["hello", "hello"])
        sandbox.wait_until_quiet(1)
        assert [entry.outcome for entry in sandbox.wire.of("message")] == ["acked", "acked"]


def test_an_envelope_can_be_overtaken() -> None:
    with listening(patience=3) as (sandbox, listener):
        sandbox.faults.reorder("message")
        john = sandbox.person("John")
        held = sandbox.delivery.send("events_api", "message", "", _event("first"))

        john.says("second", "#help-desk")
        held.result(3)

        assert listener.texts() == ["second", "first"]


def _event(text: str) -> Body:
    event = {"type": "message", "text": text, "user": "U0JOHN00004", "channel": "C0HELPDESK2"}
    return {
        "type": "event_callback",
        "team_id": "T0SANDBOX01",
        "event_id": text,
        "event": {**event, "ts": "1.000001", "channel_type": "channel"},
    }


def test_an_envelope_can_come_late() -> None:
    with listening() as (sandbox, listener):
        sandbox.faults.delay("message", seconds=0.1)
        started = time.monotonic()

        sandbox.person("John").says("hello", "#help-desk")

        assert time.monotonic() - started >= 0.1
        assert listener.texts() == ["hello"]


def test_a_submission_that_gets_lost_keeps_the_form_open_with_slacks_own_line() -> None:
    with listening() as (sandbox, _):
        form = shown_form(sandbox, modal())
        form.fill("Summary", "VPN")
        sandbox.faults.drop("view_submission")

        outcome = form.submit()

        assert not outcome.ok
        assert form.problem == "We had some trouble connecting. Try again?"
        assert form.value("Summary") == "VPN"


def test_dropped_sockets_come_back_by_themselves() -> None:
    with listening() as (sandbox, listener):
        sandbox.socket_mode.drop_all()
        wait_for(lambda: len(sandbox.wire.of("apps.connections.open")) == 2)
        sandbox.wait_until_connected()

        sandbox.person("John").says("still there", "#help-desk")

        wait_for(lambda: "still there" in listener.texts())


def test_a_refresh_lets_the_app_come_back_without_losing_anything() -> None:
    with listening() as (sandbox, listener):
        sandbox.socket_mode.disconnect("refresh_requested")
        wait_for(lambda: len(sandbox.wire.of("apps.connections.open")) == 2)
        wait_for(lambda: sandbox.socket_mode.connections == 1)

        sandbox.person("John").says("still there", "#help-desk")

        wait_for(lambda: "still there" in listener.texts())


def test_a_frozen_line_takes_nothing_until_it_thaws() -> None:
    with listening() as (sandbox, listener):
        sandbox.socket_mode.freeze()
        assert not sandbox.person("Karen").types("/ticket").ok

        sandbox.socket_mode.freeze(frozen=False)

        assert sandbox.person("Karen").types("/ticket").ok
        assert listener.heard == []


def test_connections_can_be_refused(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.socket_mode.refuse_connections()
    opener = client_of(sandbox, sandbox.app_token)
    arguments = {"app_token": sandbox.app_token}

    assert error_of(opener.apps_connections_open, **arguments) == "internal_error"
    sandbox.socket_mode.refuse_connections(refuse=False)
    assert opener.apps_connections_open(**arguments)["url"].startswith("ws://127.0.0.1:")


def test_every_envelope_goes_to_one_of_several_connections() -> None:
    with listening() as (sandbox, listener), connected(sandbox, listener.app):
        wait_for(lambda: sandbox.socket_mode.connections == 2)
        for number in range(4):
            sandbox.person("John").says(str(number), "#help-desk")

        assert sorted(listener.texts()) == ["0", "1", "2", "3"]


def test_nothing_is_told_that_the_app_has_no_scope_for() -> None:
    with listening() as (sandbox, listener):
        sandbox.admin.remove_scope("channels:history")
        sandbox.person("John").says("in public", "#help-desk")
        sandbox.person("John").says("in private", "#team-it")
        sandbox.admin.kick_bot("#team-it")
        sandbox.person("John").says("without the bot", "#team-it")

        assert listener.texts() == ["in private"]


@pytest.mark.parametrize("times", [5, 6])
def test_a_response_url_answers_five_times(times: int) -> None:
    with listening() as (sandbox, _):
        url = _response_url(sandbox)
        statuses = [_post(url, f"answer {number}") for number in range(times)]

        assert statuses == ([200] * 5 + [404])[:times]
        assert len([m for m in sandbox.person("John").sees("#help-desk") if m.is_ephemeral]) == 5


def test_a_response_url_dies_after_half_an_hour() -> None:
    with listening() as (sandbox, _):
        url = _response_url(sandbox)
        sandbox.clock.skip(timedelta(minutes=31))

        assert _post(url, "too late") == 404


def test_a_response_url_can_replace_and_delete_the_message() -> None:
    with listening() as (sandbox, _):
        john = sandbox.person("John")
        url = _response_url(sandbox)

        _post(url, "Taken by John", replace_original=True)
        assert [message.text for message in john.sees("#help-desk")] == ["Taken by John"]
        _post(url, "", delete_original=True)
        assert john.sees("#help-desk") == []


def _response_url(sandbox: Sandbox) -> str:
    client = client_of(sandbox)
    client.chat_postMessage(channel="C0HELPDESK2", text="card", blocks=[actions(button())])
    sandbox.person("John").find("#help-desk", "card").click("Claim")
    return str(sandbox.wire.of("block_actions")[-1].payload["response_url"])


def _post(url: str, text: str, **more: Any) -> int:
    return WebhookClient(url).send_dict({"text": text, **more}).status_code


def test_a_warning_comes_ahead_of_the_end_so_that_the_app_can_move_over() -> None:
    with listening() as (sandbox, listener):
        sandbox.socket_mode.disconnect("warning")
        wait_for(lambda: len(sandbox.wire.of("apps.connections.open")) == 2)
        wait_for(lambda: sandbox.socket_mode.connections == 1)

        sandbox.person("John").says("moved", "#help-desk")

        wait_for(lambda: "moved" in listener.texts())


def test_after_link_disabled_nobody_comes_back() -> None:
    with listening() as (sandbox, _):
        sandbox.socket_mode.disconnect("link_disabled")

        wait_for(lambda: sandbox.socket_mode.connections == 0)
        assert not sandbox.person("Karen").types("/ticket").ok


def test_stopping_ends_what_is_still_on_its_way() -> None:
    with new_sandbox() as sandbox:
        sandbox.faults.drop("slash_command")
        waiting = sandbox.delivery.send("slash_commands", "slash_command", "", {})
        started = time.monotonic()

    assert not wait(waiting, 1).ok
    assert time.monotonic() - started < 1
