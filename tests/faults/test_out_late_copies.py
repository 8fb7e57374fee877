"""What Slack made twice is one again soon, shows the present, and is noted."""

from datetime import datetime, timedelta

from store.kinds import Kind
from store.models import OutboxMessage
from tests.desk import DeskInTest
from tests.faults.clicks import events_of
from tests.faults.sending import (
    POST,
    SECOND,
    TEAM_IT,
    UPDATE,
    alarms,
    calls,
    copies,
    live,
    patient,
    promises,
)
from tests.on_call.setting import outage, pages
from tests.stories.acts import begins, heard, sends, thread_of

LOOK_EVERY = timedelta(seconds=10)


def opens(desk: DeskInTest, **fields: str) -> None:
    """Karen's ticket; nothing is delivered yet."""
    begins(desk.karen, "/ticket Printer on fire")
    assert sends(desk.karen, **fields) == {}


def time_of_two(desk: DeskInTest, message: OutboxMessage, **length: float) -> timedelta:
    """Let time pass; for how long of it the message was in Slack twice, never more often."""
    end = desk.clock.now() + timedelta(**length)
    twice: list[datetime] = []
    while desk.clock.now() < end:
        live(desk, seconds=LOOK_EVERY.total_seconds())
        there = copies(desk, message)
        assert there <= 2
        twice += [desk.clock.now()] * (there == 2)
    return twice[-1] - twice[0] + LOOK_EVERY if twice else timedelta(0)


def test_a_request_that_slack_does_a_minute_late_leaves_one_message(desk: DeskInTest) -> None:
    patient(desk)
    desk.sandbox.faults.late(POST, seconds=60, channel=TEAM_IT)
    opens(desk)
    live(desk, seconds=1)
    card, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    twice = time_of_two(desk, card, minutes=3)
    assert timedelta(0) < twice <= timedelta(minutes=2)
    assert copies(desk, card) == 1
    assert len(calls(desk, "chat.delete")) == 1
    assert events_of(desk, 1).count("copy_removed") == 1
    assert desk.card(desk.john, 1, "#team-it").click("Claim").acked
    desk.settle()
    assert "claimed it" in thread_of(desk, desk.john, 1)
    assert heard(desk.ada) == ""
    assert alarms(desk) == {}


def test_a_page_that_slack_makes_a_minute_late_rings_on_in_one_message(desk: DeskInTest) -> None:
    patient(desk)
    desk.sandbox.faults.late(POST, seconds=60, channel=desk.omar.user.id)
    number = outage(desk)
    page, *_ = promises(desk, Kind.PAGE, channel=desk.omar.user.id)
    assert page.sent_at is not None
    assert page.sent_at - page.created_at <= timedelta(seconds=20)
    twice = time_of_two(desk, page, minutes=3)
    assert timedelta(0) < twice <= timedelta(minutes=2)
    assert copies(desk, page) == 1
    assert "copy_removed" in events_of(desk, number)
    assert pages(desk.omar, number)[0].click("Acknowledge").acked
    desk.settle()
    assert "page_acknowledged" in events_of(desk, number)


def test_a_copy_in_a_channel_that_is_archived_meanwhile_goes_when_it_is_back(
    desk: DeskInTest,
) -> None:
    desk.sandbox.faults.late(POST, seconds=60, channel=TEAM_IT)
    opens(desk)
    live(desk, seconds=70)
    card, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    assert copies(desk, card) == 2
    desk.sandbox.admin.archive(TEAM_IT)
    live(desk, minutes=5)
    desk.sandbox.admin.unarchive(TEAM_IT)
    assert copies(desk, card) == 2
    live(desk, minutes=11)
    assert copies(desk, card) == 1
    assert "is archived" in heard(desk.ada)


def test_the_copy_that_stays_shows_what_happened_meanwhile(desk: DeskInTest) -> None:
    """History shows the first one only after the desk has posted, and changed, another."""
    desk.sandbox.faults.hang_up_after(POST, channel=TEAM_IT)
    desk.sandbox.faults.history_lag = timedelta(seconds=60)
    opens(desk)
    live(desk, seconds=35)
    card, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    assert copies(desk, card) == 2
    assert desk.card(desk.john, 1, "#help-desk").click("Claim").acked
    desk.clock.skip(SECOND)
    with desk.store.transaction() as session:  # the line under the card is of no interest here
        for line in session.query(OutboxMessage).filter_by(kind=Kind.LINE):
            line.state = "dropped"
    live(desk, minutes=4)
    assert copies(desk, card) == 1
    kept, *_ = promises(desk, Kind.CARD, channel=TEAM_IT)
    assert kept.slack_ts == desk.john.sees("#team-it")[0].ts
    assert "With @John" in desk.card(desk.john, 1, "#team-it").text
    assert events_of(desk, 1).count("copy_removed") == 1


def test_the_copy_under_which_people_wrote_stays(desk: DeskInTest) -> None:
    desk.sandbox.faults.hang_up_after(POST, channel=TEAM_IT)
    desk.sandbox.faults.history_lag = timedelta(seconds=60)
    opens(desk)
    live(desk, seconds=35)
    first, second = desk.john.sees("#team-it")
    desk.john.says("On my way", "#team-it", second)
    live(desk, minutes=4)
    (kept,) = desk.john.sees("#team-it")
    assert kept.ts == second.ts != first.ts
    assert "On my way" in thread_of(desk, desk.john, 1)


def test_a_redraw_that_slack_does_a_minute_late_is_drawn_over(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "Printer on fire")
    patient(desk)
    desk.sandbox.faults.late(UPDATE, seconds=60, channel=TEAM_IT)
    assert desk.card(desk.john, number, "#team-it").click("Claim").acked
    live(desk, seconds=10)
    assert desk.card(desk.john, number, "#team-it").choose("More…", "Release").acked
    live(desk, seconds=10)
    assert "With @John" not in desk.card(desk.john, number, "#team-it").text
    live(desk, seconds=50)
    assert "With @John" in desk.card(desk.john, number, "#team-it").text  # Slack did it now
    live(desk, minutes=3)
    assert "With @John" not in desk.card(desk.john, number, "#team-it").text
