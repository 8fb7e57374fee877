"""A private topic is seen by its team alone, in every surface."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.stories.acts import heard

PRIVATE = DEMO_POLICY.replace(
    '[topics.access]\nname = "Access"\nteam = "it"\n',
    '[topics.access]\nname = "Access"\nteam = "it"\nprivate = true\n',
)


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company, where requests for access are private to IT Support."""
    assert PRIVATE != DEMO_POLICY
    with running_desk(database, policy=load_policy(PRIVATE)) as running:
        yield running
        assert running.sandbox.violations == []


def test_other_teams_and_strangers_find_a_private_ticket_nowhere(desk: DeskInTest) -> None:
    john, jerry, ken, ada = desk.john, desk.jerry, desk.ken, desk.ada
    number = desk.opens(desk.karen, "Salary folder", Topic="Access", Details="Confidential")
    card = desk.card(john, number, "#team-it")
    assert "Salary folder" in card.text
    desk.pass_time(hours=5)  # reminder, breach
    for outsider in (jerry, ken, ada):
        assert "There is no ticket" in outsider.types(f"/ticket {number}").text
        for words in ("Salary", "Confidential", "folder"):
            assert f"#{number}" not in outsider.types(f"/ticket find {words}").text
        assert f"#{number}" not in outsider.types("/ticket list").text
        outsider.home.open()
        desk.settle()
        assert "Salary" not in outsider.home.text
        told = [message for message in outsider.dm if not message.is_ephemeral]
        assert not any("Salary" in message.text for message in told)
    for channel in ("#help-desk", "#on-call", "#team-banking"):
        seen = [m for root in desk.lena.sees(channel) for m in (root, *root.thread)]
        assert not any("Salary" in message.text for message in seen)
    john.home.open()
    desk.settle()
    assert "Salary folder" in john.home.text
    assert f"#{number}" in john.types("/ticket find salary").text


def test_a_private_ticket_cannot_be_given_to_somebody_outside_its_team(desk: DeskInTest) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "Salary folder", Topic="Access")
    desk.card(john, number, "#team-it").click("Reassign")
    form = modal_of(john)
    form.fill("Hand-off note", "Yours")
    form.pick_person("Agent", "Jerry")
    assert "not an agent who may work this ticket" in form.submit().errors["Agent"]


def test_a_page_for_a_private_ticket_tells_the_channel_nothing_of_it(desk: DeskInTest) -> None:
    number = desk.opens(
        desk.karen, "Salary folder is public", Topic="Access", Details="Everybody reads it",
        **{"How_urgent_is_it?": "Many of us can't work, or the business stands still"},
    )  # fmt: skip
    in_channel = desk.jerry.find("#on-call", f"#{number}")
    assert "Salary" not in in_channel.text + in_channel.notification
    assert "Everybody reads it" not in in_channel.text
    assert "private" in in_channel.text.lower()
    called = desk.omar.find("", f"#{number}")
    assert "Salary folder is public" in called.text
    called.click("Acknowledge")
    desk.settle()
    assert "Salary" not in in_channel.text
    desk.omar.find("", f"#{number}").click("Open ticket")
    assert "Everybody reads it" in modal_of(desk.omar).text


def test_notes_on_an_agents_own_private_ticket_are_not_found_by_their_words(
    desk: DeskInTest,
) -> None:
    jerry, john = desk.jerry, desk.john
    number = desk.opens(jerry, "My salary folder", Topic="Access")
    card = desk.card(john, number, "#team-it")
    john.says("he is underpaid", thread=card)
    desk.settle()
    assert f"#{number}" not in jerry.types("/ticket find underpaid").text
    assert f"#{number}" in john.types("/ticket find underpaid").text
    jerry.types(f"/ticket {number}")
    assert "underpaid" not in modal_of(jerry).text


def test_whoever_is_no_longer_in_the_team_does_not_hear_how_it_was_resolved(
    desk: DeskInTest,
) -> None:
    john, jerry = desk.john, desk.jerry
    number = desk.opens(desk.karen, "Salary folder", Topic="Access")
    desk.card(john, number, "#team-it").click("Escalate")
    form = modal_of(john)
    form.choose("Team", "Online Banking")
    form.fill("Reason", "Theirs")
    form.submit()
    desk.settle()
    card = desk.card(jerry, number, "#team-banking")
    card.click("Resolve")
    form = modal_of(jerry)
    form.fill("What was wrong?", "Confidential cause")
    form.fill("What was done?", "Confidential fix")
    form.submit()
    desk.settle()
    assert "Confidential" not in heard(john)
