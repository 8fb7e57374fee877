"""What each way of failing means for a promise, seen through the real client."""

import socket
from collections.abc import Callable

import pytest
from slack_sdk.errors import SlackApiError

from bot.settings import Settings
from bot.slack_client import slack_client
from bot.slack_errors import Outcome, Verdict, judge
from sandbox import Sandbox
from tests.bot.setting import TEAM_IT, settings_for

POST = "chat.postMessage"


def verdict_of_posting(settings: Settings) -> Verdict:
    try:
        slack_client(settings, seconds=1).chat_postMessage(channel=TEAM_IT, text="Hello")
    except (SlackApiError, OSError) as error:
        return judge(error)
    raise AssertionError("Slack took the message")


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "invalid_blocks", "new_one"])
def test_a_clear_refusal_is_final(slack: Sandbox, error: str) -> None:
    slack.faults.refuse(POST, error)
    assert verdict_of_posting(settings_for(slack)) == Verdict(Outcome.REFUSED, error)


def test_a_rate_limit_is_waited_for_as_long_as_slack_says(slack: Sandbox) -> None:
    slack.faults.rate_limit(POST, seconds=7)
    assert verdict_of_posting(settings_for(slack)) == Verdict(Outcome.LATER, "ratelimited", 7.0)


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_bad_token_pauses_everything(slack: Sandbox, error: str) -> None:
    slack.faults.refuse(POST, error)
    assert verdict_of_posting(settings_for(slack)) == Verdict(Outcome.PAUSED, error)


@pytest.mark.parametrize(
    ("go_wrong", "error"),
    [
        (lambda slack: slack.faults.hang_up_before(POST), "RemoteDisconnected"),
        (lambda slack: slack.faults.hang_up_after(POST), "RemoteDisconnected"),
        (lambda slack: slack.faults.answer(POST, status=503), "http_503"),
        (lambda slack: slack.faults.answer_after(POST, status=500), "http_500"),
        (lambda slack: slack.faults.slow(POST, seconds=1.5), "TimeoutError"),
        (lambda slack: slack.faults.refuse(POST, "fatal_error"), "fatal_error"),
    ],
    ids=["hung up before", "hung up after", "down", "500 after", "too slow", "half done"],
)
def test_everything_that_may_have_worked_is_unknown(
    slack: Sandbox, go_wrong: Callable[[Sandbox], object], error: str
) -> None:
    go_wrong(slack)
    assert verdict_of_posting(settings_for(slack)) == Verdict(Outcome.UNKNOWN, error)


def test_a_connection_that_never_opened_is_safe_to_repeat(slack: Sandbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connecting is refused
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
        settings = settings_for(slack).model_copy(update={"slack_api_url": address})
        assert verdict_of_posting(settings) == Verdict(Outcome.LATER, "unreachable")
