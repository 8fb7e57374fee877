"""The checker itself can fail: every sin is seen in a history that was made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.soak.checker import Sin, check
from tests.soak.history import Alarm, Done, Found, History, Line, Outcome, Post, Promise, read

JOHN, JANE = "U0JOHN00004", "U0JANE00005"


def line(number: int, outcome: Outcome, word: str = "", operation: str = "note") -> Line:
    return Line(number, float(number), "p1", outcome, operation, JOHN, ticket=1, word=word)


def done(seq: int, kind: str = "noted", word: str = "", **changes: list[str | None]) -> Done:
    return Done(1, seq, kind, JOHN, dict(changes), word)


def promise(number: int, state: str = "sent", *, repeatable: bool = False) -> Promise:
    return Promise(number, f"k{number}", "1:C1", state, repeatable)


def post(number: int, ts: str = "") -> Post:
    return Post(f"k{number}", "C1", ts or f"1000.00000{number}")


GOOD_HISTORY = [
    line(1, Outcome.INVOKE, operation="Claim"),
    line(1, Outcome.OK, operation="Claim"),
    line(2, Outcome.INVOKE, "w2"),
    line(2, Outcome.OK, "w2"),
    line(3, Outcome.INVOKE, "w3"),
    line(3, Outcome.UNKNOWN, "w3"),
    line(4, Outcome.INVOKE, "w4"),
    line(4, Outcome.FAILED, "w4"),
    line(5, Outcome.INVOKE, "w5"),
]


def good() -> Found:
    return Found(
        events=[
            done(1, "opened"),
            done(2, "claimed", status=["new", "in_progress"], assignee=[None, JOHN]),
            done(3, word="w2"),
            done(4, word="w5"),
        ],
        promises=[promise(1), promise(2), promise(3, "dropped"), promise(4, repeatable=True)],
        posts=[post(1), post(2)],
        tickets={1: {"status": "in_progress", "assignee": JOHN, "severity": "c", "team": "it"}},
        alarms=[
            Alarm(1, "reminder"),
            Alarm(1, "breach"),
            Alarm(1, "later", rang=False, is_due=False),
        ],
    )


def sins(history: list[Line], found: Found) -> set[Sin]:
    return {finding.sin for finding in check(history, found)}


def test_a_good_history_has_nothing_wrong_with_it() -> None:
    assert check(GOOD_HISTORY, good()) == []


def test_what_was_answered_yes_and_is_not_there_is_lost() -> None:
    found = good()
    found.events[2] = done(3)
    assert sins(GOOD_HISTORY, found) == {Sin.LOST}


def test_a_finding_says_what_it_is_about_and_when_it_was_answered() -> None:
    found = good()
    found.events[2] = done(3)
    (finding,) = check(GOOD_HISTORY, found)
    assert finding.at == 2.0
    assert finding.told == "p1: note 'w2' on #1 was answered ok and never happened"


def test_a_claim_that_was_answered_yes_and_is_not_there_is_lost() -> None:
    found = good()
    found.events[1] = replace(found.events[1], kind="assigned")
    assert sins(GOOD_HISTORY, found) == {Sin.LOST}


def test_a_claim_that_was_answered_no_and_is_there_is_a_phantom() -> None:
    history = [replace(one, outcome=Outcome.FAILED) for one in GOOD_HISTORY[:2]]
    assert sins([*history, *GOOD_HISTORY[2:]], good()) == {Sin.PHANTOM}


def test_a_message_that_slack_has_and_the_desk_has_not_is_lost_whatever_slack_was_told() -> None:
    found = good()
    found.events[3] = done(4)
    history = [*GOOD_HISTORY[:-1], line(5, Outcome.UNKNOWN, "w5", operation="say")]
    assert sins(history, found) == {Sin.LOST}
    found.strays.add("w5")
    assert sins(history, found) == set()


@pytest.mark.parametrize("word", ["w2", "w3", "w5"])
def test_what_is_there_twice_is_doubled_whatever_the_answer(word: str) -> None:
    found = good()
    found.events = [*found.events[:3], done(4, word=word), done(5, word=word)]
    assert Sin.DOUBLED in sins(GOOD_HISTORY, found)


def test_what_was_answered_no_and_is_there_is_a_phantom() -> None:
    found = good()
    found.events.append(done(5, word="w4"))
    assert sins(GOOD_HISTORY, found) == {Sin.PHANTOM}


def test_what_nobody_did_is_a_phantom() -> None:
    found = good()
    found.events.append(done(5, word="who?"))
    assert sins(GOOD_HISTORY, found) == {Sin.PHANTOM}


def test_an_answered_action_that_stands_after_the_next_one_is_out_of_order() -> None:
    history = [*GOOD_HISTORY, line(6, Outcome.INVOKE, "w6"), line(6, Outcome.OK, "w6")]
    found = good()
    found.events[2], found.events[3] = done(3, word="w6"), done(4, word="w2")
    assert sins(history, found) == {Sin.OUT_OF_ORDER}


def test_a_reply_that_is_held_may_stand_after_what_was_said_later() -> None:
    said, reply = line(7, Outcome.OK, "w7"), line(6, Outcome.OK, "w6", operation="Reply")
    found = good()
    found.events += [done(5, word="w7"), done(6, word="w6")]
    assert sins([*GOOD_HISTORY, reply, said], found) == set()


@pytest.mark.parametrize("numbers", [[1, 2, 4], [1, 1, 2], [2, 3, 4]])
def test_numbers_that_are_missing_or_doubled_are_gaps(numbers: list[int]) -> None:
    found = Found(events=[done(number) for number in numbers])
    assert sins([], found) == {Sin.GAP}


def test_a_claim_of_what_somebody_has_is_a_double_winner() -> None:
    found = good()
    second = done(5, "claimed", assignee=[JOHN, JANE])
    found.events.append(replace(second, actor=JANE))
    found.tickets[1]["assignee"] = JANE
    hers = replace(line(6, Outcome.OK, operation="Claim"), actor=JANE)
    assert sins([*GOOD_HISTORY, hers], found) == {Sin.DOUBLE_WINNER}


def test_a_change_that_does_not_begin_where_the_last_one_ended_contradicts_it() -> None:
    found = good()
    found.events.append(done(5, "held", status=["waiting", "on_hold"]))
    found.tickets[1]["status"] = "on_hold"
    assert sins(GOOD_HISTORY, found) == {Sin.CONTRADICTION}


@pytest.mark.parametrize("fact", ["status", "assignee"])
def test_a_ticket_that_is_not_what_its_events_say_is_a_contradiction(fact: str) -> None:
    found = good()
    found.tickets[1][fact] = "somewhere else"
    assert sins(GOOD_HISTORY, found) == {Sin.CONTRADICTION}


def test_a_new_ticket_that_somebody_has_is_a_contradiction() -> None:
    found = Found(tickets={1: {"status": "new", "assignee": JOHN}}, events=[done(1)])
    assert sins([], found) == {Sin.CONTRADICTION}


@pytest.mark.parametrize("state", ["ready", "sending", "unsure", "refused"])
def test_a_promise_that_never_came_to_an_end_is_lost(state: str) -> None:
    found = good()
    found.promises.append(promise(5, state))
    assert sins(GOOD_HISTORY, found) == {Sin.LOST}


def test_a_promise_that_is_said_to_be_kept_but_is_not_in_slack_is_lost() -> None:
    found = good()
    del found.posts[1]
    assert sins(GOOD_HISTORY, found) == {Sin.LOST}


def test_a_key_that_is_in_slack_twice_is_doubled() -> None:
    found = good()
    found.posts.append(post(1, "1000.000009"))
    assert Sin.DOUBLED in sins(GOOD_HISTORY, found)


def test_a_post_that_nobody_promised_is_a_phantom() -> None:
    found = good()
    found.posts.append(post(9))
    assert sins(GOOD_HISTORY, found) == {Sin.PHANTOM}


def test_posts_of_one_lane_in_another_order_are_out_of_order() -> None:
    found = good()
    found.posts = [post(1, "1000.000002"), post(2, "1000.000001")]
    assert sins(GOOD_HISTORY, found) == {Sin.OUT_OF_ORDER}


def test_an_alarm_that_rang_twice_is_doubled() -> None:
    found = good()
    found.alarms.append(Alarm(1, "breach"))
    assert sins(GOOD_HISTORY, found) == {Sin.DOUBLED}


def test_an_alarm_whose_moment_has_passed_and_that_never_rang_is_lost() -> None:
    found = good()
    found.alarms[1] = Alarm(1, "breach", rang=False)
    assert sins(GOOD_HISTORY, found) == {Sin.LOST}


def test_a_history_is_written_down_and_read_again(tmp_path: Path) -> None:
    times = iter([1.0, 2.0, 3.0, 4.0])
    with History(tmp_path / "history", lambda: next(times)) as history:
        with history.attempt("p1", "claim", JOHN, ticket=1) as attempt:
            attempt.outcome = Outcome.OK
        with (
            pytest.raises(ConnectionError),
            history.attempt("p1", "note", JOHN, ticket=1, word="w"),
        ):
            raise ConnectionError
    assert [(one.number, one.at, one.outcome) for one in read(tmp_path / "history")] == [
        (1, 1.0, Outcome.INVOKE),
        (1, 2.0, Outcome.OK),
        (2, 3.0, Outcome.INVOKE),
        (2, 4.0, Outcome.UNKNOWN),
    ]
