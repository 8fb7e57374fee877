"""What a requester reads, and what never reaches them."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from handlers.views import detail
from handlers.views.bulletin import Bulletin
from handlers.views.requester import is_worth_saying, news, notification
from store.kinds import News
from store.models import Answer, Entry, Note, Reply
from store.rules.lifecycle import OPEN, Status
from tests.views.sample import (
    CHRIS,
    JOHN,
    KAREN,
    NASTY,
    NOW,
    POLICY,
    drawn,
    labels,
    mrkdwn_of,
    opened,
    targets,
    texts,
    ticket,
)

REPLY = Reply(id=1, ticket_id=42, author=JOHN, text=NASTY, at=NOW)
OVER = {Status.RESOLVED, Status.CLOSED}
WHEN_OVER = {
    News.RESOLVED: {Status.RESOLVED}, News.QUIET_WARNING: OVER, News.CLOSED: {Status.CLOSED},
    News.CLOSED_UNANSWERED: OVER, News.REOPEN_QUESTION: OVER, News.FOLLOW_UP: OVER,
}  # fmt: skip
"""What is said of a ticket that is over; once it is open again, the rest says what comes next."""
NOTE = Note(id=2, ticket_id=42, author=JOHN, text="Karen again …", at=NOW)


def bulletin(status: Status = Status.IN_PROGRESS, **changed: Any) -> Bulletin:
    """News about a ticket in that status, for Karen."""
    return Bulletin(
        ticket=ticket(status, **changed),
        policy=POLICY,
        targets=targets(),
        reader=KAREN,
        incident="Banking is down",
        other="#7",
        zone="Europe/Berlin",
        at=NOW,
        promised_at=NOW,
    )


@pytest.mark.parametrize("what", News)
def test_all_news_keep_slacks_limits_and_say_the_number(what: News) -> None:
    for status, words in product(Status, [None, REPLY]):
        told = replace(bulletin(status, summary=NASTY[:150], affected=CHRIS), words=words)
        shown = drawn(news(what, told))
        assert "#42" in texts(shown), status
        assert "#42" in notification(what, told), status
        assert len(notification(what, told)) < 4000, status


@pytest.mark.parametrize("what", [each for each in News if each is not News.LEFT])
def test_all_news_but_the_last_word_say_what_to_do_next(what: News) -> None:
    asks = ("in this thread", "need nothing from you", "Please send a link")
    for status in WHEN_OVER.get(what, OPEN):
        told = bulletin(status)
        shown = drawn(news(what, told))
        says_it = labels(shown) or any(words in texts(shown) for words in asks)
        assert says_it or not is_worth_saying(what, told), (status, texts(shown))


@pytest.mark.parametrize("what", News)
def test_no_news_tell_what_agents_write_for_each_other(what: News) -> None:
    for status in Status:
        told = bulletin(status, cause="user error, obviously", fix="explained it to her")
        assert "obviously" not in texts(drawn(news(what, told))), status
        assert "explained" not in texts(drawn(news(what, told))), status


def test_a_note_cannot_be_put_into_news_or_into_the_requesters_ticket() -> None:
    note: Any = NOTE
    with pytest.raises(TypeError, match="internal"):
        replace(bulletin(), words=note)
    with pytest.raises(TypeError, match="internal"):
        detail.for_requester(ticket(), POLICY, targets=[], conversation=[REPLY, note], at=NOW)


def test_an_entry_of_no_known_kind_is_refused_like_a_note() -> None:
    other: Any = Entry.__new__(Entry)
    with pytest.raises(TypeError):
        replace(bulletin(), words=other)


def test_received_says_number_summary_next_step_promises_and_how_to_add() -> None:
    shown = texts(drawn(news(News.RECEIVED, bulletin(Status.NEW))))
    for part in ("#42", "eats paper", "IT Support", "First answer", "Solution", "in this thread"):
        assert part in shown


def test_the_affected_person_reads_who_asked_for_them() -> None:
    theirs = replace(bulletin(Status.NEW, affected=CHRIS), reader=CHRIS)
    shown = drawn(news(News.RECEIVED, theirs))
    assert shown[0]["elements"][0]["elements"][0] == {"type": "user", "user_id": KAREN}
    assert "on your behalf" in texts(shown)


def test_is_it_fixed_is_asked_with_two_buttons_while_it_can_be_answered() -> None:
    asked = drawn(news(News.RESOLVED, bulletin(Status.RESOLVED)))
    assert labels(asked) == ["Yes, it's fixed", "Not yet"]
    assert labels(drawn(news(News.RESOLVED, bulletin(Status.CLOSED)))) == []
    assert labels(drawn(news(News.CLOSED, bulletin(Status.CLOSED)))) == [
        "1 ★", "2 ★", "3 ★", "4 ★", "5 ★", "It came back",
    ]  # fmt: skip


def test_promises_that_have_passed_are_not_made_again() -> None:
    late = replace(bulletin(), targets=targets(due=NOW))
    shown = texts(drawn(news(News.CLAIMED, late)))
    assert "First answer" not in shown
    assert "Solution" in shown


def test_news_that_were_overtaken_are_not_told() -> None:
    for what, status in (
        (News.NUDGE, Status.IN_PROGRESS),
        (News.QUIET_WARNING, Status.CLOSED),
        (News.ON_HOLD, Status.IN_PROGRESS),
        (News.RESUMED, Status.WAITING),
        (News.DELAYED, Status.RESOLVED),
        (News.CLAIMED, Status.NEW),
    ):
        assert not is_worth_saying(what, bulletin(status)), what
    for status in OPEN:
        assert is_worth_saying(News.REPLY, bulletin(status))


def test_what_an_agent_wrote_arrives_to_the_letter() -> None:
    shown = drawn(news(News.REPLY, replace(bulletin(), words=REPLY)))
    assert NASTY in texts(shown)
    assert all(text["verbatim"] for text in mrkdwn_of(shown))


def test_the_requesters_ticket_holds_the_conversation_but_no_notes_or_causes() -> None:
    answer = Answer(id=3, ticket_id=42, author=KAREN, text="It is the third floor", at=NOW)
    view = detail.for_requester(
        ticket(Status.RESOLVED), POLICY, targets=targets(), conversation=[REPLY, answer], at=NOW
    )
    shown = texts(opened(view))
    assert "third floor" in shown
    assert "foil" not in shown
