"""A hundred thousand tickets in the middle of their time, with every deadline and alarm as the desk
itself would have set them: what an edited calendar has to work out anew.
"""

from typing import Final

from sqlalchemy import URL, create_engine, text

from sandbox import sample_company
from sandbox.company import Company
from sandbox.records import User
from tests.bench.population import fill, moment, now_for
from tests.postgres import clear_away

_STARTED: Final = "(id % 10800 - 82800)"
"""Yesterday between 12:00 and 15:00 in Berlin; 18 working hours are two days then."""

_DUE: Final = f"({_STARTED} + 172800)"
_RUNS: Final = "status IN ('new', 'in_progress')"

_TICKETS: Final = """
UPDATE ticket SET opened_at = {started}, changed_at = {started}, clocks = :clocks,
    next_due_at = CASE WHEN {runs} THEN {due} END
"""
_FIRST_ANSWERS: Final = """
UPDATE target SET started_at = s.opened_at, due_at = s.opened_at, last_due_at = s.opened_at,
    met_at = s.opened_at
FROM ticket AS s WHERE s.id = target.ticket_id AND target.kind = 'first_response'
"""
_RESOLUTIONS: Final = """
UPDATE target SET started_at = s.started, due_at = s.due, last_due_at = s.last
FROM (SELECT id, {started} AS started, {due} AS last, CASE WHEN {runs} THEN {due} END AS due
    FROM ticket) AS s WHERE s.id = target.ticket_id AND target.kind = 'resolution'
"""
_NIGHT: Final = """
INSERT INTO pause (ticket_id, reason, started_at, ended_at)
SELECT id, 'waiting', {evening}, {night} FROM ticket WHERE id % 3 = 0
"""
_STANDING: Final = """
INSERT INTO pause (ticket_id, reason, started_at, ended_at)
SELECT id, status, {morning}, NULL FROM ticket WHERE status IN ('waiting', 'on_hold')
"""
_ALARMS: Final = """
INSERT INTO alarm (ticket_id, kind, subject, state, due_at, rung_at)
SELECT id, kind, subject, 'armed', CASE subject WHEN 'resolution@0.5' THEN {half}
    WHEN 'resolution@0.8' THEN {risk} ELSE {due} END, NULL
FROM ticket, (SELECT 'reminder' AS kind, 'resolution@0.5' AS subject
    UNION ALL SELECT 'reminder', 'resolution@0.8' UNION ALL SELECT 'at_risk', 'resolution@0.8'
    UNION ALL SELECT 'breach', 'resolution') AS each_one
WHERE {runs}
"""


def crowd(url: URL, *, tickets: int, clocks: str) -> None:
    """Fill a migrated, empty database; `clocks` is the fingerprint of the bench's own policy."""
    fill(url, tickets=tickets, still_open=tickets)
    engine = create_engine(url)
    dialect = engine.dialect.name
    seconds = {
        "started": _STARTED,
        "due": _DUE,
        "half": f"({_STARTED} + 86400)",
        "risk": f"({_DUE} - 12960)",
        "evening": "-57600",
        "night": "-54000",
        "morning": "-3600",
    }
    moments = {name: moment(dialect, some) for name, some in seconds.items()}
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alarm"))
        for template in (_TICKETS, _FIRST_ANSWERS, _RESOLUTIONS, _NIGHT, _STANDING, _ALARMS):
            statement = text(template.format(runs=_RUNS, **moments))
            known = {"now": now_for(dialect), "clocks": clocks}
            used = {key: value for key, value in known.items() if f":{key}" in statement.text}
            connection.execute(statement, used)
    engine.dispose()
    if dialect == "postgresql":
        clear_away(url)


def everybody() -> Company:
    """Who has and who works these tickets, as Slack knows them."""
    company = sample_company()
    names = [f"U0P{10_000 + n}" for n in range(2000)] + [f"U0A{1000 + n}" for n in range(30)]
    company.people += [User(name, name.lower(), f"Person {name}", tz="UTC") for name in names]
    return company
