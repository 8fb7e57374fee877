"""How often the app may call before Slack says 429."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox
from tests.sandbox.setting import client_of, error_of, new_sandbox


def test_one_channel_takes_a_short_burst_and_then_one_post_a_second(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    help_desk: dict[str, Any] = {"channel": "C0HELPDESK2", "text": "x"}
    for _ in range(5):
        client.chat_postMessage(**help_desk)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(**help_desk)

    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert client.chat_postMessage(channel="C0GENERAL01", text="elsewhere")["ok"]
    sandbox.clock.skip(timedelta(seconds=1))
    assert client.chat_postMessage(**help_desk)["ok"]
    assert error_of(client.chat_postMessage, **help_desk) == "ratelimited"


def test_a_tier_counts_by_the_minute_and_by_the_method(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    for _ in range(20):
        client.usergroups_list()

    assert error_of(client.usergroups_list) == "ratelimited"
    assert client.users_list()["ok"]
    sandbox.clock.skip(timedelta(seconds=3))
    assert client.usergroups_list()["ok"]


def test_limits_can_be_switched_off() -> None:
    with new_sandbox(rate_limits=False) as sandbox:
        client = client_of(sandbox)

        for _ in range(30):
            assert client.chat_postMessage(channel="C0HELPDESK2", text="x")["ok"]
