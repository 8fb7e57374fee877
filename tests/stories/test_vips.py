"""Whom the policy calls a VIP: agents see it, requesters never do."""

from sqlalchemy import URL

from store import participants
from store.models import Role
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.stories.acts import heard, thread_of

VIPS = DEMO_POLICY.replace(
    "calendar = ",
    'vips = ["{email}", "S0BANKING02"]\nvip_severity = "sev_b"\ncalendar = ',
    1,
)


def test_agents_see_who_is_a_vip_and_requesters_never_do(database: URL) -> None:
    policy = load_policy(VIPS.replace("{email}", "CHRIS@example.com"))
    with running_desk(database, policy=policy) as desk:
        karen, chris, john = desk.karen, desk.chris, desk.john
        for_chris = desk.opens(karen, "Laptop is dead", On_behalf_of_someone_else="Chris")
        by_group = desk.opens(desk.jerry, "No network")
        plain = desk.opens(karen, "Mouse")
        assert shown(desk, for_chris) == ["Sev-B", "VIP"]
        assert shown(desk, by_group) == ["Sev-B", "VIP"]
        assert shown(desk, plain) == ["Sev-C"]
        with desk.store.transaction() as session:
            participants.join(
                session, plain, chris.user.id, Role.AFFECTED,
                by=john.user.id, at=desk.clock.now(),
            )  # fmt: skip
        desk.settle()
        assert shown(desk, plain) == ["Sev-B", "VIP"], "as one for Chris would have been"
        assert "A VIP is affected, too" in thread_of(desk, john, plain)
        john.types(f"/ticket {for_chris}")
        told = modal_of(john).text
        assert told.count("VIP") == 1
        assert told.index("Karen") < told.index("Chris") < told.index("VIP")
        modal_of(john).close_everything()
        for person in (karen, chris):
            person.types(f"/ticket {for_chris}")
            assert "Laptop is dead" in modal_of(person).text
            assert "VIP" not in modal_of(person).text
            modal_of(person).close_everything()
            assert f"#{for_chris}" in heard(person)
            assert "VIP" not in heard(person)
        assert desk.sandbox.violations == []


def shown(desk: DeskInTest, number: int) -> list[str]:
    """What the card says of these things."""
    card = desk.card(desk.john, number).text
    return [word for word in ("Sev-B", "Sev-C", "VIP") if word in card]
