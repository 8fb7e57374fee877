"""What Slack will never take: nothing goes out without what it belongs under, and who can mend it
is told.
"""

from typing import Final

import pytest
from sqlalchemy import URL

from handlers.views import lines
from handlers.views.words import spoken
from sandbox.seen import SeenMessage
from store import audit, outbox, resending
from store.audit import Event
from store.database import Store
from store.kinds import Kind
from store.models import Delivery, Ticket
from store.rules.errors import NotAllowed
from tests.bot.setting import JOHN
from tests.desk import DeskInTest
from tests.faults.clicks import events_of, open_tickets
from tests.faults.sending import POST, TEAM_IT, alarms, calls, live, promises, states
from tests.on_call.setting import policy, second_desk
from tests.stories.acts import begins, heard, sends, thread_of

ADA: Final = "U0ADA000009"


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
    has_them_sent_again(desk)


def has_them_sent_again(desk: DeskInTest) -> None:
    """By a button of the message that told what to mend; the first time too early."""

    def presses() -> str:
        assert told_ada(desk).click("Send them again").acked
        live(desk, seconds=20)
        return told_ada(desk).text

    kinds = (Kind.CARD, Kind.LINE, Kind.ENTRY)
    with desk.store.transaction() as session, pytest.raises(NotAllowed, match="admins"):
        resending.send_again(session, "is_archived", TEAM_IT, by=JOHN, at=desk.clock.now())
    desk.sandbox.faults.refuse(POST, "is_archived", channel="#team-it")
    desk.sandbox.faults.duplicate("interactive")
    for state in (Delivery.REFUSED, Delivery.SENT):
        told = presses()
        assert "is archived. Unarchive it" in told
        assert "@Ada Nobody: 4 messages that Slack had refused there will be sent again" in told
        lane = promises(desk, *kinds, channel=TEAM_IT)
        assert states([m for m in lane if m.ticket_id == 1]) == {state}
    assert "With @John" in desk.card(desk.john, 1, "#team-it").text
    assert "Almost there" in thread_of(desk, desk.john, 1)
    assert "nothing waits: all of it is in Slack" in presses()
    assert "4 messages" not in told_ada(desk).text
    with desk.store.snapshot() as session:
        events = [e for e in audit.history(session, 1) if e.kind == Event.DELIVERY_RETRIED]
        said = [spoken(lines.line(e, session.policy, lines.mentioned)) for e in events]
    assert said == [f"<@{ADA}> had a message to channel {TEAM_IT} sent again"] * 2
    assert alarms(desk) == {}


def told_ada(desk: DeskInTest) -> SeenMessage:
    """What the admin was told of the channel."""
    (told,) = [seen for seen in desk.ada.dm if "is archived" in seen.text]
    return told


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


@pytest.mark.parametrize("has_card_there", [False, True])
def test_sent_again_it_goes_where_the_team_is_now(
    desk: DeskInTest, database: URL, *, has_card_there: bool
) -> None:
    refuses_the_card(desk)
    desk.sandbox.admin.archive("#team-it")
    store = Store(database, policy((f'channel = "{TEAM_IT}"', 'channel = "C0ONCALL005"')))
    moved = second_desk(desk, store)
    if has_card_there:
        with store.transaction() as session:
            ticket = session.get_one(Ticket, 1)
            outbox.post_cards(session, ticket, at=desk.clock.now())
        moved.deliver(desk.clock.skip)
    with store.transaction() as session:
        resending.send_again(session, "is_archived", TEAM_IT, by=ADA, at=desk.clock.now())
    moved.deliver(desk.clock.skip)
    card, *others = [seen for seen in desk.omar.sees("#on-call") if seen.text.startswith("#1 ")]
    assert others == []
    said = "\n".join(reply.text for reply in card.thread)
    assert "claimed it" in said
    assert said.index("On my way") < said.index("Almost there")
    failed = promises(desk, channel=TEAM_IT)
    assert states([m for m in failed if m.kind in {Kind.LINE, Kind.ENTRY}]) == set()
    store.close()
