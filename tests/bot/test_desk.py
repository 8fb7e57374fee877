"""The whole desk by itself: threads, schedule and sockets, against the local Slack."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL, select

from bot.desk import Desk, open_desk
from bot.postman import Postman
from bot.pulse import Pulse
from bot.schedule import Schedule
from sandbox import Sandbox, SeenMessage
from store import outbox
from store.kinds import Audience, Kind, Priority
from store.models import Person
from tests.bot.setting import JOHN, KAREN, free_port, local_slack, policy, settings_for

PEOPLE = (KAREN, JOHN, "U0KEN000002", "U0OMAR00008")


@pytest.fixture
def desk(slack: Sandbox, empty_database: URL) -> Iterator[Desk]:
    """Opened on an empty database, not started."""
    opened = open_desk(settings_for(slack, empty_database), policy(), slack.clock.now)
    yield opened
    opened.store.close()


def wait_until(holds: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        threading.Event().wait(0.02)


def open_a_ticket(slack: Sandbox) -> None:
    karen = slack.person("Karen")
    assert karen.types("/ticket printer on fire").ok
    modal = karen.modal
    assert modal is not None
    modal.fill("Details", "It burns.")
    assert modal.submit().ok


def test_a_ticket_reaches_everybody_without_being_pushed(slack: Sandbox, desk: Desk) -> None:
    desk.start()
    try:
        wait_until(lambda: slack.wire.of("users.list"))
        open_a_ticket(slack)
        wait_until(lambda: slack.person("Karen").dm)
        wait_until(lambda: slack.person("John").sees("#team-it"))
    finally:
        desk.stop()
    assert slack.violations == []


def test_nothing_happens_by_itself_in_a_desk_that_is_driven_by_hand(
    slack: Sandbox, desk: Desk
) -> None:
    desk.start(by_itself=False)
    open_a_ticket(slack)
    assert slack.person("Karen").dm == []
    assert desk.deliver(slack.clock.skip) == 3
    assert len(slack.person("Karen").dm) == 1
    slack.clock.skip(timedelta(hours=3))
    assert desk.tick() == 1  # half of the four hours to the first answer are over
    assert desk.tick() == 0
    desk.stop()


def thread_a_second_later(slack: Sandbox) -> list[SeenMessage]:
    """On a frozen clock a channel stays closed for the second that it needs between posts."""
    slack.clock.skip(timedelta(seconds=1))
    return slack.person("John").sees("#help-desk")[0].thread


def test_a_skip_of_the_clock_is_noticed_at_once(slack: Sandbox, desk: Desk) -> None:
    desk.start()
    try:
        open_a_ticket(slack)
        wait_until(lambda: slack.person("John").sees("#team-it"))
        slack.clock.skip(timedelta(hours=3))
        desk.hurry()
        wait_until(lambda: thread_a_second_later(slack), 5)
    finally:
        desk.stop()


def test_stopping_is_quick_and_delivers_what_was_begun(slack: Sandbox, desk: Desk) -> None:
    slack.faults.slow("chat.postMessage", seconds=1)
    desk.start()
    open_a_ticket(slack)
    wait_until(lambda: slack.wire.of("chat.postMessage"))
    started = time.monotonic()
    desk.stop()
    assert time.monotonic() - started < 5
    assert desk.deliver(slack.clock.skip) <= 2
    assert len(slack.person("Karen").dm) == 1


def test_a_slow_channel_does_not_hold_up_the_others(slack: Sandbox, desk: Desk) -> None:
    slack.faults.slow("chat.postMessage", seconds=3, channel="#team-it")
    desk.start()
    try:
        open_a_ticket(slack)
        wait_until(lambda: slack.person("Karen").dm, 2.5)
    finally:
        desk.stop()


def test_everybodys_profile_is_read_from_slack(slack: Sandbox, desk: Desk) -> None:
    desk.start(by_itself=False)
    assert desk.sync_people() == 12
    with desk.store.snapshot() as session:
        karen = session.get_one(Person, KAREN)
        assert (karen.email, karen.timezone) == ("karen@example.com", "Europe/Berlin")
        gone = session.scalars(select(Person.name).where(Person.is_active.is_(False))).all()
        assert gone == ["Dana Formerly"]
    desk.stop()


def test_a_second_start_goes_on_with_the_same_data(slack: Sandbox, empty_database: URL) -> None:
    for _ in range(2):
        desk = open_desk(settings_for(slack, empty_database), policy(), slack.clock.now)
        desk.start(by_itself=False)
        open_a_ticket(slack)
        desk.deliver(slack.clock.skip)
        desk.stop()
        desk.store.close()
    assert len(slack.person("John").sees("#team-it")) == 2


def test_over_http_the_desk_does_the_same(database: URL) -> None:
    port = free_port()
    with local_slack(http=True) as slack:
        slack.http.request_url = f"http://127.0.0.1:{port}/slack/events"
        settings = settings_for(slack, database, http_port=port)
        desk = open_desk(settings, policy(), slack.clock.now)
        desk.start(by_itself=False)
        open_a_ticket(slack)
        desk.deliver(slack.clock.skip)
        karen = slack.person("Karen")
        karen.says("It is still burning", thread=karen.dm[0])
        desk.deliver(slack.clock.skip)
        card = slack.person("John").sees("#team-it")[0]
        assert "still burning" in card.thread[-1].text
        desk.stop()
        desk.store.close()


def test_a_job_that_fails_runs_again_at_its_next_tick() -> None:
    runs = []

    def fail() -> None:
        runs.append(1)
        raise ValueError("no luck")

    schedule = Schedule()
    schedule.every(fail, "failing", seconds=1, at_once=True)
    schedule.start()
    wait_until(lambda: len(runs) >= 2, 3)
    schedule.stop()


def test_while_people_wait_messages_still_go_out_and_a_page_goes_first(
    slack: Sandbox, desk: Desk
) -> None:
    for number, priority in enumerate([Priority.NOTICE] * 3 + [Priority.PAGE]):
        with desk.store.transaction() as session:
            outbox.add(
                session, Kind.ADMIN, audience=Audience.ADMIN, channel=PEOPLE[number],
                lane=str(number), at=slack.clock.now(), priority=priority, problem="bench",
            )  # fmt: skip
    postman = Postman(desk.deliverer, Pulse(), is_busy=lambda: True)
    postman.start()
    wait_until(lambda: len(slack.wire.of("chat.postMessage")) == 4)
    postman.stop()
    posted = [entry.payload["channel"] for entry in slack.wire.of("chat.postMessage")]
    assert posted == [PEOPLE[number] for number in (3, 0, 1, 2)]
