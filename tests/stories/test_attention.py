"""What needs attention, in the agent's own list: why, and which first."""

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import URL

from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.stories.acts import answers, presses, resolves

WITH_NEWS: Final = DEMO_POLICY.replace(
    'resolution = "1 h"', 'resolution = "1 h"\nupdate_every = "30 min"'
)


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company; of a Sev-A there are news every half hour."""
    with running_desk(database, policy=load_policy(WITH_NEWS)) as running:
        yield running
        assert running.sandbox.violations == []


def needs(desk: DeskInTest) -> dict[str, str]:
    """John's list, by summary: the line below each ticket."""
    desk.john.types("/ticket attention")
    lines = modal_of(desk.john).text.splitlines()
    modal_of(desk.john).cancel()
    named = {line.split(" · ")[1]: number for number, line in enumerate(lines) if "#" in line[:3]}
    return {name: lines[number + 2] for name, number in named.items()}


def test_everything_that_waits_for_an_agent_is_listed_with_the_reason_the_nearest_breach_first(
    desk: DeskInTest,
) -> None:
    john, jane, karen = desk.john, desk.jane, desk.karen
    urgent = {"How_urgent_is_it?": "I can't do my work at all"}
    fine = desk.opens(karen, "Fine")
    presses(desk, john, fine, "Claim")
    assert needs(desk) == {}
    assert "Inbox zero: nothing needs you now" in john.types("/ticket list").text

    talk = desk.opens(karen, "Talk")
    answers(desk, john, talk, "Reply", Reply="Is it muted?")
    assert needs(desk) == {}
    karen.says("Yes, and now?", thread=karen.find("", f"#{talk}"))
    handed = desk.opens(karen, "Handed")
    presses(desk, jane, handed, "Claim")
    answers(desk, jane, handed, "Reassign", Agent="John", **{"Hand-off_note": "Yours"})
    fresh = desk.opens(karen, "Fresh", **urgent)
    held = desk.opens(karen, "Held")
    answers(
        desk, john, held, "On hold", **{"What_does_it_wait_for?": "A part", "Whose_answer?": "Acme"}
    )
    listed = needs(desk)
    assert next(iter(listed)) == "Fresh"
    assert listed["Fresh"].startswith(":new: New · ")
    assert listed["Talk"].startswith("The requester wrote · ")
    assert listed["Handed"].startswith("Handed to you, not accepted yet · ")
    assert set(listed) == {"Talk", "Handed", "Fresh"}
    assert "3 tickets need your attention" in john.types("/ticket list").text
    assert "last update" in listed["Talk"]

    john.find("", f"You have ticket #{handed}").click("Accept")
    karen.says("Thanks!", thread=karen.find("", f"#{talk}"))
    presses(desk, john, fresh, "Claim")
    desk.pass_time(minutes=50)
    assert needs(desk)["Fresh"].startswith("At risk · ")
    desk.pass_time(hours=3)
    assert needs(desk)["Fresh"].startswith("Overdue · ")
    assert "Handed to you" not in needs(desk).get("Handed", "")
    assert "The requester wrote" not in needs(desk).get("Talk", "")
    desk.lena.home.open()
    desk.settle()
    needed = desk.lena.home.text.partition("Assigned to me")[0]
    assert f"#{fresh}" in needed[needed.index("Needs attention") :]
    resolves(desk, john, fresh)
    assert "Fresh" not in needs(desk)

    answers(desk, john, talk, "Escalate", Severity="Sev-A", Reason="Now")
    desk.pass_time(minutes=40)
    assert "an update is due" in needs(desk)["Talk"]
    answers(desk, john, talk, "Reply", Reply="We are at the door.")
    assert "an update is due" not in needs(desk).get("Talk", "")
    desk.ken.types("/ticket attention")
    assert modal_of(desk.ken).title == "New ticket"
    assert modal_of(desk.ken).value("Summary") == "attention"
