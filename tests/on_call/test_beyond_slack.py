"""When Slack refuses a page or is silent for 30 seconds, it goes out by e-mail and webhook."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import URL

from bot.desk import Desk
from bot.settings import Settings
from sandbox.faults import FOR_EVER
from tests.desk import DeskInTest, enter, modal_of, running_desk
from tests.on_call.listening import Mailbox, Stranger, Web, listening
from tests.on_call.setting import OUTAGE, outage, pages, second_desk


@pytest.fixture
def mail() -> Iterator[Mailbox]:
    """A mail server."""
    server = Mailbox()
    with listening(server):
        yield server


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server for the webhook and the heartbeat."""
    server = Web()
    with listening(server):
        yield server


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company, on either database."""
    with running_desk(database) as running:
        yield running


@pytest.fixture
def started(desk: DeskInTest, mail: Mailbox, web: Web) -> Iterator[Desk]:
    """A second process of the desk, connected, with every means and somebody who watches it."""
    addresses = {"PAGE_SMTP_URL": mail.url, "PAGE_WEBHOOK_URL": web.url, "HEARTBEAT_URL": web.url}
    line = second_desk(desk, None, **addresses)
    line.start(by_itself=False)
    yield line
    line.stop()


def health(desk: Desk) -> tuple[bool, int, bool]:
    """What /healthz says: well, pages that did not go out, and whether the heart beats."""
    desk.condition.check_up()
    said = desk.condition.healthy()
    return said.well, said.told["checks"]["failed_outside_calls"], said.told["heartbeat"]


def refused_page(desk: DeskInTest) -> int:
    """An outage, of which Slack does not let the first one on call know; the ticket's number."""
    omar = desk.omar.user.id
    desk.sandbox.faults.refuse("chat.postMessage", "cannot_dm_bot", channel=omar, times=1)
    return outage(desk)


def calls_in_vain(desk: DeskInTest, line: Desk, *, times: int) -> None:
    """Beyond Slack nobody is reached either, however often it is tried."""
    for _ in range(times):
        assert line.page_beyond_slack() == 0
        desk.pass_time(seconds=31)


def test_a_page_that_slack_does_not_take_goes_out_once_by_every_other_means(
    desk: DeskInTest, mail: Mailbox, web: Web
) -> None:
    ways = {"PAGE_EMAIL_TO": "noc@example.com", "PAGE_EMAIL_FROM": "desk@example.com"}
    line = second_desk(desk, None, PAGE_SMTP_URL=mail.url, PAGE_WEBHOOK_URL=web.url, **ways)
    desk.sandbox.faults.rate_limit("chat.postMessage", seconds=600, times=FOR_EVER)
    outage(desk)
    assert line.page_beyond_slack() == 0  # Slack has its 30 seconds
    desk.pass_time(seconds=31)
    assert line.page_beyond_slack() == 2
    assert line.page_beyond_slack() == 0
    assert mail.to == [[desk.omar.user.email, "noc@example.com"]]
    assert "Core banking stands still" in mail.mails[0]
    assert [told["person"] for told in web.heard if told] == ["Omar Standin"]
    assert health(line) == (True, 0, True)


def test_a_page_that_slack_took_stays_in_slack(desk: DeskInTest, web: Web) -> None:
    line = second_desk(desk, PAGE_WEBHOOK_URL=web.url)
    outage(desk)
    desk.pass_time(minutes=2)
    assert line.page_beyond_slack() == 0
    assert web.heard == []


def test_a_refused_page_waits_for_nothing(desk: DeskInTest, web: Web) -> None:
    line = second_desk(desk, PAGE_WEBHOOK_URL=web.url)
    refused_page(desk)
    assert line.page_beyond_slack() == 1


def test_with_a_refused_token_the_heart_stops_and_pages_go_out_by_other_means(
    desk: DeskInTest, started: Desk, mail: Mailbox, web: Web
) -> None:
    assert not started.beat()  # it has neither written anything nor looked at itself
    started.condition.probe()
    started.condition.check_up()
    assert started.beat()
    assert web.heard == [None]

    refused = desk.sandbox.faults.refuse("chat.postMessage", "token_revoked", times=FOR_EVER)
    desk.karen.types("/ticket")
    form = modal_of(desk.karen)
    for label, answer in {**OUTAGE, "Summary": "Core banking stands still"}.items():
        enter(form, label.replace("_", " "), answer)
    assert not form.submit().errors
    started.deliver(desk.clock.skip)
    assert not started.beat()
    assert not started.condition.healthy().told["delivery"]
    desk.clock.skip(timedelta(seconds=31))
    assert started.page_beyond_slack() == 2
    assert mail.to == [[desk.omar.user.email]]
    assert [told["ticket"] for told in web.heard if told] == [1]

    desk.sandbox.faults.remove(refused)
    desk.clock.skip(timedelta(minutes=2))
    started.deliver(desk.clock.skip)
    assert len(pages(desk.omar, 1)) == 1  # what Slack did not take comes as well
    started.condition.check_up()
    assert started.beat()


def test_a_mail_server_that_is_gone_is_seen_and_told_once(desk: DeskInTest) -> None:
    line = second_desk(desk, None, PAGE_SMTP_URL="smtp://127.0.0.1:1")
    refused_page(desk)
    calls_in_vain(desk, line, times=2)
    assert health(line) == (False, 1, True)
    assert len([m for m in desk.ada.dm if "could not go out beyond Slack" in m.text]) == 1


def test_what_fails_beyond_slack_too_is_tried_again_and_told(desk: DeskInTest, web: Web) -> None:
    line = second_desk(desk, PAGE_WEBHOOK_URL=web.url)
    web.status = 500
    refused_page(desk)
    calls_in_vain(desk, line, times=3)
    assert health(line) == (False, 1, True)
    assert len([m for m in desk.ada.dm if "could not go out beyond Slack" in m.text]) == 1
    web.status = 200
    assert line.page_beyond_slack() >= 1
    assert health(line) == (True, 0, True)


def test_who_listens_there_may_speak_anything(desk: DeskInTest) -> None:
    stranger = Stranger()
    with listening(stranger):
        line = second_desk(desk, PAGE_WEBHOOK_URL=stranger.url, HEARTBEAT_URL=stranger.url)
        refused_page(desk)
        calls_in_vain(desk, line, times=6)
        assert not line.heartbeat.beat(healthy=True)
    assert health(line) == (False, 1, False)
    assert len([m for m in desk.ada.dm if "could not go out beyond Slack" in m.text]) == 1


def test_nobody_is_called_beyond_slack_for_what_somebody_has_by_now(
    desk: DeskInTest, web: Web
) -> None:
    line = second_desk(desk, PAGE_WEBHOOK_URL=web.url)
    web.status = 500
    number = refused_page(desk)
    assert line.page_beyond_slack() == 0
    desk.pass_time(minutes=5, seconds=1)
    pages(desk.lena, number)[0].click("Acknowledge")
    web.status = 200
    assert line.page_beyond_slack() == 0
    assert len(web.heard) == 1


def test_the_heart_beats_only_while_the_desk_is_healthy(desk: DeskInTest, web: Web) -> None:
    line = second_desk(desk, HEARTBEAT_URL=web.url)
    heart = line.heartbeat
    assert heart.beat(healthy=True)
    assert not heart.beat(healthy=False)
    assert len(web.heard) == 1
    web.status = 503
    assert not heart.beat(healthy=True)
    assert not heart.beat(healthy=True)
    assert health(line) == (False, 0, False)
    assert line.condition.checked().well  # or it would never beat again
    desk.settle()
    assert len([m for m in desk.ada.dm if "HEARTBEAT_URL" in m.text]) == 1
    web.status = 200
    assert heart.beat(healthy=True)
    assert health(line) == (True, 0, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAGE_SMTP_URL", "mail.example.com"),
        ("PAGE_WEBHOOK_URL", "file:///etc/passwd"),
        ("HEARTBEAT_URL", "ping"),
        ("PAGE_EMAIL_TO", "noc"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_at_start(name: str, value: str) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", name: value}
    with pytest.raises(ValidationError, match="write "):
        Settings.model_validate(given)
