"""Every number that operators are promised is there, and a line of the log for every request."""

import logging
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from prometheus_client.exposition import generate_latest
from sqlalchemy import URL

from bot.metrics import time_transactions
from tests.desk import DeskInTest, modal_of, running_desk
from tests.faults.clicks import wait_until, whispers
from tests.faults.sending import live

PROMISED = [
    "ack_seconds",
    "ack_late_total",
    "envelopes_total",
    "inbox_duplicates_total",
    "commands_total",
    "tx_seconds",
    "tx_retries_total",
    "db_lock_wait_seconds",
    "outbox_ready",
    "outbox_oldest_seconds",
    "outbox_unsure",
    "outbox_dead",
    "sends_total",
    "send_seconds",
    "ratelimited_total",
    "reconcile_total",
    "gates_closed",
    "timers_armed",
    "timer_lag_seconds",
    "timers_fired_total",
    "socket_connected",
    "socket_pong_age_seconds",
    "socket_reconnects_total",
    "catchup_found_total",
    "audit_failures",
    "clock_offset_seconds",
    "dead_tuples",
    "deflected",
]


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    with running_desk(database) as running:
        yield running


def page(desk: DeskInTest) -> str:
    return (generate_latest(REGISTRY) + generate_latest(desk.desk.condition.numbers)).decode()


def numbers(desk: DeskInTest) -> dict[str, float]:
    lines = [line for line in page(desk).splitlines() if line.startswith("deskbell_")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_every_number_that_was_promised_is_there_and_counts(
    desk: DeskInTest, caplog: pytest.LogCaptureFixture
) -> None:
    time_transactions(desk.store)
    caplog.set_level(logging.INFO, "bot.app")
    before = numbers(desk)
    number = desk.opens(desk.karen, "Printer on fire", Details="It burns.")
    desk.karen.says("Water, too", thread=desk.karen.dm[0])
    card = desk.card(desk.john, number)
    desk.sandbox.faults.duplicate(times=1)
    card.click("Claim")
    wait_until(lambda: numbers(desk)["deskbell_inbox_duplicates_total"])
    card.click("Resolve")
    assert modal_of(desk.john).is_open
    desk.pass_time(hours=30)
    desk.sandbox.faults.rate_limit("chat.update", seconds=3)
    with desk.store.transaction() as session:
        session.connection().exec_driver_sql("UPDATE outbox_message SET state='refused'")
    live(desk, seconds=1)
    desk.desk.condition.check_up()
    after = numbers(desk)

    there = {name.removeprefix("deskbell_").partition("{")[0] for name in after}
    # Labelled ones that nothing has happened to yet have their name in the help text only.
    described = page(desk)
    missing = [
        name for name in PROMISED
        if not any(each.startswith(name) for each in there)
        and f"# HELP deskbell_{name} " not in described
    ]  # fmt: skip
    assert missing == []

    def grew(name: str) -> float:
        return after.get(f"deskbell_{name}", 0) - before.get(f"deskbell_{name}", 0)

    assert grew('commands_total{kind="claim",result="done"}') == 2
    assert grew('sends_total{method="views.open",result="ok"}') >= 1
    assert grew("inbox_duplicates_total") >= 1
    assert after["deskbell_outbox_dead"] > 0
    assert grew("db_lock_wait_seconds_count") > 0
    assert any(name.startswith("deskbell_timers_fired_total") for name in after)
    done = {(f["what"], f["actor"]): f for f in map(vars, caplog.records) if "what" in f}
    for what, who in (
        ("claim", desk.john), ("intake_form", desk.karen), ("event:message", desk.karen),
    ):  # fmt: skip
        facts = done[what, who.user.id]
        assert (facts["ticket"], facts["result"]) == (number, "done")
    assert {who for _, who in done} == {desk.john.user.id, desk.karen.user.id}  # not the desk
    assert not any("burns" in str(vars(record)) for record in caplog.records)

    other = desk.opens(desk.karen, "Another one", Details="It smokes.")
    with desk.store.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE inbox_entry RENAME TO lost")
    desk.card(desk.john, other).click("Claim")
    (failed,) = [r for r in caplog.records if r.message == "listener failed"]
    reference = vars(failed)["reference"]
    assert f"`{reference}`" in whispers(desk)[-1]
    told = [r for r in caplog.records if vars(r).get("reference") == reference]
    assert [(r.message, vars(r).get("result")) for r in told] == [
        ("listener failed", None), ("answered", "failed"),
    ]  # fmt: skip
