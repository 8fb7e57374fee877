"""From what the store has promised to the message that goes out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL, select

from handlers.drawing import draw
from handlers.drawn import Drawing
from sandbox.block_kit.check import check_message, check_view
from store import (
    bundles,
    conversation,
    doors,
    helping,
    intake,
    origins,
    outbox,
    replying,
    resolution,
    telling,
    together,
    transcripts,
    triage,
)
from store.bundles import Item
from store.database import DeskSession, Store
from store.kinds import CARD_ROLE, Audience, Kind, News, Priority
from store.models import Note, OutboxMessage, Target, Ticket
from store.origins import Origin
from store.rules.lifecycle import Status
from tests.views.sample import JANE, JOHN, KAREN, NASTY, NOW, POLICY, texts

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def session(database: URL) -> Iterator[DeskSession]:
    """A transaction in which ticket 1 has just been opened by Karen."""
    store = Store(database, POLICY)
    with store.transaction() as opened:
        intake.open_ticket(
            opened, requester=KAREN, topic="outage", summary=NASTY[:150], details=NASTY * 30,
            answers={"What does not work, and for whom?": NASTY}, by=KAREN, at=NOW,
        )  # fmt: skip
        yield opened
    store.close()


OF_FILES = {Kind.FILE_COPY, Kind.FILES}
ON_DUTY = {Kind.DUTY, Kind.DUTY_REDRAW, Kind.USER_GROUP}
"""About being on call rather than about a ticket: tests/on_call sees them."""


def promised(session: DeskSession, kind: Kind) -> list[OutboxMessage]:
    """What was promised of that kind, oldest first."""
    return list(
        session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
        )
    )


def live_through_it(session: DeskSession) -> None:
    """A life with a promise of every common kind."""
    triage.claim(session, 1, by=JOHN, at=LATER)
    together.declare(session, 1, title="Broken", channel="C0GENERAL01", by=JOHN, at=LATER)
    replying.reply(session, 1, text=NASTY, by=JOHN, at=LATER)
    unsaid = replying.reply(session, 1, text="internal: oops", by=JOHN, at=LATER)
    outbox.write(session)
    replying.undo(session, unsaid.id, by=JOHN, at=LATER)
    conversation.note(session, 1, text="internal: " + NASTY, by=JANE, at=LATER)
    asked = helping.ask(session, 1, question="internal: up?", team="banking", by=JOHN, at=LATER)
    helping.answer(session, asked.id, text="internal: it is", by=JANE, at=LATER)
    which = replying.reply(session, 1, text="Which one?", sets=Status.WAITING, by=JOHN, at=LATER)
    replying.send(session, session.get_one(Ticket, 1), which, at=LATER)
    conversation.answer(session, 1, text="That one", by=KAREN, at=LATER)
    triage.assign(session, 1, to=JANE, note="internal: hers now", by=JOHN, at=LATER)
    triage.escalate(session, 1, team="banking", reason="internal: deep", by=JANE, at=LATER)
    triage.claim(session, 1, by=JANE, at=LATER)
    conversation.hold(
        session, 1, reason="internal: a part", waits_for="internal: Acme", by=JANE, at=LATER
    )
    conversation.resume(session, 1, by=JANE, at=LATER)
    resolution.resolve(
        session, 1, cause="internal: foil", fix="internal: out", reply="Done", by=JANE, at=LATER
    )
    resolution.confirm(session, 1, by=KAREN, at=LATER)
    transcripts.ask(session, 1, form="md", by=KAREN, at=LATER)
    transcripts.ask(session, 1, form="html", by=JANE, at=LATER)
    outbox.redraw_home(session, JOHN, at=LATER)
    outbox.redraw_home(session, KAREN, at=LATER)
    telling.tell_admins(session, "is_archived", at=LATER, place="C0TEAMIT003", ticket=1)
    conversation.keep_stray(session, person=KAREN, channel="D1", ts="1.0", text="hm", at=LATER)
    doors.point(session, "C0GENERAL01", "2.0", by=JOHN, at=LATER)
    origin = origins.of(session, "C0GENERAL01", "2.0")
    assert origin is not None
    said = Origin("C0GENERAL01", "2.0", None, KAREN)
    doors.found(session, origin, said, summary=NASTY[:150], details=NASTY, at=LATER)
    doors.point(session, "C0GENERAL01", "2.0", by=JANE, at=LATER)
    outbox.write(session)


def test_everything_promised_in_a_whole_life_can_be_drawn(session: DeskSession) -> None:
    live_through_it(session)
    kinds = set()
    for message in session.scalars(select(OutboxMessage)):
        drawing = draw(session, message, at=LATER)
        if drawing is None:
            continue
        kinds.add(message.kind)
        if drawing.origin is not None:
            continue
        if drawing.view is not None:
            assert check_view(drawing.view) == []
        else:
            assert check_message(drawing.blocks) == []
            assert 0 < len(drawing.text) < 4000
    assert kinds >= set(Kind) - {
        Kind.CLOCK,
        Kind.DIGEST,
        Kind.STORM,
        Kind.HANDOFF_REDRAW,
        Kind.QUEUE_NOTICE,
        Kind.REDRAW,
        *OF_FILES,
        *ON_DUTY,
    }


def test_nothing_internal_is_drawn_for_the_requester(session: DeskSession) -> None:
    live_through_it(session)
    heard = [m for m in session.scalars(select(OutboxMessage)) if m.channel == KAREN]
    assert len(heard) > 8
    for message in heard:
        drawing = draw(session, message, at=LATER) or Drawing()
        assert "internal" not in drawing.text + texts(drawing.blocks) + texts(drawing.view)


def test_a_note_is_not_drawn_for_the_requester_even_if_the_outbox_asks_for_it(
    session: DeskSession,
) -> None:
    triage.claim(session, 1, by=JOHN, at=LATER)
    note = conversation.note(session, 1, text="internal", by=JOHN, at=LATER)
    assert isinstance(note, Note)
    outbox.add(
        session, Kind.NEWS, audience=Audience.REQUESTER, channel=KAREN, at=LATER,
        priority=Priority.REPLY, ticket_id=1, news=News.REPLY.value, entry=note.id,
    )  # fmt: skip
    outbox.write(session)
    with pytest.raises(AssertionError):
        draw(session, promised(session, Kind.NEWS)[-1], at=LATER)


def test_a_card_in_a_channel_that_lost_the_ticket_says_where_it_went(
    session: DeskSession,
) -> None:
    triage.hand_to_team(session, 1, team="banking", note="theirs", by=JOHN, at=LATER)
    outbox.write(session)
    left = next(m for m in promised(session, Kind.CARD) if m.channel == "C0TEAMIT003")
    drawing = draw(session, left, at=LATER)
    assert drawing is not None
    assert "Now with *Online Banking*" in texts(drawing.blocks)
    assert all(block["type"] != "actions" for block in drawing.blocks)


def test_a_reminder_is_worth_saying_to_the_assignee_of_an_open_unanswered_ticket_only(
    session: DeskSession,
) -> None:
    triage.claim(session, 1, by=JOHN, at=LATER)
    target = session.scalars(select(Target).where(Target.kind == "resolution")).one()
    item = Item(target=target.id, what="reminder", role="assignee")
    bundles.add(session, {JOHN: [item], JANE: [item]}, at=LATER, causes={})
    outbox.write(session)
    johns, janes = promised(session, Kind.CLOCK)[-2:]
    assert draw(session, johns, at=LATER) is not None
    assert draw(session, janes, at=LATER) is None
    resolution.resolve(session, 1, cause="c", fix="f", by=JOHN, at=LATER)
    assert draw(session, johns, at=LATER) is None


def test_a_notice_to_the_queue_is_shown_in_its_channel_too(session: DeskSession) -> None:
    target = session.scalars(select(Target).where(Target.kind == "resolution")).one()
    outbox.add(
        session, Kind.QUEUE_NOTICE, audience=Audience.AGENTS, channel="C0TEAMIT003", at=LATER,
        priority=Priority.REMINDER, ticket_id=1, thread=CARD_ROLE, target=target.id,
    )  # fmt: skip
    outbox.write(session)
    drawing = draw(session, promised(session, Kind.QUEUE_NOTICE)[0], at=LATER)
    assert drawing is not None
    assert drawing.broadcast


def test_a_question_about_a_stray_message_is_not_asked_once_it_is_answered(
    session: DeskSession,
) -> None:
    kept = conversation.keep_stray(
        session, person=KAREN, channel="D1", ts="1.0", text="also this", at=LATER
    )
    outbox.write(session)
    question = promised(session, Kind.STRAY)[0]
    assert draw(session, question, at=LATER) is not None
    conversation.place_stray(session, kept.id, 1, by=KAREN, at=LATER)
    assert draw(session, question, at=LATER) is None
