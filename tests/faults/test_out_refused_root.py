"""What Slack will never take: nothing goes out without what it belongs under, and who can mend it
is told.
"""

import pytest

from store.kinds import Kind
from store.models import Delivery
from tests.desk import DeskInTest
from tests.faults.clicks import events_of, open_tickets
from tests.faults.sending import POST, TEAM_IT, alarms, calls, live, promises, states
from tests.stories.acts import begins, heard, sends, thread_of


def says(desk: DeskInTest, choice: str, field: str, words: str) -> None:
    """John writes something, from the card in the queue."""
    card = desk.card(desk.john, 1, "#help-desk")
    pressed = card.click(choice) if choice in card.buttons else card.choose("More…", choice)
    assert pressed.acked
    assert sends(desk.john, **{field: words}) == {}
    live(desk, seconds=2)


def refuses_the_card(desk: DeskInTest) -> None:
    """While the channel has to wait, a line and two replies gather behind the card."""
    desk.sandbox.faults.rate_limit(POST, seconds=20, channel="#team-it")
    desk.sandbox.faults.refuse(POST, "is_archived", channel="#team-it")
    begins(desk.karen, "/ticket Printer on fire")
    assert sends(desk.karen) == {}
    live(desk, seconds=2)
    assert desk.card(desk.john, 1, "#help-desk").click("Claim").acked
    says(desk, "Reply", "Reply", "On my way")
    says(desk, "Reply", "Reply", "Almost there")
    open_tickets(desk, 1)
    live(desk, seconds=30)


def test_when_the_root_is_refused_nothing_of_its_thread_goes_out_and_others_do_not_notice(
    desk: DeskInTest,
) -> None:
    refuses_the_card(desk)
    lane = [m for m in promises(desk, channel=TEAM_IT) if m.ticket_id == 1]
    card, *rest = [m for m in lane if m.kind in {Kind.CARD, Kind.LINE, Kind.ENTRY}]
    assert (card.kind, card.state, card.error) == (Kind.CARD, Delivery.REFUSED, "is_archived")
    assert [m.kind for m in rest] == [Kind.LINE, Kind.ENTRY, Kind.ENTRY]
    assert states(rest) == {Delivery.REFUSED}
    assert {m.error for m in rest} == {"root refused: is_archived"}
    assert {m.attempts for m in rest} == {0}
    posted = [call for call in calls(desk, POST, TEAM_IT) if call.outcome == "ok"]
    assert ["#2" in str(call.payload["text"]) for call in posted] == [True]

    assert events_of(desk, 1).count("delivery_refused") == 1
    assert "delivery_refused" not in events_of(desk, 2)
    told = heard(desk.ada)
    assert told.count("is archived. Unarchive it") == 1
    assert "Ticket #1" in told
    assert "Almost there" in heard(desk.karen)
    assert "With @John" in desk.card(desk.john, 1, "#help-desk").text
    assert states([m for m in promises(desk) if m.ticket_id == 2]) == {Delivery.SENT}
    assert alarms(desk) == {}


@pytest.mark.parametrize(("choice", "field"), [("Reply", "Reply"), ("Add note", "Note")])
def test_once_that_is_mended_the_next_word_brings_the_card_back_and_goes_under_it(
    desk: DeskInTest, choice: str, field: str
) -> None:
    refuses_the_card(desk)
    says(desk, choice, field, "There now")
    desk.settle()
    assert "With @John" in desk.card(desk.john, 1, "#team-it").text
    assert "There now" in thread_of(desk, desk.john, 1)
    assert len(desk.john.sees("#team-it")) == 2
