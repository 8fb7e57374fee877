"""What the app takes from Slack, and what it refuses before any listener hears of it."""

from collections.abc import Iterator
from concurrent.futures import Future
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from sqlalchemy import create_engine, select

from bot.app import create_app
from bot.listeners import Listeners
from bot.slack_client import slack_client
from sandbox import Sandbox
from store.database import Store
from store.models import Stray
from store.rules.sentences.trouble import BUSY
from tests.bot.setting import KAREN, policy, settings_for
from tests.faults.clicks import wait_until
from tests.sqlite import migrated_file

OUR_TEAM = "T0SANDBOX01"


@pytest.fixture
def app(slack: Sandbox, tmp_path: Path) -> Iterator[App]:
    """The desk's app on an empty database."""
    url = migrated_file(tmp_path)
    store = Store(url, policy())
    yield create_app(settings_for(slack), store, slack.clock.now)
    store.close()


def send(app: App, body: dict[str, Any]) -> BoltResponse:
    return app.dispatch(BoltRequest(mode="socket_mode", body=body))


def command(team: str) -> dict[str, Any]:
    return {
        "command": "/ticket",
        "text": "list",
        "team_id": team,
        "user_id": KAREN,
        "channel_id": "C0GENERAL01",
        "trigger_id": f"{team}.1",
    }


def message(words: str) -> dict[str, Any]:
    written = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0KAREN0001",
        "user": KAREN,
        "text": words,
        "ts": "1772442000.000100",
    }
    return {"type": "event_callback", "team_id": OUR_TEAM, "event": written}


HELD_BACK = {"type": "app_rate_limited", "team_id": OUR_TEAM, "minute_rate_limited": 1518467820}


def test_what_is_more_than_can_wait_is_turned_away_at_once_and_says_so(
    slack: Sandbox, tmp_path: Path
) -> None:
    store = Store(migrated_file(tmp_path), policy())
    settings = settings_for(slack)
    listeners = Listeners(
        create_app(settings, store, slack.clock.now),
        slack_client(settings, seconds=2),
        threads=1,
        waiting=0,
        last_repeat=0,
    )

    def answered(body: dict[str, Any]) -> BoltResponse:
        return listeners.answer(BoltRequest(mode="socket_mode", body={"team": {}, **body}))

    sheet = {"type": "modal", "title": {"type": "plain_text", "text": "Ticket"}, "blocks": []}
    form = {"type": "view_submission", "view": {"id": "V1", "hash": "1.a", **sheet}}
    first: Future[BoltResponse] = Future()
    with store.transaction():
        smoke = BoltRequest(mode="socket_mode", body=message("Smoke"))
        listeners.take(smoke, first.set_result)
        assert BUSY in answered(command(OUR_TEAM)).body
        assert BUSY in answered(form).body
        assert not listeners.has_missed()  # they were told, and try again
        assert answered(message("Fire")).status == HTTPStatus.SERVICE_UNAVAILABLE
        assert listeners.has_missed()
        assert not listeners.has_missed()
    assert first.result(5).status == HTTPStatus.OK
    wait_until(lambda: BUSY not in answered(command(OUR_TEAM)).body)
    with store.snapshot() as session:
        assert list(session.scalars(select(Stray.text))) == ["Smoke"]
    assert answered(HELD_BACK).status == HTTPStatus.OK
    assert listeners.has_missed()
    listeners.close()
    store.close()


def test_the_workspace_is_asked_for_once(slack: Sandbox, app: App) -> None:
    for _ in range(3):
        assert send(app, command(OUR_TEAM)).status == HTTPStatus.OK
    assert len(slack.wire.of("auth.test")) == 1


def test_a_request_of_another_workspace_reaches_no_listener(slack: Sandbox, app: App) -> None:
    ours, theirs = send(app, command(OUR_TEAM)), send(app, command("T0ANOTHER01"))
    assert "another workspace" in theirs.body
    assert "another workspace" not in ours.body


def test_the_notice_that_events_are_held_back_is_acknowledged(app: App) -> None:
    assert send(app, HELD_BACK).status == HTTPStatus.OK


def test_making_the_app_asks_slack_nothing(slack: Sandbox, app: App) -> None:
    assert list(slack.wire.entries) == []


def test_an_event_is_not_acked_while_slack_does_not_say_whose_it_is(
    slack: Sandbox, app: App
) -> None:
    event = {"type": "app_home_opened", "user": KAREN, "channel": "D0KAREN0001", "tab": "home"}
    body = {"type": "event_callback", "team_id": OUR_TEAM, "event": event}
    slack.faults.refuse("auth.test", "internal_error")
    assert send(app, body).status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert send(app, body).status == HTTPStatus.OK


def test_an_event_that_the_database_did_not_take_is_one_that_may_be_missed(
    slack: Sandbox, tmp_path: Path
) -> None:
    url = migrated_file(tmp_path)
    store = Store(url, policy())
    settings = settings_for(slack)
    app = create_app(settings, store, slack.clock.now)
    listeners = Listeners(app, slack_client(settings, seconds=2), last_repeat=0)

    def answered(words: str) -> int:
        return listeners.answer(BoltRequest(mode="socket_mode", body=message(words))).status

    with create_engine(url).connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        assert answered("Smoke") == HTTPStatus.SERVICE_UNAVAILABLE
        wait_until(listeners.has_missed)
    assert answered("Smoke") == HTTPStatus.OK
    assert not listeners.has_missed()
    assert listeners.close()
    store.close()
