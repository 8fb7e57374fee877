"""However much waits, a Sev-A is told at once, and nobody is flooded or overtaken."""

from datetime import timedelta

import pytest

from store import outbox
from store.outbox import Audience, Kind, Priority
from tests.desk import DeskInTest
from tests.faults.clicks import open_tickets
from tests.faults.sending import POST, SECOND, calls, gaps, live, out_of_order, promises
from tests.on_call.setting import OUTAGE
from tests.stories.acts import begins, sends

PLACES = ("C0ONCALL005", "U0OMAR00008", "C0TEAMIT003", "C0HELPDESK2")
"""Where pages go, and where everybody else is told."""


def promise_notices(desk: DeskInTest, each: int) -> None:
    """So many for every place: a quarter where the page will go."""
    with desk.store.transaction() as session:
        for number in range(each):
            for place in PLACES:
                outbox.add(
                    session, Kind.ADMIN, audience=Audience.ADMIN, channel=place,
                    lane=f"notice:{place}:{number % 5}", at=desk.clock.now(),
                    priority=Priority.NOTICE, problem=f"notice_{number}",
                )  # fmt: skip


@pytest.mark.parametrize("each", [40, pytest.param(250, marks=pytest.mark.long)])
def test_a_sev_a_is_posted_within_seconds_whatever_waits_in_front_of_it(
    desk: DeskInTest, each: int
) -> None:
    promise_notices(desk, each)
    open_tickets(desk, 5)
    live(desk, seconds=3)
    for number in range(5):
        begins(desk.karen, f"/ticket Outage {number}")
        assert sends(desk.karen, **OUTAGE) == {}
        live(desk, seconds=4)
    pages = promises(desk, Kind.PAGE)
    assert {page.channel for page in pages} == {"C0ONCALL005", "U0OMAR00008"}
    assert len(pages) == 10
    waits = [page.sent_at - page.created_at for page in pages if page.sent_at]
    assert len(waits) == len(pages)
    assert max(waits) <= timedelta(seconds=2.5)
    for place in PLACES:
        times = [call.at for call in calls(desk, POST, place)]
        assert min(gaps(times)) >= SECOND
        assert len(times) >= (max(times) - min(times)) / SECOND  # and not a second was wasted
    assert {call.outcome for call in calls(desk, POST)} == {"ok"}
    assert out_of_order(promises(desk)) == []
    assert any(message.sent_at is None for message in promises(desk, Kind.ADMIN))
