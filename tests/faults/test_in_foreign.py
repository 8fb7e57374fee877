"""Payloads of another workspace or another app are refused, logged without what they say, and
change nothing: over Socket Mode and over HTTP.
"""

import copy
import logging
from typing import Any

import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from sqlalchemy import func, select

from bot.log import LineFormat
from store.models import AuditEvent, Entry, InboxEntry, OutboxMessage, Ticket
from tests.desk import DeskInTest
from tests.faults.clicks import Json
from tests.faults.test_in_http import SECRET_WORDS, Served, event, served

__all__ = ["served"]

FOREIGN_TEAM = {"team_id": "T0ANOTHER01", "team": {"id": "T0ANOTHER01", "domain": "other"}}


def rows(desk: DeskInTest) -> dict[str, int]:
    """How much there is of everything that a payload could change."""
    with desk.store.snapshot() as session:
        tables = (InboxEntry, Ticket, OutboxMessage, Entry, AuditEvent)
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(LineFormat().format(record) for record in caplog.records)


def heard_before(desk: DeskInTest) -> dict[str, tuple[Any, Json]]:
    """One payload of each way in, as the desk has acted on it before: by kind, with its type."""
    number = desk.opens(desk.karen, "Printer on fire")
    desk.karen.says(SECRET_WORDS, thread=desk.karen.dm[0])
    desk.card(desk.john, number).click("Claim")
    desk.settle()
    posts = [e.payload for e in desk.sandbox.wire.of("message") if SECRET_WORDS in str(e.payload)]
    sent = {entry.kind: entry.payload for entry in desk.sandbox.wire.entries}
    return {
        "message": ("events_api", posts[0]),
        "slash_command": ("slash_commands", sent["slash_command"]),
        "block_actions": ("interactive", sent["block_actions"]),
        "view_submission": ("interactive", sent["view_submission"]),
    }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (FOREIGN_TEAM, "refused a payload of another workspace"),
        ({"api_app_id": "A0ANOTHER01"}, "refused a payload of another app"),
    ],
    ids=["workspace", "app"],
)
def test_over_socket_mode_it_is_refused_and_changes_nothing(
    desk: DeskInTest, caplog: pytest.LogCaptureFixture, changed: Json, reason: str
) -> None:
    payloads = heard_before(desk)
    before = rows(desk)
    caplog.set_level(logging.INFO)
    for kind, (type_, payload) in payloads.items():
        foreign = copy.deepcopy(payload) | changed
        if "view" in foreign and "team" in changed:
            foreign["view"]["app_installed_team_id"] = changed["team_id"]
            foreign["user"]["team_id"] = changed["team_id"]
        if kind == "message":
            foreign["event"] |= {"ts": "1794819700.000100", "text": SECRET_WORDS}
            foreign["authorizations"] = []
        assert desk.sandbox.delivery.send(type_, kind, "foreign", foreign).result(10).ok
    assert rows(desk) == before
    told = logged(caplog)
    assert told.count(reason) == len(payloads)
    assert SECRET_WORDS not in told
    assert desk.sandbox.bot_token not in told
    assert desk.sandbox.app_token not in told


def test_over_http_another_workspace_is_refused_and_logged_without_its_words(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    served.post(event(team_id="T0ANOTHER01", authorizations=[]))
    assert served.changes() == 0
    assert "refused a payload of another workspace team=T0ANOTHER01" in logged(caplog)
    assert SECRET_WORDS not in logged(caplog)


def test_over_http_what_another_app_was_sent_does_not_carry_our_signature(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    body, stamp = event(api_app_id="A0ANOTHER01"), str(int(Clock().now()))
    theirs = SignatureVerifier("another-apps-signing-secret")
    signature = theirs.generate_signature(timestamp=stamp, body=body.decode())
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": str(signature)}
    status, _ = served.post(body, headers)
    assert (status, served.changes()) == (401, 0)
    assert "signature is wrong" in logged(caplog)
    assert SECRET_WORDS not in logged(caplog)
