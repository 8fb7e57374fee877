"""A major incident: one update and one resolution reach everybody, each on their own ticket."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from sandbox.people import Person
from store import incidents
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, enter, modal_of, running_desk
from tests.stories.acts import answers, heard, presses, resolves, sends, thread_of, whispered

PRIVATE = DEMO_POLICY.replace(
    '[topics.access]\nname = "Access"\nteam = "it"\n',
    '[topics.access]\nname = "Access"\nteam = "it"\nprivate = true\n',
)


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company, where requests for access are private to IT Support."""
    with running_desk(database, policy=load_policy(PRIVATE)) as running:
        yield running
        assert running.sandbox.violations == []


def declares(desk: DeskInTest, person: Person, number: int, title: str, channel: str = "") -> None:
    presses(desk, person, number, "Major incident…")
    form = modal_of(person)
    form.fill("What everybody may know", title)
    if channel:
        form.pick_channel("Announce it in", channel)
    assert form.submit().errors == {}
    desk.settle()


def links(desk: DeskInTest, person: Person, number: int, option: str, channel: str) -> None:
    desk.card(person, number, channel).choose("More…", "Link or merge…")
    enter(modal_of(person), "Part of a major incident", option)
    assert modal_of(person).submit().errors == {}
    desk.settle()


def test_an_update_and_the_end_of_an_incident_reach_every_linked_ticket(desk: DeskInTest) -> None:
    karen, ken, chris, john = desk.karen, desk.ken, desk.chris, desk.john
    incident = desk.opens(karen, "Cannot pay my rent, account 4711")
    asked = {"Topic": "Printer", "Have_you_tried_restarting?": "No"}  # it has a checklist
    linked = desk.opens(ken, "Banking site gives an error", **asked)
    private = desk.opens(chris, "Payroll account locked", Topic="Access")
    declares(desk, john, incident, "Online banking is down", "#general")
    assert "Online banking is down: we know" in chris.sees("#general")[-1].text
    option = f"#{incident} Online banking is down"
    links(desk, john, linked, option, "#help-desk")
    links(desk, john, private, option, "#team-it")
    assert "Major incident: Online banking is down · 2 tickets linked" in (
        desk.card(john, incident).text
    )
    assert f"Part of major incident #{incident}" in desk.card(john, linked).text
    assert "part of something bigger that we know of: Online banking is down" in heard(ken)
    answers(desk, john, incident, "Major incident…", Update="The bank looks at it.")
    desk.pass_time(minutes=1)
    for person in (karen, ken, chris):
        assert "The bank looks at it." in heard(person)
    assert "4711" not in heard(ken) + heard(chris)
    for seen in desk.jerry.sees("#help-desk"):
        assert "Payroll" not in "\n".join([seen.text, *(m.text for m in seen.thread)])
    assert "1 more" not in heard(ken)
    presses(desk, john, incident, "Resolve")
    ending = {"What_was_wrong?": "A certificate", "What_was_done?": "Renewed it"}
    assert sends(john, **ending, Reply_to_the_requester="Done!") == {}
    desk.pass_time(minutes=1)
    for person in (ken, chris):
        assert "Done!" in person.dm[-1].thread[-1].text
        assert "Is it fixed?" in person.dm[-1].thread[-1].text
    announced = chris.sees("#general")
    assert "this is resolved" in announced[-1].text
    ken.dm[-1].thread[-1].click("Not yet")
    assert sends(ken, **{"What_still_goes_wrong?": "The same error"}) == {}
    chris.dm[-1].thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "Checklist 2 of 2" in desk.card(john, linked).text
    presses(desk, john, linked, "History")
    assert "It ended with the major incident that it was part of." in modal_of(john).text
    modal_of(john).cancel()
    assert ":new: New" in desk.card(john, linked).text  # nobody had it
    assert "closed" in desk.card(john, private, "#team-it").text.lower()
    assert "resolved" in desk.card(john, incident).text.lower()


def test_a_link_is_undone_and_an_incident_taken_back(desk: DeskInTest) -> None:
    karen, ken, chris, john = desk.karen, desk.ken, desk.chris, desk.john
    incident = desk.opens(karen, "Cannot pay")
    first, second = desk.opens(ken, "Site is slow"), desk.opens(chris, "Site says no")
    declares(desk, john, incident, "Banking is down", "#general")
    for number in (first, second):
        links(desk, john, number, f"#{incident} Banking is down", "#help-desk")
    presses(desk, john, first, "Link or merge…")
    modal_of(john).press("Undo")
    modal_of(john).cancel()
    desk.settle()
    assert f"Your ticket #{first} is not part of Banking is down after all" in heard(ken)
    assert "1 ticket linked" in desk.card(john, incident).text
    with desk.store.snapshot() as session:
        known = incidents.known(session, ken.user.id)
        assert [(each.ticket, each.title, each.linked) for each in known] == [
            (incident, "Banking is down", 1)
        ]
    answers(desk, john, incident, "Major incident…", Update="For one only.")
    desk.pass_time(minutes=1)
    assert "For one only." in heard(chris)
    assert "For one only." not in heard(ken)
    presses(desk, john, incident, "Major incident…")
    modal_of(john).press("It is no major incident")
    desk.settle()
    assert f"Your ticket #{second} is not part of" in heard(chris)
    assert "taken back" in "\n".join(m.text for m in chris.sees("#general")[-1].thread)
    assert "Major incident" not in desk.card(john, incident).text
    told = thread_of(desk, john, incident)
    assert "took back that it is a major incident" in told
    with desk.store.snapshot() as session:
        assert incidents.known(session, ken.user.id) == []
    resolves(desk, john, incident)
    desk.pass_time(minutes=1)
    assert "resolved" not in desk.card(john, second).text.lower()


def test_a_private_ticket_is_no_incident_and_an_incident_is_part_of_no_other(
    desk: DeskInTest,
) -> None:
    john = desk.john
    private = desk.opens(desk.karen, "Salaries are public", Topic="Access")
    desk.card(john, private, "#team-it").choose("More…", "Major incident…")
    assert john.modal is None
    assert "private to its team" in whispered(john, "#team-it")
    one, other = desk.opens(desk.ken, "Slow"), desk.opens(desk.ken, "Slower")
    declares(desk, john, one, "Slowness")
    declares(desk, john, other, "More slowness")
    presses(desk, john, one, "Link or merge…")
    enter(modal_of(john), "Part of a major incident", f"#{other} More slowness")
    modal_of(john).submit()
    assert "is a major incident itself" in modal_of(john).text
