"""An edited policy moves the deadlines of open tickets, once; closed ones stay as they were."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import URL, text

from store import policy_edits, telling
from store.audit import Event
from store.database import Store
from store.kinds import Priority
from store.rules.policy_file import load_policy
from tests.bench.crowd import crowd
from tests.bench.population import NOW
from tests.bench.processes import POLICY
from tests.clock.asking import claims, does, events, heard, moves, target, targets
from tests.desk import DEMO_POLICY, DeskInTest, modal_of

HOUR = timedelta(hours=1)
LATE_START = DEMO_POLICY.replace("08:00-17:00", "09:00-17:00")
LONGER = DEMO_POLICY.replace('resolution = "18 h"', 'resolution = "20 h"')


@contextmanager
def edited(desk: DeskInTest, toml: str) -> Iterator[Store]:
    """The desk's database under another deskbell.toml."""
    store = Store(desk.store.url, load_policy(toml))
    yield store
    store.close()


def follows(desk: DeskInTest, toml: str) -> int:
    """Start with another deskbell.toml. Return how many tickets had to follow."""
    with edited(desk, toml) as store:
        count = policy_edits.follow(store, at=desk.clock.now())
        while policy_edits.tell_requesters(store, at=desk.clock.now()):
            pass
    desk.settle()
    return count


def opened(desk: DeskInTest, summary: str = "The printer eats paper") -> int:
    """A ticket of Karen's with John."""
    number = desk.opens(desk.karen, summary, Details="Since this morning.")
    claims(desk, desk.john, number)
    return number


def test_open_tickets_follow_and_everybody_hears_once(desk: DeskInTest) -> None:
    one, two = opened(desk), opened(desk, "The scanner sleeps")
    said = len(heard(desk.karen, one))
    before = target(desk, one).due_at
    assert before is not None
    assert follows(desk, LATE_START) == 2
    after = target(desk, one).due_at
    assert after == before + 2 * HOUR  # 7 + 8 + 3 hours, where it was 7 + 9 + 2
    assert ("resolution", before, after, "policy") in moves(desk, one)
    (news,) = heard(desk.karen, one)[said:]
    assert "Our hours or promises have changed" in news
    assert "Solution by Wednesday, November 18th 12:00 PM" in news
    (told,) = [m for m in desk.john.dm if "hours or promises changed" in m.text]
    assert f"#{one}" in told.text
    assert f"#{two}" in told.text
    assert "It was" in told.text


def test_a_second_start_has_nothing_to_do_and_the_way_back_has(desk: DeskInTest) -> None:
    number = opened(desk)
    before = target(desk, number).due_at
    assert follows(desk, DEMO_POLICY) == 0
    assert follows(desk, LONGER) == 1
    assert follows(desk, LONGER) == 0
    assert target(desk, number).length == 20 * HOUR
    assert follows(desk, DEMO_POLICY) == 1
    assert target(desk, number).due_at == before


def test_what_does_not_concern_clocks_moves_nothing(desk: DeskInTest) -> None:
    opened(desk)
    assert follows(desk, DEMO_POLICY.replace("IT Help Desk", "The Desk")) == 0


def test_closed_tickets_never_follow(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Close", **{"Why can it be closed?": "A duplicate"})
    before = target(desk, number).due_at
    assert follows(desk, LONGER) == 0
    assert target(desk, number).due_at == before
    assert events(desk, number, Event.DEADLINE_MOVED) == []


def test_a_ticket_that_was_resolved_meanwhile_follows_when_it_comes_back(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Resolve", **{"What was wrong?": "Foil", "What was done?": "Out"})
    follows(desk, LONGER)
    desk.restart(load_policy(LONGER))
    does(desk, desk.john, number, "Reopen", **{"Why is it opened again?": "Foil again"})
    assert target(desk, number).length == 20 * HOUR


def test_a_promise_that_is_made_no_more_is_withdrawn(desk: DeskInTest) -> None:
    number = opened(desk)
    does(desk, desk.john, number, "Reply", Reply="Which floor?")
    desk.karen.says("The third", thread=next(m for m in desk.karen.dm if "#1" in m.text))
    desk.settle()
    assert targets(desk, number, "next_response")[0].withdrawn_at is None
    follows(desk, DEMO_POLICY.replace('next_response = "4 h"\n', ""))
    assert targets(desk, number, "next_response")[0].withdrawn_at is not None
    desk.pass_time(hours=6)
    assert events(desk, number, Event.TARGET_MISSED) == []


def test_a_deadline_that_passed_under_the_new_hours_is_missed_at_the_next_tick(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    desk.pass_time(hours=3)
    follows(desk, DEMO_POLICY.replace('resolution = "18 h"', 'resolution = "5 h"')
            .replace('first_response = "4 h"', 'first_response = "2 h"'))  # fmt: skip
    assert events(desk, number, Event.TARGET_MISSED) == []
    desk.pass_time(minutes=1)
    missed = events(desk, number, Event.TARGET_MISSED)
    assert [event.changes["target"][1] for event in missed] == ["first_response"]


def test_severities_and_calendars_that_are_gone_leave_their_tickets_alone(
    desk: DeskInTest,
) -> None:
    number = opened(desk)
    before = target(desk, number).due_at
    toml = DEMO_POLICY.replace("[severities.sev_c]", "[severities.ordinary]")
    toml = toml.replace('default_severity = "sev_c"', 'default_severity = "ordinary"')
    toml = toml.replace("[calendars.office", "[calendars.open").replace('"office"', '"open"')
    assert follows(desk, toml) == 1
    assert target(desk, number).due_at == before
    assert target(desk, number).length == 18 * HOUR


def test_two_replicas_that_start_together_tell_everybody_once(desk: DeskInTest) -> None:
    numbers = [opened(desk, f"Printer {n}") for n in range(6)]
    said = [len(heard(desk.karen, number)) for number in numbers]
    at = desk.clock.now()
    with edited(desk, LATE_START) as one, edited(desk, LATE_START) as other:

        def starts(store: Store) -> None:
            policy_edits.follow(store, at=at)
            while policy_edits.tell_requesters(store, at=at):
                pass

        replicas = [threading.Thread(target=starts, args=(store,)) for store in (one, other)]
        for replica in replicas:
            replica.start()
        for replica in replicas:
            replica.join()
    desk.settle()
    for number, before in zip(numbers, said, strict=True):
        assert len(heard(desk.karen, number)) == before + 1
        moved = [kind for kind, *_, why in moves(desk, number) if why == "policy"]
        assert sorted(moved) == sorted(set(moved))
        assert "resolution" in moved
    assert len([m for m in desk.john.dm if "hours or promises changed" in m.text]) == 1


def test_requesters_hear_as_fast_as_slack_takes_it_and_cards_last_of_all(desk: DeskInTest) -> None:
    numbers = [opened(desk, f"Printer {n}") for n in range(3)]
    for number in numbers:
        does(desk, desk.john, number, "Reply", Reply="I look at it")
    with edited(desk, LATE_START) as store:
        policy_edits.follow(store, at=desk.clock.now())
        for _ in range(policy_edits.ENOUGH_WAITS):
            with store.transaction() as session:
                telling.tell_admins(session, "test", at=desk.clock.now() + HOUR)
        assert policy_edits.tell_requesters(store, at=desk.clock.now()) == 0
        with store.transaction() as session:
            session.execute(text("DELETE FROM outbox_message WHERE kind = 'admin'"))
        assert policy_edits.tell_requesters(store, at=desk.clock.now()) == 3
        assert policy_edits.tell_requesters(store, at=desk.clock.now()) == 0
    assert redraws(desk) == {number: {Priority.LATER} for number in numbers}
    desk.card(desk.jane, numbers[0]).choose("More…", "Add note")
    modal = modal_of(desk.jane)
    modal.fill("Note", "I look at it")
    assert not modal.submit().errors
    assert redraws(desk)[numbers[0]] == {Priority.REDRAW}
    assert redraws(desk)[numbers[1]] == {Priority.LATER}
    desk.settle()
    for number in numbers:
        assert "Wednesday, November 18th, 2026 12:00 PM" in desk.card(desk.john, number).text


def redraws(desk: DeskInTest) -> dict[int, set[int]]:
    """How urgent the waiting redraws of each ticket's cards are."""
    found: dict[int, set[int]] = {}
    with desk.store.snapshot() as session:
        for ticket, priority in session.execute(
            text("SELECT ticket_id, priority FROM outbox_message "
                 "WHERE kind = 'redraw' AND state = 'ready'")
        ):  # fmt: skip
            found.setdefault(ticket, set()).add(priority)
    return found


def clicks(store: Store, over: threading.Event, waited: list[float]) -> None:
    """Somebody presses buttons all the time; keep how long each had to wait."""
    while not over.wait(0.02):
        began = perf_counter()
        with store.transaction() as session:
            session.execute(text("UPDATE ticket SET urgency = 'seen' WHERE id = 1"))
        waited.append(perf_counter() - began)


@pytest.mark.long
def test_a_hundred_thousand_tickets_follow_within_a_minute_and_hold_up_nobody(
    database: URL,
) -> None:
    size = 100_000
    before = POLICY.read_text("utf-8")
    crowd(database, tickets=size, clocks=load_policy(before).clocks)
    store = Store(database, load_policy(before.replace("08:00-17:00", "09:00-17:00")))
    over = threading.Event()
    waited: list[float] = []
    clicking = threading.Thread(target=clicks, args=(store, over, waited))
    clicking.start()
    began = perf_counter()
    assert policy_edits.follow(store, at=NOW) == size
    took = perf_counter() - began
    over.set()
    clicking.join()
    store.close()
    assert took <= 60, took
    assert sorted(waited)[int(len(waited) * 0.99)] <= 0.3
