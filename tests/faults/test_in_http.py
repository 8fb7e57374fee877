"""What may come to an open port: forged, replayed, huge, malformed or foreign; nothing changes."""

import http.client
import json
import logging
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from sqlalchemy import URL, func, select

from bot.desk import Desk, open_desk
from bot.listeners import LARGEST_BODY
from bot.log import LineFormat
from sandbox import Sandbox
from store.models import InboxEntry, OutboxMessage, Ticket
from tests.bot.setting import KAREN, free_port, local_slack, policy, settings_for

TEAM: Final = "T0SANDBOX01"
COMMAND: Final = {
    "command": "/ticket",
    "text": "help",
    "team_id": TEAM,
    "user_id": KAREN,
    "channel_id": "C0GENERAL01",
    "trigger_id": "1.1",
}
SECRET_WORDS: Final = "the-password-is-swordfish"


@dataclass
class Served:
    """A desk over HTTP, and its local Slack."""

    slack: Sandbox
    desk: Desk
    port: int

    def post(
        self, body: bytes, headers: dict[str, str] | None = None, *, age: int = 0
    ) -> tuple[int, str]:
        """Post to the desk, signed as Slack would unless `headers` say otherwise."""
        stamp = str(int(Clock().now()) - age)
        verifier = SignatureVerifier(self.slack.signing_secret)
        signature = verifier.generate_signature(
            timestamp=stamp, body=body.decode("utf-8", "ignore")
        )
        given = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature or "",
            **(headers or {}),
        }
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("POST", "/slack/events", body, given)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def changes(self) -> int:
        """How many rows tell of anything that was done."""
        with self.desk.store.snapshot() as session:
            tables = (InboxEntry, Ticket, OutboxMessage)
            counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
            return sum(count or 0 for count in counts)


@pytest.fixture
def served(database: URL) -> Iterator[Served]:
    """Listening on a free port."""
    port = free_port()
    with local_slack(http=True) as slack:
        settings = settings_for(slack, database, http_port=port)
        desk = open_desk(settings, policy(), slack.clock.now)
        desk.start(by_itself=False)
        yield Served(slack, desk, port)
        desk.stop()
        desk.store.close()


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """The lines that the desk would have written."""
    return "\n".join(LineFormat().format(record) for record in caplog.records)


def form(**fields: str) -> bytes:
    return urllib.parse.urlencode({**COMMAND, **fields}).encode()


def event(**fields: Any) -> bytes:
    inner = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0KAREN0001",
        "user": KAREN,
        "text": SECRET_WORDS,
        "ts": "1772442000.000100",
    }
    body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0SANDBOX01", "event": inner}
    return json.dumps(body | fields).encode()


def test_what_slack_signed_is_answered(served: Served) -> None:
    status, answer = served.post(form())
    assert status == HTTPStatus.OK
    assert "/ticket" in answer


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (event(), {"x-slack-signature": "v0=" + "0" * 64}, HTTPStatus.UNAUTHORIZED),
        (event(), {"x-slack-signature": ""}, HTTPStatus.UNAUTHORIZED),
        (event(), {"x-slack-signature": "v0=\xe9"}, HTTPStatus.UNAUTHORIZED),
        (event(), {"x-slack-request-timestamp": "²"}, HTTPStatus.UNAUTHORIZED),
        (b"", {"content-length": str(10_000_000)}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (b"", {"content-length": str(LARGEST_BODY + 1)}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (b'{"type": "event_callback", ', {}, HTTPStatus.BAD_REQUEST),
        (b"payload=%7Bnot+json", {}, HTTPStatus.BAD_REQUEST),
        (b'{"type": "\xff"}', {}, HTTPStatus.BAD_REQUEST),
        (b"[" * 100_000, {"content-type": "application/json"}, HTTPStatus.BAD_REQUEST),
    ],
    ids=[
        "forged", "unsigned", "odd letters", "odd time", "10 MB", "a byte too many",
        "half of a JSON", "no JSON", "no UTF-8", "too deep",
    ],
)  # fmt: skip
def test_it_is_refused_changes_nothing_and_is_logged_without_what_it_said(
    served: Served,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    headers: dict[str, str],
    status: HTTPStatus,
) -> None:
    caplog.set_level(logging.INFO)
    assert served.post(body, headers)[0] == status
    assert served.changes() == 0
    assert "refused a request" in logged(caplog)
    assert SECRET_WORDS not in logged(caplog)
    assert served.slack.signing_secret not in logged(caplog)


@pytest.mark.parametrize("age", [301, -302])
def test_a_request_from_more_than_five_minutes_ago_or_ahead_is_refused(
    served: Served, age: int
) -> None:
    assert served.post(event(), age=age)[0] == HTTPStatus.UNAUTHORIZED
    assert served.changes() == 0


def test_a_replay_within_five_minutes_changes_nothing_more(served: Served) -> None:
    assert served.post(event())[0] == HTTPStatus.OK
    before = served.changes()
    assert before > 0
    assert served.post(event())[0] == HTTPStatus.OK
    assert served.changes() == before


def test_payloads_of_another_workspace_change_nothing(served: Served) -> None:
    served.post(event(team_id="T0ANOTHER01", authorizations=[]))
    assert "another workspace" in served.post(form(team_id="T0ANOTHER01"))[1]
    assert served.changes() == 0


def test_an_unknown_event_is_acked_so_that_slack_does_not_repeat_it(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    odd = {"type": "goat_teleported", "text": SECRET_WORDS}
    assert served.post(event(event=odd))[0] == HTTPStatus.OK
    assert served.post(form(command="/goat"))[0] == HTTPStatus.OK
    assert served.changes() == 0
    assert "type=goat_teleported" in logged(caplog)
    assert SECRET_WORDS not in logged(caplog)


def test_slacks_question_whether_we_are_there_is_answered(served: Served) -> None:
    asked = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    status, answer = served.post(asked, {"content-type": "application/json"})
    assert status == HTTPStatus.OK
    assert "abc" in answer
