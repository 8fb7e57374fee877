"""The database does not answer for some seconds: people hear that, in time, and how it ended."""

from datetime import timedelta

from sqlalchemy import URL

from bot.listeners import DEADLINE_SECONDS
from sandbox.faults import RESPONSE_URL
from store.rules.sentences.trouble import BUSY, DONE, LATE
from tests.desk import DeskInTest, modal_of
from tests.faults.clicks import (
    a_claim,
    assignees,
    busy_machine,
    claim_payload,
    deliveries,
    meanwhile,
    open_tickets,
    press_all,
    stuck,
    wait_until,
    whispers,
)

TO_ANSWER = 500
"""Milliseconds for a hundred answers after the desk's own deadline, on a machine of its own."""

NOT_SAVED = "not saved: the help desk"


def test_a_hundred_clicks_into_a_stuck_database_are_answered_in_time_and_none_is_lost(
    desk: DeskInTest, database: URL
) -> None:
    like = a_claim(desk)
    numbers = open_tickets(desk, 100)
    with busy_machine() as stretch, stuck(database):
        presses = press_all(desk, [claim_payload(desk, n, like=like) for n in numbers])
        assert all(press.result(10).ok for press in presses)  # nobody waited Slack's 3 s
        took = [entry.took_ms or 0 for entry in desk.sandbox.wire.of("block_actions")[-100:]]
        assert max(took) <= DEADLINE_SECONDS * 1000 + TO_ANSWER * stretch()

    def unsettled() -> int:
        said = whispers(desk)
        return sum(LATE in text for text in said) - sum(
            text in {DONE, BUSY} or NOT_SAVED in text for text in said
        )

    wait_until(lambda: len(whispers(desk)) >= 100 and unsettled() <= 0, 15)
    desk.desk.stop()
    claimed = [number for number, agent in assignees(desk, numbers).items() if agent]
    told_in_vain = [text for text in whispers(desk) if NOT_SAVED in text or text == BUSY]
    assert len(claimed) + len(told_in_vain) == 100


def test_a_form_that_is_late_makes_room_and_says_later_that_it_is_saved(
    desk: DeskInTest, database: URL
) -> None:
    karen = desk.karen
    karen.types("/ticket Printer on fire")
    form = modal_of(karen)
    with stuck(database), meanwhile(form.submit) as sending:
        assert sending.result(10).acked
        assert LATE in form.text
    wait_until(lambda: LATE not in form.text)
    if DONE in form.text:
        assert desk.newest_ticket() == 1
    else:  # the last try was over just before the lock went
        assert NOT_SAVED in form.text


def test_a_form_that_was_not_saved_comes_back_as_it_was_filled_in(
    desk: DeskInTest, database: URL
) -> None:
    karen = desk.karen
    karen.types("/ticket Printer on fire")
    form = modal_of(karen)
    form.fill("Details", "Flames a metre high")
    with stuck(database):
        form.submit()
        wait_until(lambda: NOT_SAVED in form.text, 8)
    again = modal_of(karen).submit()
    assert again.ok, again
    with desk.store.snapshot() as session:
        found = session.connection().exec_driver_sql("SELECT summary, details FROM ticket").all()
    assert [tuple(row) for row in found] == [("Printer on fire", "Flames a metre high")]


def test_an_event_is_not_acked_and_comes_again_when_the_database_is_back(
    desk: DeskInTest, database: URL
) -> None:
    desk.opens(desk.karen, "Printer on fire")
    root = desk.karen.dm[0]
    with stuck(database):
        desk.karen.says("Smoke, too", thread=root)
        assert deliveries(desk, "Smoke, too")[0] == "timeout"
    wait_until(lambda: deliveries(desk, "Smoke, too")[-1] != "waiting")
    desk.clock.skip(timedelta(seconds=61))
    wait_until(lambda: deliveries(desk, "Smoke, too")[-1] == "acked", 8)
    with desk.store.snapshot() as session:
        kept = "SELECT count(*) FROM entry WHERE text = 'Smoke, too'"
        assert session.connection().exec_driver_sql(kept).scalar() == 1


def test_a_refusal_that_reached_the_person_is_not_followed_by_not_saved_yet(
    desk: DeskInTest,
) -> None:
    number = desk.opens(desk.karen, "Printer on fire")
    before = desk.card(desk.jane, number).stale_copy()
    desk.card(desk.john, number).click("Claim")
    desk.settle()
    desk.sandbox.faults.slow(RESPONSE_URL, seconds=DEADLINE_SECONDS + 0.5)
    before.click("Claim")
    desk.desk.stop()
    [said] = whispers(desk)
    assert f"#{number}" in said
    assert said != LATE
