"""Deadlines and their alarms: one worked out, all worked out anew, many due at once, one alone."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select, text, update

from store import intake, ringing
from store.database import Store
from store.models import Alarm, AlarmKind, AlarmState, Instant, Ticket
from store.rules import sla
from store.rules.policy_file import load_policy
from tests.bench.claims import Clicks
from tests.bench.crowd import crowd, everybody
from tests.bench.databases import Databases, store_on
from tests.bench.measuring import Row, Spread, alternately, at_most, timed, usually, within
from tests.bench.population import NOW
from tests.bench.processes import POLICY, RUN, WHOLE, connected

EDITED: Final = 100_000
AT_ONCE: Final = 10_000
PAUSE_SECONDS: Final = 0.05
"""Between a click and the next one."""

APART: Final = timedelta(seconds=1.13)
"""So that lone alarms are due at every part of a second."""

_TWO_PAUSES: Final = (
    (NOW + timedelta(hours=1), NOW + timedelta(hours=2)),
    (NOW + timedelta(hours=4), NOW + timedelta(hours=23)),
)
_BREACHES: Final = (
    "DELETE FROM alarm WHERE kind <> 'breach'",
    "UPDATE alarm SET due_at = :due",
    "UPDATE ticket SET next_due_at = :due WHERE next_due_at IS NOT NULL",
    "UPDATE target SET due_at = :due, last_due_at = :due WHERE due_at > :due AND met_at IS NULL",
)
_REMINDERS: Final = (
    "DELETE FROM alarm WHERE kind <> 'reminder' OR subject <> 'resolution@0.5'",
    "UPDATE alarm SET due_at = :due",
)


def deadline_rows(_databases: Databases, *, turns: int) -> Iterator[Row]:
    """Two working days with their holidays; the calendar's years are known after the first time."""
    office = load_policy(POLICY.read_text("utf-8")).calendars["office"]

    def work_out(turn: int) -> None:
        started = NOW + timedelta(minutes=turn % 50)
        assert sla.due(office, started, timedelta(hours=18), _TWO_PAUSES) is not None

    (measured,) = alternately(turns, timed(work_out))
    yield usually("deadline of 18 working hours with 2 pauses", measured, p50=0.0001)


def edit_rows(databases: Databases, *, by: int) -> Iterator[Row]:
    """A desk starts after its calendar was edited, and people press Claim while it recounts. Its
    clock begins where that of the filled database stands still.
    """
    before = POLICY.read_text("utf-8")
    edited = databases.folder / "edited.toml"
    edited.write_text(before.replace("08:00-17:00", "09:00-17:00"), "utf-8")
    url = databases.empty("edited")
    crowd(url, tickets=EDITED // by, clocks=load_policy(before).clocks)
    store = Store(url, load_policy(edited.read_text("utf-8")))
    waited: list[float] = []
    with connected(
        WHOLE, url, databases.folder, company=everybody(), rate_limits=False, policy=edited
    ) as process:
        began = time.perf_counter()
        click = Clicks(process.slack, store)
        while _is_behind(store):
            waited.append(click(0))
            time.sleep(PAUSE_SECONDS)
        took = time.perf_counter() - began
    store.close()
    name = f"{EDITED // by:,} open tickets follow an edited calendar ({databases.engine})"
    yield at_most(name, took, None, 60 / by, "s")
    yield within(f"meanwhile, {len(waited)} claims, envelope to ack", Spread.of(waited), None,
                 p99=0.300)  # fmt: skip


def second_rows(databases: Databases, *, by: int) -> Iterator[Row]:
    """From the tick that finds them until the last is rung, with all that is to be said."""
    for what, statements in (("reminders", _REMINDERS), ("breaches", _BREACHES)):
        url = databases.empty(what)
        count = AT_ONCE // by
        crowd(url, tickets=count * 10 // 8, clocks=load_policy(POLICY.read_text("utf-8")).clocks)
        store = store_on(url)
        with store.engine.begin() as connection:
            for statement in statements:
                _run(connection, statement)
        began = time.perf_counter()
        rang = ringing.ring_due(store, at=NOW + timedelta(seconds=1))
        took = time.perf_counter() - began
        store.close()
        assert rang == count, rang
        yield at_most(
            f"{count:,} {what} due in one second, until all are rung ({databases.engine})",
            took, None, 10 / by, "s",
        )  # fmt: skip


def lone_rows(databases: Databases, *, turns: int) -> Iterator[Row]:
    """Real time and a real `deskbell run`: from the due instant until somebody else sees in the
    database that it has rung.
    """
    url = databases.empty("lone")
    store = store_on(url)
    alarms = [_reminder_of(store, number) for number in range(turns)]
    with connected(RUN, url, databases.folder, rate_limits=False):
        first = _now() + timedelta(seconds=5)
        dues = [first + number * APART for number in range(turns)]
        with store.transaction() as session:
            for alarm, due in zip(alarms, dues, strict=True):
                session.execute(update(Alarm).where(Alarm.id == alarm).values(due_at=due))
        late = [_lateness(store, alarm, due) for alarm, due in zip(alarms, dues, strict=True)]
    store.close()
    name = f"lateness of {turns} lone alarms in a running desk ({databases.engine})"
    yield within(name, Spread.of(late), None, p99=2)


def _run(connection: Connection, statement: str) -> None:
    """Once, on the whole table: no click waits for it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    ready = text(statement)
    if ":due" in statement:
        ready = ready.bindparams(bindparam("due", NOW, type_=Instant))
    connection.execute(ready)


def _is_behind(store: Store) -> bool:
    with store.snapshot() as session:
        behind = exists().where(
            text("ticket.status <> 'closed'"), Ticket.clocks != store.policy.clocks
        )
        return bool(session.scalar(select(behind)))


def _reminder_of(store: Store, number: int) -> int:
    """The alarm at half the time of a new ticket, due tomorrow at the earliest."""
    with store.transaction() as session:
        ticket = intake.open_ticket(
            session, requester="U0KAREN0001", topic="general", summary=f"Printer {number}",
            details="It burns.", by="U0KAREN0001", at=_now(),
        )  # fmt: skip
        session.flush()
        return session.scalars(
            select(Alarm.id).where(
                Alarm.ticket_id == ticket.id,
                Alarm.kind == AlarmKind.REMINDER,
                Alarm.subject == "resolution@0.5",
            )
        ).one()


def _lateness(store: Store, alarm: int, due: datetime) -> float:
    """Wait until it has rung; seconds since it was due."""
    while True:
        with store.snapshot() as session:
            state = session.scalar(select(Alarm.state).where(Alarm.id == alarm))
        late = (_now() - due).total_seconds()
        if state == AlarmState.RUNG:
            assert late >= 0, late
            return late
        assert late < 60, "it never rang"
        time.sleep(0.01)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
