"""A part of a ticket becomes a ticket of its own: linked, told once, private where it was."""

import pytest
from sqlalchemy import URL, select

from sandbox.people import Person
from store import splitting
from store.audit import Event
from store.models import AuditEvent, LinkKind
from store.rules.errors import InvalidFields, NotAllowed
from store.rules.policy_file import load_policy
from tests.desk import DeskInTest, modal_of, running_desk
from tests.stories.acts import answers, heard, presses, sends, thread_of
from tests.together.test_incidents import PRIVATE


def test_a_part_is_split_off_for_the_same_people_and_a_private_part_stays_private(
    database: URL,
) -> None:
    with running_desk(database, policy=load_policy(PRIVATE)) as desk:
        the_form_starts_from_what_was_said(desk)
        nothing_leaves_a_private_ticket(desk)
        assert desk.sandbox.violations == []


def the_form_starts_from_what_was_said(desk: DeskInTest) -> None:
    karen, ken, chris, john = desk.karen, desk.ken, desk.chris, desk.john
    number = desk.opens(
        karen, "Excel crashes", Details="It closes by itself.", On_behalf_of_someone_else="Chris"
    )
    presses(desk, john, number, "People…")
    modal_of(john).pick_person("Who is affected too?", "Ken")
    assert modal_of(john).submit().errors == {}
    desk.settle()
    answers(desk, john, number, "Add note", Note="She is tiresome.")
    karen.says("And the printer is jammed\nOn floor 2", thread=karen.dm[-1])
    karen.uploads("jam.png", thread=karen.dm[-1], text="", size=2_000)
    john.uploads("inner.txt", thread=desk.card(john, number, "#team-it"), text="For us")
    desk.settle()

    presses(desk, john, number, "Split off…")
    form = modal_of(john)
    assert form.value("Details") == ""
    assert form.options("Start from") == [
        "The request: It closes by itself.",
        "Karen Example: And the printer is jammed On floor 2",
    ]
    form.choose("Start from", "Karen Example: And the printer is jammed On floor 2")
    form = modal_of(john)
    assert form.value("Summary of the part") == "And the printer is jammed"
    assert form.value("Details") == "And the printer is jammed\nOn floor 2"
    before = {person: len(person.dm) for person in (karen, chris, ken)}
    assert form.options("Files that belong to it") == ["jam.png (PNG · 2 KB)"]
    form.choose("Files that belong to it", "jam.png (PNG · 2 KB)")
    part_of = {"Summary_of_the_part": "Printer is jammed", "Topic": "Hardware", "Severity": "Sev-B"}
    assert sends(john, **part_of) == {}
    desk.settle()

    part = desk.newest_ticket()
    assert part == number + 1
    for person, count in before.items():
        assert len(person.dm) == count + 1
        assert f"#{part}" in person.dm[-1].text
        assert f"@John Placeholder split it off from ticket #{number}" in person.dm[-1].text
        assert heard(person).count("Printer is jammed") == 1
        assert "tiresome" not in heard(person)
    assert f"Split off from #{number}" in desk.card(john, part).text
    assert "Sev-B" in desk.card(john, part).text
    files = [line for line in desk.card(john, part, "#team-it").thread if "jam.png" in line.text]
    assert files[0].opens("jam.png") == bytes(2_000)
    assert ken.dm[-1].opens("jam.png") == bytes(2_000)
    karen.types(f"/ticket {part}")
    assert "jam.png" in modal_of(karen).text
    assert "inner.txt" not in modal_of(karen).text + heard(ken)
    assert "1 more affected" in desk.card(john, part).text
    assert f"Split off from it: #{part}" in desk.card(john, number).text
    assert f"split it off from #{number}" in thread_of(desk, john, part)
    assert f"split off a part of it: #{part}" in thread_of(desk, john, number)
    with desk.store.snapshot() as session:
        for one, other, way in ((number, part, "from"), (part, number, "to")):
            found = select(AuditEvent).where(AuditEvent.ticket_id == one)
            event = session.scalars(found.where(AuditEvent.kind == Event.LINKED)).one()
            told = [event.changes[field][1] for field in ("other", "link", "way")]
            assert told == [other, LinkKind.SPLIT, way]

    presses(desk, john, part, "Link or merge…")
    modal_of(john).press("Undo")
    modal_of(john).close_everything()
    desk.settle()
    assert "Split off" not in desk.card(john, part).text
    assert f"undid the link to #{number}" in thread_of(desk, john, part)


def nothing_leaves_a_private_ticket(desk: DeskInTest) -> None:
    karen, john, jerry = desk.karen, desk.john, desk.jerry
    private = desk.opens(karen, "Salaries", Topic="Access")
    desk.card(john, private, "#team-it").choose("More…", "Split off…")
    form = modal_of(john)
    assert form.options("Topic") == ["Access"]
    assert sends(john, Summary_of_the_part="Bonuses") == {}
    desk.settle()
    part = desk.newest_ticket()
    assert part == private + 1
    assert "Bonuses" in desk.card(john, part, "#team-it").text
    assert not any("Bonuses" in seen.text for seen in jerry.sees("#help-desk"))
    with pytest.raises(InvalidFields, match="private"):
        splits(desk, private, "general", john)
    with pytest.raises(NotAllowed, match="Only agents"):
        splits(desk, private, "access", jerry)
    assert desk.newest_ticket() == part


def splits(desk: DeskInTest, number: int, topic: str, by: Person) -> None:
    """Without the form, as somebody might who sends what it does not offer."""
    with desk.store.transaction() as session:
        splitting.split(
            session, number, summary="Bonuses", details="", topic=topic,
            by=by.user.id, at=desk.clock.now(),
        )  # fmt: skip
