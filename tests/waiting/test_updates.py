"""News for everybody who watches a bad one: its agent is asked for them every so often."""

from pathlib import Path

from store import participants
from store.models import Role
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, running_desk
from tests.sqlite import migrated_file
from tests.stories.acts import heard, presses, resolves, sends

UPDATED = DEMO_POLICY.replace('resolution = "1 h"', 'resolution = "1 h"\nupdate_every = "30 min"')


def test_the_agent_of_a_sev_a_is_asked_for_news_that_reach_everybody_who_watches(
    tmp_path: Path,
) -> None:
    url = migrated_file(tmp_path)
    with running_desk(url, policy=load_policy(UPDATED)) as desk:
        karen, ken, john = desk.karen, desk.ken, desk.john

        def asked() -> int:
            return sum("Time for news" in message.text for message in john.dm)

        number = desk.opens(
            karen, "Core banking stands still", Topic="Business critical outage",
            **{"What_does_not_work,_and_for_whom?": "Everything"},
        )  # fmt: skip
        presses(desk, john, number, "Claim")
        with desk.store.transaction() as session:
            participants.join(
                session, number, ken.user.id, Role.WATCHER, by=ken.user.id, at=desk.clock.now()
            )
        desk.settle()
        desk.pass_time(minutes=29)
        assert asked() == 0
        desk.pass_time(minutes=2)
        assert asked() == 1
        question = next(m for m in reversed(john.dm) if "Time for news" in m.text)
        assert f"#{number}" in question.text
        question.click("Reply")
        assert sends(john, Reply="Half of it works again.") == {}
        desk.pass_time(seconds=30)
        assert "Half of it works again." in heard(karen)
        assert "Half of it works again." in heard(ken)
        desk.pass_time(minutes=29)
        assert asked() == 1  # something was said meanwhile
        desk.pass_time(minutes=2)
        assert asked() == 2
        resolves(desk, john, number)
        desk.pass_time(hours=2)
        assert asked() == 2
        assert desk.sandbox.violations == []
