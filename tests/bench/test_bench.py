"""The bench measures what it says: its desk works, and its floors write what a claim writes."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Select, func, select

from handlers.drawing import draw
from store import inbox, lookups, ringing, triage
from store.kinds import Kind, Priority
from store.models import AuditEvent, InboxEntry, OutboxMessage, Ticket
from tests.bench import waiting
from tests.bench.bare import Driver, RowsAgain, WritesAgain, recorded
from tests.bench.claims import new_tickets
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Spread, alternately
from tests.bench.population import AGENT, NOW, fill


def test_a_filled_desk_is_one_that_people_can_work_on(database: URL) -> None:
    fill(database, tickets=200, still_open=100)
    store = store_on(database)
    number = next(new_tickets(store))
    with store.transaction() as session:
        claimed = triage.claim(session, number, by=AGENT, at=NOW, version=3)
        cards = session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.ticket_id == number, OutboxMessage.kind == Kind.CARD
            )
        ).all()
        assert claimed.assignee == AGENT
        assert [draw(session, card, at=NOW) for card in cards].count(None) == 0
        assert lookups.mine(session, AGENT, limit=5) == [claimed]
    assert ringing.ring_due(store, at=NOW) == 0
    store.close()


def test_both_floors_write_the_rows_of_a_claim_for_another_ticket(database: URL) -> None:
    fill(database, tickets=200, still_open=200)
    store = store_on(database)
    new = new_tickets(store)
    model, by_driver, by_core = next(new), next(new), next(new)
    with recorded(store.engine) as statements, store.transaction() as session:
        inbox.first_time(session, "click:model", at=NOW)
        triage.claim(session, model, by=AGENT, at=NOW)
    with closing(Driver(store)) as driver:
        driver.write(WritesAgain(statements, model).of(by_driver))
    with store.engine.begin() as connection:
        RowsAgain(connection, model)(connection, by_core)
    with store.snapshot() as session:
        left = [
            (
                session.get_one(Ticket, number).assignee,
                session.scalar(_count(AuditEvent, number)),
                session.scalar(_count(OutboxMessage, number)),
            )
            for number in (model, by_driver, by_core)
        ]
        keys = session.scalars(select(InboxEntry.key).where(InboxEntry.key.like("click:%"))).all()
    store.close()
    assert left == [left[0]] * 3
    assert left[0][0] == AGENT
    assert len(keys) == 3


def _count(table: type[AuditEvent | OutboxMessage], ticket: int) -> Select[int]:
    return select(func.count()).select_from(table).where(table.ticket_id == ticket)


def test_in_the_simulation_no_page_waits_longer_than_a_pace_and_two_calls(tmp_path: Path) -> None:
    databases = Databases(tmp_path, many=0, say=print)
    simulation = waiting.Simulation(store_on(databases.empty("pages")), ["C0ONCALL005", "C0WAIT1"])
    simulation.promise(30, Priority.NOTICE)
    assert max(simulation.waits_of(2)) <= 1 + 2 * waiting.CALL.total_seconds()


def test_subjects_are_measured_in_turn_and_the_first_turns_do_not_count() -> None:
    heard: list[tuple[str, int]] = []

    def subject(name: str, turn: int) -> float:
        heard.append((name, turn))
        return 100.0 if turn == 0 else float(turn)

    found = alternately(
        3, lambda turn: subject("a", turn), lambda turn: subject("b", turn), warm_up=1
    )
    assert heard[:4] == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert found == [Spread(2.0, 3.0)] * 2
