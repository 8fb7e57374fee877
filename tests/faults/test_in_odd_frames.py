"""What may come over a socket and is nothing that Slack sends: refused, logged without its words,
and nothing changes; the connection goes on.
"""

import json
import logging
from typing import Any, Final

import pytest

from bot.listeners import LARGEST_BODY
from sandbox.company import APP_ID
from tests.desk import DeskInTest
from tests.faults.clicks import wait_until
from tests.faults.test_in_foreign import logged, rows
from tests.faults.test_in_http import SECRET_WORDS, TEAM

EVENT: Final = {"type": "event_callback", "team_id": TEAM, "api_app_id": APP_ID}


def envelope(payload: Any, type_: str = "events_api") -> str:
    return json.dumps({"type": type_, "envelope_id": "e1", "payload": payload})


def huge() -> str:
    said = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0KAREN0001",
        "user": "U0KAREN0001",
    }
    return envelope({**EVENT, "event": {**said, "ts": "1.2", "text": SECRET_WORDS * 400_000}})


ODD: Final = {
    "no JSON": "{" + SECRET_WORDS,
    "half a goodbye": '{"type": "disconnect", "reason": ' + SECRET_WORDS,
    "a list": json.dumps([SECRET_WORDS]),
    "no envelope": json.dumps({"type": "events_api", "text": SECRET_WORDS}),
    "payload is a list": envelope([SECRET_WORDS]),
    "payload is nothing": envelope(None),
    "payload is words": envelope(SECRET_WORDS),
    "no event": envelope({**EVENT, "text": SECRET_WORDS}),
    "event is words": envelope({**EVENT, "event": SECRET_WORDS}),
    "event is a list": envelope({**EVENT, "event": [SECRET_WORDS]}),
    "unknown event": envelope({**EVENT, "event": {"type": "goat", "text": SECRET_WORDS}}),
    "unknown envelope": envelope({"text": SECRET_WORDS}, "goats_api"),
    "actions are words": envelope(
        {"type": "block_actions", "actions": SECRET_WORDS}, "interactive"
    ),
    "too deep": '{"a":' * 100_000,
    "10 MB": huge(),
}


@pytest.mark.parametrize("frame", ODD.values(), ids=ODD.keys())
def test_it_changes_nothing_and_the_desk_goes_on_listening(
    desk: DeskInTest, caplog: pytest.LogCaptureFixture, frame: str
) -> None:
    before = rows(desk)
    caplog.set_level(logging.INFO)
    desk.sandbox.socket_mode.say(frame)
    if len(frame) > LARGEST_BODY:
        wait_until(lambda: "refused an envelope" in logged(caplog), 30)
    for _ in range(4):  # over both connections
        desk.karen.types("/ticket help")
    assert rows(desk) == before
    assert SECRET_WORDS not in logged(caplog)
    assert desk.sandbox.socket_mode.connections == 2
