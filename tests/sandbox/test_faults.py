"""Accidents on request: what the app sees, and whether the work was done."""

import time
from datetime import timedelta
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox
from sandbox.faults import FOR_EVER
from sandbox.outages import Outage
from sandbox.troubles import end_all, troubles
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


def test_the_work_may_be_done_and_answered_with_any_error(
    sandbox: Sandbox, client: WebClient
) -> None:
    sandbox.faults.refuse_after("chat.postMessage", "fatal_error")

    assert error_of(client.chat_postMessage, **POST) == "fatal_error"
    assert posted(sandbox) == 1


def test_a_call_may_be_cut_off_and_done_a_minute_later(sandbox: Sandbox, client: WebClient) -> None:
    sandbox.faults.late("chat.postMessage", seconds=60)

    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        client.chat_postMessage(**POST)

    sandbox.clock.skip(timedelta(seconds=59))
    assert posted(sandbox) == 0
    sandbox.clock.skip(timedelta(seconds=1))
    assert posted(sandbox) == 1
    assert [entry.outcome for entry in sandbox.wire.of("chat.postMessage")] == [
        "fault: late",
        "done late",
    ]


@pytest.mark.parametrize("status", [429, 500])
def test_histories_may_be_unreadable_until_further_notice(
    sandbox: Sandbox, client: WebClient, status: int
) -> None:
    ts = client.chat_postMessage(**POST)["ts"]
    sandbox.faults.hide_history(status=status)

    with pytest.raises(SlackApiError) as channel:
        client.conversations_history(channel="C0HELPDESK2")
    with pytest.raises(SlackApiError) as thread:
        client.conversations_replies(channel="C0HELPDESK2", ts=ts)

    answers = (channel.value.response, thread.value.response)
    assert [answer.status_code for answer in answers] == [status, status]


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


def test_whatever_is_wrong_is_told_in_words_with_its_time_and_ends_at_once(
    sandbox: Sandbox, client: WebClient
) -> None:
    began = sandbox.clock.now()
    faults, admin = sandbox.faults, sandbox.admin
    faults.answer(times=FOR_EVER)
    faults.hang_up_after("chat.postMessage", channel="#help-desk")
    faults.rate_limit("chat.update", seconds=30, times=FOR_EVER)
    faults.late("chat.postMessage", seconds=60, channel="U0KAREN0001", times=2)
    faults.hide_history()
    faults.history_lag = timedelta(seconds=30)
    faults.duplicate(times=FOR_EVER)
    sandbox.clock.skip(timedelta(minutes=1))
    faults.answer(times=FOR_EVER)  # is down already
    admin.archive("#help-desk")
    admin.kick_bot("#on-call")
    admin.remove_scope("im:write")
    admin.revoke_token()
    sandbox.socket_mode.freeze()
    sandbox.socket_mode.refuse_connections()
    turned: list[str] = []
    lent = Outage(
        "Power", "None", "There is no power", lambda: turned.append("off"),
        lambda: turned.append("on"),
    )  # fmt: skip
    sandbox.outages.append(lent)
    lent.turn(on=True, now=sandbox.clock.now())
    lent.turn(on=True, now=sandbox.clock.now())

    told = troubles(sandbox)

    first = {trouble.words for trouble in told if trouble.since == began}
    assert first == {
        "Slack is down: every call is answered with 503",
        "The next post in #help-desk is done, but the app gets no answer",
        "Every redraw of a message is answered with 429: wait 30 seconds",
        "Each of the next 2 posts to Karen gets no answer, and is done 60 seconds later",
        "Every look into a history is answered with 500, and nothing is done",
        "Histories show a message only after 30 seconds",
        "Everything that people do reaches the app twice",
    }
    assert [trouble.words for trouble in told if trouble.since > began] == [
        "#help-desk is archived",
        "All connections are cut, new ones are refused",
        "All connections are frozen",
        "The app lacks the scope im:write",
        "The app's token is revoked",
        "The bot was removed from #on-call",
        "There is no power",
    ]
    end_all(sandbox)
    assert troubles(sandbox) == []
    assert turned == ["off", "on"]
    assert "im:write" in sandbox.app.scopes
    assert client.chat_postMessage(**POST)["ok"]
    assert client.chat_postMessage(channel="C0ONCALL005", text="x")["ok"]
