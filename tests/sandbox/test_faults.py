"""Accidents on request: what the app sees, and whether the work was done."""

import time
from datetime import timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox
from tests.sandbox.setting import error_of

POST: dict[str, Any] = {"channel": "C0HELPDESK2", "text": "x"}


def posted(sandbox: Sandbox) -> int:
    """How many messages are in #help-desk."""
    return len(sandbox.person("John").sees("#help-desk"))


def test_a_rate_limit_names_the_seconds_and_does_nothing(
    sandbox: Sandbox, client: WebClient
) -> None:
    sandbox.faults.rate_limit("chat.postMessage", seconds=30, channel="#help-desk")
    assert client.chat_postMessage(channel="C0GENERAL01", text="x")["ok"]

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(**POST)

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "30"
    assert posted(sandbox) == 0
    assert client.chat_postMessage(**POST)["ok"]


def test_an_outage_answers_a_page_instead_of_json(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.answer(status=503)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(**POST)

    assert refused.value.response.status_code == 503
    assert posted(sandbox) == 0


def test_any_error_can_be_ordered(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.refuse("chat.postMessage", "fatal_error", times=2)

    assert error_of(client.chat_postMessage, **POST) == "fatal_error"
    assert error_of(client.chat_postMessage, **POST) == "fatal_error"
    assert client.chat_postMessage(**POST)["ok"]


def test_hanging_up_before_the_work_leaves_nothing_behind(
    sandbox: Sandbox, client: WebClient
) -> None:
    sandbox.faults.hang_up_before("chat.postMessage")

    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(**POST)

    assert posted(sandbox) == 0


def test_hanging_up_after_the_work_leaves_a_message_that_the_app_does_not_know(
    sandbox: Sandbox, client: WebClient
) -> None:
    sandbox.faults.hang_up_after("chat.postMessage")

    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(**POST)

    assert posted(sandbox) == 1
    assert sandbox.wire.of("chat.postMessage")[-1].outcome == "fault: hang up after"


def test_the_work_may_be_done_and_answered_with_500(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.answer_after("chat.postMessage")

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(**POST)

    assert refused.value.response.status_code == 500
    assert posted(sandbox) == 1


def test_a_slow_answer_comes_after_its_seconds(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.slow(seconds=0.1)
    started = time.monotonic()

    client.chat_postMessage(**POST)

    assert time.monotonic() - started >= 0.1


def test_history_may_lag_behind(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.history_lag = timedelta(seconds=5)
    client.chat_postMessage(**POST)
    assert client.conversations_history(channel="C0HELPDESK2")["messages"] == []

    sandbox.clock.skip(timedelta(seconds=6))

    assert len(client.conversations_history(channel="C0HELPDESK2")["messages"]) == 1


def test_accidents_by_chance_are_the_same_in_every_run(sandbox: Sandbox, client: WebClient) -> None:
    fault = sandbox.faults.refuse("auth.test", "internal_error", times=-1)
    fault.probability = 0.5

    outcomes = []
    for _ in range(8):
        try:
            outcomes.append(bool(client.auth_test()["ok"]))
        except SlackApiError:
            outcomes.append(False)

    assert outcomes == [True, True, False, False, True, False, True, False]
    sandbox.faults.remove(fault)
    assert sandbox.faults.active == []
    assert client.auth_test()["ok"]


def test_clearing_ends_all_accidents(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.answer(times=-1)
    sandbox.faults.duplicate(times=-1)
    assert len(sandbox.faults.active) == 2

    sandbox.faults.clear()

    assert sandbox.faults.active == []
    assert client.auth_test()["ok"]
