"""The auditor notices: a desk that was tampered with is found out, each time and for the reason."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import URL, delete, update

from store import alarms, intake, triage
from store.database import DeskSession
from store.models import Alarm, AlarmKind, Target, Ticket
from store.rules.policy_file import load_policy
from tests.desk import running_desk
from tests.thirty_days.auditing import Auditor, in_force
from tests.thirty_days.comparing import bundled, differences
from tests.thirty_days.life import Life
from tests.thirty_days.minutes import MINUTE
from tests.thirty_days.reading import Slack
from tests.thirty_days.settings import FIRST, THURSDAY

JOHN, JANE = "U0JOHN00004", "U0JANE00005"
HALF = "first_response@0.5"
DROPPED, LATE, DOUBLED, WRONG_PERSON, WRONG_TIME, APART = 2, 3, 4, 5, 6, 8
"""Tickets and what is done to them; with 1 and 7 all is well."""


def at(minute: int) -> datetime:
    return THURSDAY + minute * MINUTE


def opened(session: DeskSession, minute: int) -> None:
    """A ticket of Karen's with John. Half of the time for its first answer is over in two hours."""
    ticket = intake.open_ticket(
        session, requester="U0KAREN0001", topic="general", summary="It is broken", details="d",
        by="U0KAREN0001", at=at(minute),
    )  # fmt: skip
    triage.claim(session, ticket.id, by=JOHN, at=at(minute))


def reminded(session: DeskSession, ticket: int, due_at: datetime) -> None:
    """Put off the ticket's first reminder."""
    which = (Alarm.ticket_id == ticket, Alarm.subject == HALF)
    session.execute(update(Alarm).where(*which).values(due_at=due_at))


def tampered(session: DeskSession) -> None:
    """What no audit event tells."""
    session.execute(delete(Alarm).where(Alarm.ticket_id == DROPPED, Alarm.subject == HALF))
    reminded(session, LATE, at(LATE + 130))
    session.get_one(Ticket, WRONG_PERSON).assignee = JANE
    reminded(session, APART, at(17 + 120) + timedelta(seconds=30))
    which = (Target.ticket_id == WRONG_TIME, Target.kind == "first_response")
    session.execute(update(Target).where(*which).values(due_at=at(WRONG_TIME + 250)))


@pytest.fixture
def audited(database: URL) -> tuple[list[str], list[str]]:
    """Eight tickets, six of them tampered with: what the auditor says about words, and bundles."""
    with running_desk(database, policy=load_policy(FIRST), at=THURSDAY) as desk:
        life = Life(desk, THURSDAY, days=1, seed=0)
        for minute in (1, 2, 3, 4, 5, 6, 17, 17):
            with desk.store.transaction() as session:
                opened(session, minute)
        with desk.store.transaction() as session:
            tampered(session)
        life.time_passes(at(145))
        with desk.store.transaction() as session:
            alarms.arm(
                session, DOUBLED, AlarmKind.REMINDER, due_at=at(150), subject=HALF,
            )  # fmt: skip
        life.time_passes(at(180))
        auditor = Auditor(desk.store, THURSDAY, minutes=180)
        auditor.works([(0, FIRST)])
        slack = Slack(desk.sandbox.workspace, THURSDAY)
        return (
            differences(auditor.expected, [*slack.said, *auditor.audited()]),
            bundled(auditor.expected, slack.bundles),
        )


def test_every_difference_is_found_and_nothing_else(audited: tuple[list[str], list[str]]) -> None:
    words, bundles = audited
    assert words == [
        f"reminder to {JANE}, ticket 5, first_response@245 at 125: said for no reason",
        f"reminder to {JOHN}, ticket 2, first_response@242 at 122: not said",
        f"reminder to {JOHN}, ticket 3, first_response@243 at 123: not said",
        f"reminder to {JOHN}, ticket 3, first_response@243 at 133: said for no reason",
        f"reminder to {JOHN}, ticket 4, first_response@244 at 150: said for no reason",
        f"reminder to {JOHN}, ticket 5, first_response@245 at 125: not said",
        f"reminder to {JOHN}, ticket 6, first_response@246 at 126: not said",
        f"reminder to {JOHN}, ticket 6, first_response@256 at 126: said for no reason",
    ]
    assert f"bundle to {JOHN}, ticket 0,  at 138: said for no reason" in bundles


def test_what_held_until_a_moment_ago_may_be_named_and_what_is_long_over_may_not() -> None:
    known = [(0, {"resolution": 90}), (40, {"resolution": 95}), (50, {})]
    assert in_force(known, 50) == [{"resolution": 95}, {}]
    assert in_force(known, 41) == [{"resolution": 90}, {"resolution": 95}]
    assert in_force(known, 54) == [{}]
