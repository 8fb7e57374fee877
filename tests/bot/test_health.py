"""The pages tell the truth: also while stopping, cut off, or with something gone wrong."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL, update

from bot.desk import Desk
from bot.health import Health, standing_by
from bot.http_server import HttpServer
from store import checkup
from store.database import Store
from store.models import Alarm, Delivery, OutboxMessage, Posting
from tests.bot.setting import free_port, local_slack, policy, settings_for
from tests.desk import DeskInTest, running_desk


@pytest.fixture
def running(database: URL) -> Iterator[DeskInTest]:
    with running_desk(database) as desk:
        yield desk


@pytest.fixture
def pages(running: DeskInTest) -> Iterator[HttpServer]:
    """The desk's pages on a free port, as `deskbell run` serves them in Socket Mode."""
    server = HttpServer(Health(lambda: running.desk.condition), port=0, host="127.0.0.1")
    server.open()
    yield server
    server.close()


def asked(port: int, page: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_sound_desk_says_so_on_every_page(running: DeskInTest, pages: HttpServer) -> None:
    running.desk.condition.probe()
    running.desk.condition.check_up()
    for page in ("livez", "readyz", "healthz"):
        status, told = asked(pages.port, page)
        assert (status, json.loads(told)["well"]) == (200, True), (page, told)


def test_a_desk_that_has_written_nothing_yet_is_not_ready(
    running: DeskInTest, pages: HttpServer
) -> None:
    status, told = asked(pages.port, "readyz")
    assert (status, json.loads(told)["database"]) == (503, False)
    assert asked(pages.port, "livez")[0] == 200


def test_a_desk_that_is_stopping_wants_no_more_traffic(
    running: DeskInTest, pages: HttpServer
) -> None:
    running.desk.condition.probe()
    running.desk.condition.stopping = True
    assert asked(pages.port, "readyz")[0] == 503


def test_a_desk_without_slack_is_not_ready_but_alive(
    running: DeskInTest, pages: HttpServer
) -> None:
    running.desk.condition.probe()
    running.sandbox.faults.refuse("apps.connections.open", "internal_error", times=1000)
    running.sandbox.socket_mode.drop_all()
    assert running.sandbox.workspace.wait_for(
        lambda: json.loads(asked(pages.port, "readyz")[1])["slack"] is False, 10
    )
    assert asked(pages.port, "livez")[0] == 200


def test_a_standby_is_alive_and_not_ready() -> None:
    server = HttpServer(Health(standing_by), port=0, host="127.0.0.1")
    server.open()
    try:
        assert asked(server.port, "livez")[0] == 200
        assert asked(server.port, "readyz") == (503, '{"well": false, "standby": true}\n')
        assert asked(server.port, "nothing")[0] == 404
    finally:
        server.close()


def test_the_metrics_show_what_waits_and_what_happened(
    running: DeskInTest, pages: HttpServer
) -> None:
    running.opens(running.karen, "Printer on fire", Details="It burns.")
    running.card(running.john, 1).click("Claim")
    status, told = asked(pages.port, "metrics")
    assert status == 200
    numbers = dict(
        line.rsplit(" ", 1) for line in told.splitlines() if line.startswith("deskbell_")
    )
    assert float(numbers['deskbell_outbox_ready{priority="redraw"}']) > 0
    assert float(numbers["deskbell_timers_armed"]) > 0
    assert float(numbers['deskbell_ack_seconds_count{type="interactive"}']) >= 1
    assert float(numbers['deskbell_sends_total{method="chat.postMessage",result="ok"}']) >= 1
    assert float(numbers['deskbell_socket_connected{socket="socket 1"}']) == 1
    assert float(numbers["deskbell_up"]) == 1


def test_over_http_the_same_port_serves_slack_and_the_pages(database: URL) -> None:
    port = free_port()
    with local_slack(http=True) as slack:
        settings = settings_for(slack, database, http_port=port)
        store = Store(database, policy())
        desk = Desk(settings, store, slack.clock.now)
        desk.start(by_itself=False)
        try:
            assert asked(port, "livez")[0] == 200
            assert asked(port, "readyz")[0] == 503
            assert asked(port, "slack/events")[0] == 405
        finally:
            desk.stop()
            store.close()


def found(desk: DeskInTest) -> dict[str, int]:
    desk.desk.condition.check_up()
    return {check: count for check, count in desk.desk.condition.findings.items() if count}


def test_a_whole_ticket_life_leaves_nothing_to_be_found(running: DeskInTest) -> None:
    number = running.opens(running.karen, "Printer on fire", Details="It burns.")
    running.card(running.john, number).click("Claim")
    running.settle()
    assert found(running) == {}
    running.pass_time(hours=30)
    assert found(running) == {}


def test_an_alarm_that_nobody_rang_is_found(running: DeskInTest, pages: HttpServer) -> None:
    running.opens(running.karen, "Printer on fire", Details="It burns.")
    running.clock.skip(timedelta(hours=3))
    assert found(running) == {"late_alarms": 1}
    assert asked(pages.port, "healthz")[0] == 503
    running.desk.tick()
    running.settle()
    assert found(running) == {}
    assert asked(pages.port, "healthz")[0] == 200


def test_a_message_that_nobody_finishes_is_found(running: DeskInTest) -> None:
    running.opens(running.karen, "Printer on fire", Details="It burns.")
    running.card(running.john, 1).click("Claim")
    running.clock.skip(timedelta(seconds=2))
    assert running.desk.deliverer.take() is not None  # and then the process dies
    assert found(running) == {}
    running.clock.skip(timedelta(minutes=6))
    assert found(running)["stuck_sends"] == 1


def test_a_running_deadline_without_an_alarm_is_found(running: DeskInTest) -> None:
    running.opens(running.karen, "Printer on fire", Details="It burns.")
    with running.store.transaction() as session:
        session.execute(update(Alarm).values(state="cancelled"))
    assert found(running) == {"tickets_without_clock": 1}


def test_a_card_that_lags_behind_its_ticket_is_found(running: DeskInTest) -> None:
    running.opens(running.karen, "Printer on fire", Details="It burns.")
    running.clock.skip(timedelta(seconds=30))
    running.card(running.john, 1).click("Claim")
    with running.store.transaction() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state == Delivery.READY)
            .values(state=Delivery.DROPPED)
        )
        assert session.query(Posting).count() > 0
    running.clock.skip(timedelta(minutes=3))
    assert found(running) == {"lagging_cards": 1}


def test_what_is_said_below_a_card_does_not_make_it_lag(running: DeskInTest) -> None:
    number = running.opens(running.karen, "Printer on fire", Details="It burns.")
    running.clock.skip(timedelta(seconds=30))
    running.john.says("It is the fuser", thread=running.card(running.john, number, "#team-it"))
    running.settle()
    running.clock.skip(timedelta(minutes=3))
    assert found(running) == {}


def test_every_check_has_a_name_that_the_metrics_show(running: DeskInTest) -> None:
    running.desk.condition.check_up()
    assert set(running.desk.condition.findings) == set(checkup.CHECKS)
