"""Several replicas change the same ticket at the same instant: one order, and one winner."""

from functools import partial
from itertools import combinations

import pytest
from sqlalchemy import URL, func, select

from store import conversation, people, resolution, triage
from store.audit import Event
from store.database import DeskSession
from store.kinds import Kind
from store.models import AuditEvent, GroupMember, OutboxMessage, Person, Ticket
from store.people import Profile
from store.rules.errors import AlreadyClaimed
from tests.faults.races import Change, at_once, open_ticket, outcome, state, stores
from tests.views.sample import JANE, JOHN, NOW


def claims(session: DeskSession, number: int, *, by: str = JOHN) -> None:
    triage.claim(session, number, by=by, at=NOW)


def resolves(session: DeskSession, number: int) -> None:
    resolution.resolve(
        session, number, cause="Foil", fix="Foil out", reply="It prints again.", by=JANE, at=NOW
    )


def reassigns(session: DeskSession, number: int) -> None:
    triage.assign(session, number, to=JANE, note="She knows it", by=JANE, at=NOW)


def holds(session: DeskSession, number: int) -> None:
    conversation.hold(session, number, reason="A part", waits_for="Acme", by=JANE, at=NOW)


def escalates(session: DeskSession, number: int) -> None:
    triage.escalate(session, number, severity="sev_b", reason="Many wait", by=JANE, at=NOW)


def releases(session: DeskSession, number: int) -> None:
    triage.release(session, number, by=JOHN, at=NOW)


CHANGES: list[Change] = [claims, resolves, reassigns, holds, escalates, releases]


@pytest.mark.parametrize("count", [10, pytest.param(300, marks=pytest.mark.long)])
def test_of_two_replicas_that_claim_at_the_same_instant_one_wins_and_the_other_hears_who(
    database: URL, count: int
) -> None:
    with stores(database, 2) as replicas:
        numbers = [open_ticket(replicas[0]) for _ in range(count)]
        both: list[Change] = [claims, partial(claims, by=JANE)]
        for number in numbers:
            assert sorted(at_once(replicas, both, number)) == ["AlreadyClaimed", "done"]
        with replicas[0].snapshot() as session:
            winners = {t.id: t.assignee for t in session.scalars(select(Ticket))}
            claimed = session.execute(
                select(AuditEvent.ticket_id, AuditEvent.actor).where(
                    AuditEvent.kind == Event.CLAIMED
                )
            ).all()
            redraws = session.execute(
                select(OutboxMessage.ticket_id, func.count())
                .where(OutboxMessage.kind == Kind.REDRAW)
                .group_by(OutboxMessage.ticket_id, OutboxMessage.channel)
            ).all()
        assert {tuple(row) for row in claimed} == set(winners.items())
        assert len(claimed) == count
        assert {times for _, times in redraws} <= {1}
        for number in numbers[:3]:
            loser = JANE if winners[number] == JOHN else JOHN
            with pytest.raises(AlreadyClaimed) as told, replicas[1].transaction() as session:
                claims(session, number, by=loser)
            assert str(winners[number]) in told.value.sentence


def test_whatever_two_replicas_do_at_once_ends_as_if_one_had_come_after_the_other(
    database: URL,
) -> None:
    with stores(database, 2) as replicas:
        first = replicas[0]
        for one, other in combinations(CHANGES, 2):
            allowed = []
            for order in ((one, other), (other, one)):
                twin = open_ticket(first)
                told = {change: outcome(first, change, twin) for change in order}
                allowed.append(([told[one], told[other]], state(first, twin)))
            raced = open_ticket(first)
            told_both = at_once(replicas, [one, other], raced)
            names = f"{one} and {other}"
            assert (told_both, state(first, raced)) in allowed, names


def test_replicas_that_read_a_user_group_at_the_same_instant_both_keep_it(database: URL) -> None:
    def reads(session: DeskSession, _number: int) -> None:
        people.set_group(session, "S0AGENTS", [JOHN, JANE])

    with stores(database, 3) as replicas:
        for _ in range(5):
            assert at_once(replicas, [reads] * 3, 0) == ["done"] * 3
        with replicas[0].snapshot() as session:
            kept = session.scalars(select(GroupMember.person).order_by(GroupMember.person)).all()
    assert kept == sorted([JOHN, JANE])


def test_replicas_that_start_together_and_read_the_same_profiles_keep_each_once(
    database: URL,
) -> None:
    profile = Profile(
        id="U0NEW000001", name="Nina Example", email="Nina@Example.com", title=None,
        timezone="UTC", is_bot=False, is_guest=False, is_foreign=False, is_active=True,
        synced_at=NOW,
    )  # fmt: skip

    both: list[Profile] = [profile, {**profile, "id": "U0NEW000002"}]

    def read(session: DeskSession, _number: int) -> None:
        people.remember(session, both)

    def read_backwards(session: DeskSession, _number: int) -> None:
        people.remember(session, both[::-1])

    with stores(database, 3) as replicas:
        for _ in range(2):  # the second time they are known
            assert at_once(replicas, [read, read_backwards, read], 0) == ["done"] * 3
        with replicas[0].snapshot() as session:
            found = session.scalars(select(Person).where(Person.id.startswith("U0NEW"))).all()
    assert {(each.id, each.email) for each in found} == {
        ("U0NEW000001", "nina@example.com"), ("U0NEW000002", "nina@example.com"),
    }  # fmt: skip
    assert len(found) == 2
