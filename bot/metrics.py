"""What is counted and timed, for Prometheus. Every name begins with `deskbell_`.

Counters belong to the process; what the database knows is asked when somebody looks
(`DeskNumbers`), with the same answer from every replica.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

from store import numbers
from store.database import Store
from store.kinds import Priority

FAST: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0)
LATE_SECONDS: Final = 2.5
"""Slack gives up after 3 s, and the answer has to travel."""

ACKS: Final = Histogram(
    "deskbell_ack_seconds", "From a request's arrival to its answer.", ["type"], buckets=FAST
)
ACKS_LATE: Final = Counter("deskbell_ack_late", f"Answers after more than {LATE_SECONDS} s.")
ENVELOPES: Final = Counter(
    "deskbell_envelopes", "Requests of Slack's, by kind and repetition.", ["type", "retry"]
)
TRANSACTIONS: Final = Histogram(
    "deskbell_tx_seconds", "From BEGIN to COMMIT or ROLLBACK.", ["end"], buckets=FAST
)
CALLS: Final = Histogram(
    "deskbell_send_seconds", "Calls of Slack's Web API.", ["method"], buckets=(*FAST, 5, 10)
)
SENDS: Final = Counter("deskbell_sends", "What became of calls of Slack.", ["method", "result"])
RATE_LIMITED: Final = Counter("deskbell_ratelimited", "Calls that Slack put off.", ["method"])
COMMANDS: Final = Counter(
    "deskbell_commands", "What people did, by what it was and how it ended.", ["kind", "result"]
)
TX_RETRIES: Final = Counter("deskbell_tx_retries", "Changes tried again: the database was busy.")
LOCK_WAIT: Final = Histogram(
    "deskbell_db_lock_wait_seconds", "Until a transaction could begin.", buckets=FAST
)
RECONCILED: Final = Counter(
    "deskbell_reconcile", "What was looked for in Slack: found, missing, extra_deleted.", ["result"]
)
CATCH_UP_FOUND: Final = Counter("deskbell_catchup_found", "Messages read after a gap.")
CLOCK_OFFSET: Final = Gauge(
    "deskbell_clock_offset_seconds", "The database's clock minus this machine's."
)
RECONNECTS: Final = Counter("deskbell_socket_reconnects", "New connections.", ["reason"])


def time_transactions(store: Store) -> None:
    """Measure each of the store's transactions."""
    engine: Engine = store.engine
    store.on_begin = LOCK_WAIT.observe

    def begin(connection: Connection) -> None:
        connection.info["began"] = time.perf_counter()

    def end(how: str) -> Callable[[Connection], None]:
        def observe(connection: Connection) -> None:
            if connection.invalidated:
                return  # the database went away in between, and what was noted went with it
            began = connection.info.pop("began", None)
            if began is not None:
                TRANSACTIONS.labels(how).observe(time.perf_counter() - began)

        return observe

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end("commit"))
    event.listen(engine, "rollback", end("rollback"))


class DeskNumbers(Collector):
    """Gauges of one desk. An unreachable database leaves its numbers out; `deskbell_up` says so."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        sockets: Callable[[], dict[str, float | None]],
        findings: Callable[[], dict[str, int]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._sockets = sockets
        self._findings = findings

    def collect(self) -> Iterator[Metric]:
        """Asked for by prometheus-client at every look."""
        yield from self._connections()
        failures = GaugeMetricFamily(
            "deskbell_audit_failures", "What the last checkup found.", labels=["check"]
        )
        for check, count in self._findings().items():
            failures.add_metric([check], count)
        yield failures
        yield from self._counted()
        try:
            yield from self._stored()
            up = 1
        except SQLAlchemyError:
            up = 0
        yield _gauge("up", "Whether the database answered.", up)

    def _connections(self) -> Iterator[Metric]:
        connected = GaugeMetricFamily(
            "deskbell_socket_connected", "Open connections to Slack.", labels=["socket"]
        )
        ages = GaugeMetricFamily(
            "deskbell_socket_pong_age_seconds",
            "Since Slack's last sign of life.",
            labels=["socket"],
        )
        for socket, age in self._sockets().items():
            connected.add_metric([socket], age is not None)
            if age is not None:
                ages.add_metric([socket], age)
        yield connected
        yield ages

    def _counted(self) -> Iterator[Metric]:
        counted = self._store.counted
        duplicates = CounterMetricFamily(
            "deskbell_inbox_duplicates", "What came again and changed nothing."
        )
        duplicates.add_metric([], counted.get(("inbox_duplicates",), 0))
        yield duplicates
        fired = CounterMetricFamily(
            "deskbell_timers_fired", "Alarms that rang.", labels=["kind", "late"]
        )
        for (name, *labels), count in counted.items():
            if name == "timers_fired":
                fired.add_metric(labels, count)
        yield fired

    def _stored(self) -> Iterator[Metric]:
        at = self._clock()
        with self._store.snapshot() as session:
            waiting = {each.priority: each for each in numbers.outbox(session, at=at)}
            gates = numbers.closed_gates(session, at=at)
            lag = numbers.alarm_lag(session, at=at)
            armed = numbers.armed_alarms(session)
            dead = numbers.dead_rows(session)
            refused = numbers.refused(session)
            deflected = numbers.deflected(session)
        yield from _outbox(waiting)
        yield _gauge("outbox_dead", "Messages that Slack will never take as they are.", refused)
        yield _gauge("gates_closed", "Channels that wait for their pace or for Slack.", gates)
        yield _gauge("timers_armed", "Alarms that wait for their moment.", armed)
        yield _gauge("timer_lag_seconds", "How late the latest alarm is.", lag.total_seconds())
        needless = GaugeMetricFamily(
            "deskbell_deflected",
            "Requests that were begun and not needed: a solution helped, or a ticket was joined.",
            labels=["by"],
        )
        for by, count in deflected.items():
            needless.add_metric([by], count)
        yield needless
        tuples = GaugeMetricFamily(
            "deskbell_dead_tuples", "Rows PostgreSQL has yet to clear away.", labels=["table"]
        )
        for table, count in dead.items():
            tuples.add_metric([table], count)
        yield tuples


def _outbox(waiting: dict[int, numbers.Waiting]) -> Iterator[Metric]:
    ready = GaugeMetricFamily(
        "deskbell_outbox_ready", "Messages promised and not yet sent.", labels=["priority"]
    )
    oldest = GaugeMetricFamily(
        "deskbell_outbox_oldest_seconds",
        "How long the oldest could have gone.",
        labels=["priority"],
    )
    for priority in Priority:
        each = waiting.get(priority)
        ready.add_metric([priority.name.lower()], each.messages if each else 0)
        oldest.add_metric([priority.name.lower()], each.late.total_seconds() if each else 0)
    yield ready
    yield oldest
    unsure = sum(each.unsure for each in waiting.values())
    yield _gauge("outbox_unsure", "Messages whose fate is being settled.", unsure)


def _gauge(name: str, what: str, value: Any) -> Metric:
    return GaugeMetricFamily(f"deskbell_{name}", what, value=value)
