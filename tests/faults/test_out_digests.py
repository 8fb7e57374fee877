"""Nobody is flooded: what many tickets have to say at once is one message, and nothing that a
person wrote, that pages or that a requester is to hear ever goes into it.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import conversation, digests, triage
from store.audit import Event
from store.kinds import Kind, Priority
from store.models import Alarm, AuditEvent, Delivery
from tests.desk import DeskInTest
from tests.faults.clicks import open_tickets
from tests.faults.sending import POST, SECOND, TEAM_IT, live, out_of_order, promises, states
from tests.on_call.setting import OUTAGE
from tests.stories.acts import begins, sends

FLOOD = 12


def claims(desk: DeskInTest, *numbers: int) -> None:
    """John takes and releases them, which nobody needs to read one by one."""
    for number in numbers:
        for turn in (triage.claim, triage.release):
            with desk.store.transaction() as session:
                turn(session, number, by=desk.john.user.id, at=desk.clock.now())


def texts(desk: DeskInTest, channel: str) -> list[str]:
    """Everything the channel shows, in its threads too."""
    shown = desk.john.sees(channel)
    return [m.text for m in shown] + [line.text for m in shown for line in m.thread]


@pytest.mark.parametrize("count", [12, pytest.param(250, marks=pytest.mark.long)])
def test_six_hours_of_deadlines_are_told_within_seconds_in_one_message_a_place(
    desk: DeskInTest, count: int
) -> None:
    numbers = open_tickets(desk, count)
    desk.settle()
    while any(m.sent_at is None for m in promises(desk)):
        desk.settle()
    before = len(promises(desk))
    with desk.store.snapshot() as session:
        armed = session.scalars(select(Alarm.due_at).where(Alarm.state == "armed")).all()
    desk.clock.set(max(armed) + timedelta(hours=6))  # nobody ran the desk meanwhile
    started = desk.clock.now()
    live(desk, seconds=10)

    with desk.store.snapshot() as session:
        rung = session.scalars(select(Alarm).where(Alarm.state == "rung")).all()
        kinds = session.execute(select(AuditEvent.ticket_id, AuditEvent.kind)).all()
        late = [each for each in rung if each.kind == "breach"]
        assert {each.ticket_id for each in late} == set(numbers)
        assert all(
            each.rung_at and each.due_at <= each.rung_at <= started + 10 * SECOND for each in rung
        )
    told = [kind for ticket, kind in kinds if ticket == numbers[0]]
    assert Event.TARGET_MISSED in told
    assert Event.REMINDED not in told
    new = promises(desk)[before:]
    per_place = [m for m in new if m.channel == TEAM_IT and m.sent_at is not None]
    (digest,) = [m for m in per_place if m.kind == Kind.DIGEST]
    assert set(digest.about["tickets"]) == set(numbers)
    assert [m for m in per_place if m.kind == Kind.QUEUE_NOTICE] == []
    assert {m.state for m in new if m.kind == Kind.QUEUE_NOTICE} == {Delivery.DROPPED}
    (shown,) = [text for text in texts(desk, "#team-it") if "came at once" in text]
    assert f"{count} tickets" in shown


def test_a_channel_that_was_shut_hears_what_happened_in_one_message_but_every_word(
    desk: DeskInTest,
) -> None:
    begins(desk.karen, "/ticket Nothing works")
    assert sends(desk.karen, **OUTAGE) == {}
    sev_a = desk.newest_ticket()
    numbers = open_tickets(desk, FLOOD)
    desk.settle()
    desk.sandbox.faults.rate_limit(POST, seconds=90, channel="#team-it")
    claims(desk, *numbers, sev_a)
    with desk.store.transaction() as session:
        conversation.note(
            session, numbers[0], text="The fuse is gone", by=desk.john.user.id,
            at=desk.clock.now(),
        )  # fmt: skip
        reason = "Needs a soldering iron"
        triage.escalate(
            session, numbers[1], severity="sev_b", reason=reason,
            by=desk.john.user.id, at=desk.clock.now(),
        )  # fmt: skip
    live(desk, seconds=50)
    assert promises(desk, Kind.DIGEST) == []
    live(desk, seconds=30)
    (digest,) = promises(desk, Kind.DIGEST)
    assert digest.about["notices"] == 2 * FLOOD  # also the one that Slack did not take
    while any(m.sent_at is None and m.state != Delivery.DROPPED for m in promises(desk)):
        live(desk, seconds=30)

    said = texts(desk, "#team-it")
    assert sum("came at once" in text for text in said) == 1
    assert any("The fuse is gone" in text for text in said)
    assert any(reason in text for text in said)
    lines = [m for m in promises(desk, Kind.LINE) if m.ticket_id == sev_a]
    assert states(lines) == {Delivery.SENT}
    assert {m.kind for m in promises(desk) if m.error == "in a digest"} == {Kind.LINE}
    assert states(promises(desk, Kind.PAGE, Kind.ENTRY)) == {Delivery.SENT}
    assert out_of_order(promises(desk)) == []


def test_what_comes_while_a_digest_waits_joins_it_and_two_replicas_take_nothing_twice(
    desk: DeskInTest,
) -> None:
    numbers = open_tickets(desk, FLOOD)
    claims(desk, *numbers)
    at = desk.clock.now() + timedelta(seconds=61)
    assert digests.gather(desk.store, at=at) == 2 * FLOOD
    assert digests.gather(desk.store, at=at) == 0
    desk.clock.skip(timedelta(seconds=1))
    claims(desk, numbers[0])
    assert digests.gather(desk.store, at=at) == 0  # not late yet
    assert digests.gather(desk.store, at=at + timedelta(seconds=5)) == 2
    (digest,) = promises(desk, Kind.DIGEST)
    assert digest.about == {"tickets": numbers, "more": 0, "notices": 2 * FLOOD + 2}
    assert digest.priority == Priority.NOTICE
    assert states(promises(desk, Kind.LINE)) == {Delivery.DROPPED}


def test_a_few_late_notices_are_still_told_one_by_one(desk: DeskInTest) -> None:
    numbers = open_tickets(desk, 2)
    claims(desk, *numbers)
    assert digests.gather(desk.store, at=desk.clock.now() + timedelta(minutes=5)) == 0
    assert states(promises(desk, Kind.LINE)) == {Delivery.READY}
