"""Thirty days: what people read in Slack is what the auditor says they should have."""

from collections import Counter
from itertools import chain

import pytest
from sqlalchemy import URL

from store.rules.policy_file import load_policy
from tests.desk import running_desk
from tests.thirty_days.auditing import Auditor
from tests.thirty_days.comparing import bundled, differences, kinds
from tests.thirty_days.digests import drowned, floods
from tests.thirty_days.life import Life
from tests.thirty_days.minutes import DAY
from tests.thirty_days.reading import Slack
from tests.thirty_days.settings import EDITED, FIRST, THURSDAY
from tests.thirty_days.words import minute

EVERYTHING = {
    "reminder", "notice", "breach", "climb", "risk", "late", "promise", "moved", "missed", "page",
    "on", "off",
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "tickets", "seed"),
    [
        (2, 18, 4),
        *(pytest.param(30, 500, seed, marks=pytest.mark.long) for seed in (1, 2, 3)),
    ],
)
def test_no_difference_between_what_was_said_and_what_should_have_been(
    database: URL, days: int, tickets: int, seed: int
) -> None:
    with running_desk(database, policy=load_policy(FIRST), at=THURSDAY) as desk:
        life = Life(desk, THURSDAY, days=days, seed=seed)
        life.goes_on(tickets)
        auditor = Auditor(desk.store, THURSDAY, minutes=days * DAY)
        assert life.edited_at is not None
        auditor.works([(0, FIRST), (minute(THURSDAY, life.edited_at), EDITED)])
        slack = Slack(desk.sandbox.workspace, THURSDAY)
        together = floods(auditor.expected, auditor.pages)
        alone = Counter(auditor.expected) - Counter(chain(*together.values()))
        assert differences(alone.elements(), [*slack.said, *auditor.audited()]) == []
        assert list(drowned(together, slack.digests)) == []
        assert bundled(auditor.expected, slack.bundles) == []
        assert list(auditor.untrue(slack.stated)) == []
        assert set(kinds(auditor.expected)) >= EVERYTHING
        assert desk.sandbox.violations == []
