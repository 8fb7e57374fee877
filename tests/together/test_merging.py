"""Duplicates are merged: people, words and clocks follow, nobody reads what is private."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, select

from sandbox.people import Person
from store import merging, targets
from store.models import TicketLink
from store.rules.errors import Refused
from store.rules.policy_file import load_policy
from tests.desk import DeskInTest, modal_of, running_desk
from tests.stories.acts import answers, heard, presses, sends, thread_of, whispered
from tests.together.test_incidents import PRIVATE


@pytest.fixture
def desk(database: URL) -> Iterator[DeskInTest]:
    """The sample company, where requests for access are private to IT Support."""
    with running_desk(database, policy=load_policy(PRIVATE)) as running:
        yield running
        assert running.sandbox.violations == []


def merges(
    desk: DeskInTest, person: Person, number: int, into: int, channel: str = "#help-desk"
) -> str:
    """Through the form. Return what it complains of."""
    desk.card(person, number, channel).choose("More…", "Link or merge…")
    modal_of(person).fill("The same as ticket", f"#{into}")
    modal_of(person).submit()
    complaint = person.modal.text if person.modal else ""
    if person.modal:
        modal_of(person).close_everything()
    desk.settle()
    return complaint


def owed(desk: DeskInTest, number: int) -> list[tuple[bool, ...]]:
    """Of each target: is there a deadline, is it met, missed, withdrawn."""
    with desk.store.snapshot() as session:
        return [
            (t.due_at is not None, *(bool(x) for x in (t.met_at, t.missed_at, t.withdrawn_at)))
            for t in targets.of(session, number)
        ]


def test_a_duplicate_goes_on_in_the_ticket_that_was_kept(desk: DeskInTest) -> None:
    karen, ken, chris, john = desk.karen, desk.ken, desk.chris, desk.john
    kept = desk.opens(karen, "Excel crashes")
    duplicate = desk.opens(ken, "Spreadsheets close by themselves")
    third = desk.opens(chris, "No Excel")
    presses(desk, john, kept, "Claim")
    assert merges(desk, john, third, duplicate) == ""
    presses(desk, john, duplicate, "Reply")
    assert sends(john, Reply="We know of it.") == {}
    modal_of(john).close_everything()
    assert merges(desk, john, duplicate, kept) == ""
    assert "We know of it." in heard(ken)  # it was still held when the tickets were merged
    assert f"Your ticket #{duplicate} is about the same as ticket #{kept}" in heard(ken)
    assert len(ken.dm) == 1
    assert f"Merged into #{kept}" in desk.card(john, duplicate).text
    card = desk.card(john, kept).text
    assert "2 more affected" in card
    assert f"Holds what was merged: #{duplicate}" in card
    answers(desk, john, kept, "Reply", Reply="An update broke it.")
    desk.pass_time(minutes=1)
    for person in (ken, chris):
        assert "An update broke it." in person.dm[-1].thread[-1].text
        person.says(f"Thanks, says {person.user.id}", thread=person.dm[-1])
    john.says("Look at the add-ins", thread=desk.card(john, duplicate, "#team-it"))
    desk.settle()
    told = thread_of(desk, john, kept, "#team-it")
    assert f"Thanks, says {ken.user.id}" in told
    assert f"Thanks, says {chris.user.id}" in told
    assert "Look at the add-ins" in told
    assert f"Thanks, says {ken.user.id}" not in thread_of(desk, john, duplicate)
    presses(desk, john, duplicate, "Reopen")
    assert f"was merged into #{kept}" in whispered(john, "#help-desk")


def test_the_clocks_of_a_merged_ticket_stop_and_undoing_it_owes_the_rest(desk: DeskInTest) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    kept, duplicate = desk.opens(karen, "Excel crashes"), desk.opens(ken, "Excel dies")
    desk.pass_time(hours=1)
    assert merges(desk, john, duplicate, kept) == ""
    assert owed(desk, duplicate) == [(True, False, False, True)] * 2
    desk.pass_time(hours=5)
    assert owed(desk, duplicate) == [(True, False, False, True)] * 2
    before = len(ken.dm[-1].thread)
    presses(desk, john, kept, "Link or merge…")
    modal_of(john).press("Undo")
    modal_of(john).close_everything()
    desk.settle()
    assert "another matter" in ken.dm[-1].thread[-1].text
    assert len(ken.dm[-1].thread) == before + 1
    assert "new" in desk.card(john, duplicate).text.lower()
    assert "affected" not in desk.card(john, kept).text
    assert owed(desk, duplicate) == [(True, False, False, False)] * 2
    desk.pass_time(hours=16)  # to 08:00: of four working hours, two were left on Monday at four
    assert owed(desk, duplicate)[0] == (True, False, False, False)
    desk.pass_time(hours=3)
    assert owed(desk, duplicate)[0] == (True, False, True, False)
    told = thread_of(desk, john, duplicate, "#team-it")
    assert f"undid the merge into #{kept}" in told
    ken.says("Mine is something else", thread=ken.dm[-1])
    desk.settle()
    assert "Mine is something else" in thread_of(desk, john, duplicate, "#team-it")
    assert "Mine is something else" not in thread_of(desk, john, kept, "#team-it")


def test_merging_leads_in_no_circle_and_leaks_no_private_ticket(desk: DeskInTest) -> None:
    karen, ken, john, jerry = desk.karen, desk.ken, desk.john, desk.jerry
    one, other = desk.opens(karen, "Excel crashes"), desk.opens(ken, "Excel dies")
    private = desk.opens(karen, "Salaries", Topic="Access")
    mine = desk.opens(ken, "Folder", Topic="Access")
    hers = desk.opens(karen, "Folders", Topic="Access")
    assert "itself" in merges(desk, john, one, one)
    assert "no ticket #999" in merges(desk, john, one, 999)
    assert "is private" in merges(desk, john, one, private)
    assert "is private" in merges(desk, john, private, one, "#team-it")
    assert "is private" in merges(desk, john, mine, private, "#team-it")
    assert f"no ticket #{private}" in merges(desk, jerry, one, private)
    assert merges(desk, john, hers, private, "#team-it") == ""
    assert merges(desk, john, one, other) == ""
    with pytest.raises(Refused, match="was merged itself"), desk.store.transaction() as session:
        merging.merge(session, other, one, by=john.user.id, at=desk.clock.now())
    with desk.store.snapshot() as session:
        found = session.scalars(select(TicketLink).order_by(TicketLink.id)).all()
        assert [(each.ticket_id, each.other_id) for each in found] == [
            (hers, private), (one, other),
        ]  # fmt: skip


def test_what_is_no_number_is_told_so_at_the_field(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "Excel crashes")
    presses(desk, desk.john, number, "Link or merge…")
    for typed in ("", "that one"):
        modal_of(desk.john).fill("The same as ticket", f"#{typed}")
        errors = modal_of(desk.john).submit().errors
        assert errors == {"The same as ticket": "Write the number of a ticket, like 42."}
