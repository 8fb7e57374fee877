"""HTTP mode takes signed requests and nothing else."""

import http.client
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.http_mode import HttpMode
from bot.listeners import LARGEST_BODY, LAST_REPEAT_SECONDS, Listeners
from bot.slack_client import slack_client
from sandbox import Sandbox
from tests.bot.setting import settings_for

COMMAND = urllib.parse.urlencode({"command": "/ticket", "team_id": "T1", "user_id": "U1"})


def bare_app(slack: Sandbox) -> App:
    return App(
        client=slack_client(settings_for(slack), seconds=5),
        request_verification_enabled=False,
        process_before_response=True,
    )


@contextmanager
def serving(slack: Sandbox, *, long_quiet: float = LAST_REPEAT_SECONDS) -> Iterator[HttpMode]:
    """A Bolt app that answers `/ticket`, on a free port."""
    app = bare_app(slack)
    app.command("/ticket")(lambda: BoltResponse(status=200, body="Heard."))
    listeners = Listeners(app, slack_client(settings_for(slack), seconds=2))
    running = HttpMode(
        listeners, slack.signing_secret, port=0, host="127.0.0.1", long_quiet=long_quiet
    )
    running.open()
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def server(slack: Sandbox) -> Iterator[HttpMode]:
    """As it is in earnest."""
    with serving(slack) as running:
        yield running


def post(server: HttpMode, body: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("POST", "/slack/events", body, headers)
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()
    return answer.status, told


def signed(slack: Sandbox, body: str, *, age: int = 0) -> dict[str, str]:
    timestamp = str(int(Clock().now()) - age)
    signature = SignatureVerifier(slack.signing_secret).generate_signature(
        timestamp=timestamp, body=body
    )
    assert signature is not None
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
    }


def test_a_signed_request_is_answered(slack: Sandbox, server: HttpMode) -> None:
    assert post(server, COMMAND, signed(slack, COMMAND)) == (HTTPStatus.OK, "Heard.")


def test_a_forged_signature_is_refused(slack: Sandbox, server: HttpMode) -> None:
    headers = {**signed(slack, COMMAND), "X-Slack-Signature": "v0=" + "0" * 64}
    assert post(server, COMMAND, headers)[0] == HTTPStatus.UNAUTHORIZED


def test_a_changed_body_is_refused(slack: Sandbox, server: HttpMode) -> None:
    assert post(server, COMMAND + "1", signed(slack, COMMAND))[0] == HTTPStatus.UNAUTHORIZED


def test_a_request_older_than_five_minutes_is_refused(slack: Sandbox, server: HttpMode) -> None:
    headers = signed(slack, COMMAND, age=301)
    assert post(server, COMMAND, headers)[0] == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9"])
def test_a_time_that_is_no_number_is_refused(
    slack: Sandbox, server: HttpMode, timestamp: str
) -> None:
    headers = {**signed(slack, COMMAND), "X-Slack-Request-Timestamp": timestamp}
    assert post(server, COMMAND, headers)[0] == HTTPStatus.UNAUTHORIZED


def test_a_body_too_large_is_refused_unread(slack: Sandbox, server: HttpMode) -> None:
    headers = {**signed(slack, COMMAND), "Content-Length": str(LARGEST_BODY + 1)}
    assert post(server, "", headers)[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_anything_but_a_post_is_refused(server: HttpMode) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", "/slack/events")
    assert connection.getresponse().status == HTTPStatus.METHOD_NOT_ALLOWED
    connection.close()


def test_closing_answers_what_is_being_worked_on(slack: Sandbox) -> None:
    begun, may_answer = threading.Event(), threading.Event()
    app = bare_app(slack)

    @app.command("/ticket")
    def answer() -> BoltResponse:
        begun.set()
        may_answer.wait()
        return BoltResponse(status=200, body="Heard.")

    running = HttpMode(
        Listeners(app, slack_client(settings_for(slack), seconds=2)),
        slack.signing_secret,
        port=0,
        host="127.0.0.1",
    )
    running.open()
    answers: list[tuple[int, str]] = []
    asking = threading.Thread(
        target=lambda: answers.append(post(running, COMMAND, signed(slack, COMMAND)))
    )
    asking.start()
    begun.wait(5)
    threading.Timer(0.3, may_answer.set).start()
    running.close()
    asking.join()
    assert answers == [(HTTPStatus.OK, "Heard.")]


def test_what_slack_signed_ends_a_silence_and_after_a_long_one_something_may_have_been_missed(
    slack: Sandbox,
) -> None:
    with serving(slack, long_quiet=0) as server:
        assert not server.has_missed()
        before = server.quiet
        assert post(server, COMMAND, {"x-slack-signature": "v0=forged"})[0] == 401
        assert server.quiet > before
        assert not server.has_missed()
        assert post(server, COMMAND, signed(slack, COMMAND))[0] == 200
        assert server.has_missed()
        assert not server.has_missed()
    with serving(slack) as server:
        assert post(server, COMMAND, signed(slack, COMMAND))[0] == 200
        assert not server.has_missed()


def test_what_comes_after_closing_is_turned_away_in_peace(slack: Sandbox) -> None:
    listeners = Listeners(bare_app(slack), slack_client(settings_for(slack), seconds=2))
    assert listeners.close()
    for kind, status in (("event_callback", 503), ("block_actions", 200)):
        late = BoltRequest(mode="socket_mode", body={"type": kind})
        assert listeners.answer(late).status == status
