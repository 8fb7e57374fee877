"""People join a ticket: everybody hears in a thread of their own, and may answer there."""

import pytest

from sandbox.people import Person
from store import circle, participants
from store.models import Role
from store.rules.errors import NotAllowed, Refused
from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, begins, heard, presses, resolves, sends, thread_of


def joins(desk: DeskInTest, number: int, person: Person, role: Role, by: Person) -> bool:
    """What the form and other stories do in the store."""
    with desk.store.transaction() as session:
        joined = participants.join(
            session, number, person.user.id, role, by=by.user.id, at=desk.clock.now()
        )
    desk.settle()
    return joined


def leaves(desk: DeskInTest, number: int, person: Person, role: Role, by: Person) -> bool:
    with desk.store.transaction() as session:
        left = participants.leave(
            session, number, person.user.id, role, by=by.user.id, at=desk.clock.now()
        )
    desk.settle()
    return left


def test_whoever_joins_as_affected_hears_answers_and_confirms_in_a_thread_of_their_own(
    desk: DeskInTest,
) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    number = desk.opens(karen, "Excel crashes")
    presses(desk, john, number, "Claim")
    assert joins(desk, number, ken, Role.AFFECTED, by=john)
    assert not joins(desk, number, ken, Role.AFFECTED, by=john)
    assert not joins(desk, number, ken, Role.WATCHER, by=john)
    assert not joins(desk, number, karen, Role.AFFECTED, by=john)
    assert "John Placeholder added Ken Sample as affected by it" in thread_of(desk, john, number)
    root = ken.dm[-1]
    assert f"added you to ticket #{number}, Excel crashes" in root.text
    assert "It is in progress." in root.text
    answers(desk, john, number, "Reply", Reply="We look at the update.")
    assert len(ken.dm) == 1
    assert "We look at the update." in ken.dm[-1].thread[-1].text
    assert "We look at the update." in heard(karen)
    ken.says("Mine shows a blue window", thread=root)
    desk.settle()
    told = desk.card(john, number, "#team-it").thread[-1].text
    assert "Ken" in told
    assert "Mine shows a blue window" in told
    resolves(desk, john, number)
    ken.dm[-1].thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "closed" in desk.card(john, number).text.lower()
    assert "is closed" in heard(karen)
    assert "is closed" in heard(ken)
    assert "Ken Sample confirmed" in thread_of(desk, john, number)
    assert "It is confirmed" in heard(john)
    for person, words in ((karen, "Great, thank you both!"), (ken, ":tada:")):
        person.says(words, thread=person.find("", f"#{number}"))
        desk.settle()
        assert "shall we open it again" not in heard(person)
    ken.uploads("again.png", thread=ken.find("", f"#{number}"), text="")
    desk.settle()
    assert "shall we open it again" in heard(ken), "a screenshot says more than thanks"


def test_a_watcher_hears_how_it_goes_is_asked_nothing_and_stops_with_one_click(
    desk: DeskInTest,
) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    number = desk.opens(karen, "Excel crashes")
    assert joins(desk, number, ken, Role.WATCHER, by=john)
    presses(desk, john, number, "Claim")
    assert f"John Placeholder works on ticket #{number} now." in ken.dm[-1].thread[-1].text
    answers(desk, john, number, "Waiting on requester", Question="Which Excel?")
    ken.says("It is 2019", thread=ken.dm[-1])
    desk.settle()
    assert "Ken Sample, who watches, answered:" in thread_of(desk, john, number)
    assert "It is 2019" in thread_of(desk, john, number)
    assert "@Ken Sample writes:" in heard(john)
    assert "It is 2019" in heard(john)
    assert "Waiting" in desk.card(john, number).text, "it is not theirs to answer for Karen"
    resolves(desk, john, number)
    resolved, asked = ken.dm[-1].thread[-1], len(ken.dm[-1].thread)
    ken.says("Is it?", thread=ken.dm[-1])
    desk.settle()
    assert len(ken.dm[-1].thread) == asked + 1, "nothing is asked of somebody who only watches"
    assert "has resolved ticket" in resolved.text
    assert resolved.buttons == []
    ken.dm[-1].click("Stop watching")
    desk.settle()
    assert "You no longer hear of this ticket" in ken.dm[-1].text
    ken.says("One more thing", thread=ken.dm[-1])
    desk.settle()
    assert "One more thing" not in thread_of(desk, john, number)
    assert "Nothing was passed on" in heard(ken)
    before = heard(ken)
    karen.dm[-1].thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert heard(ken) == before
    assert "Ken Sample no longer watches it" in thread_of(desk, john, number)


def test_whoever_joins_later_reads_what_was_said_and_opens_the_files_but_no_notes(
    desk: DeskInTest,
) -> None:
    karen, ken, chris, john = desk.karen, desk.ken, desk.chris, desk.john
    form = begins(karen, "/ticket Excel crashes")
    form.fill("Details", "Since the update of Monday.")
    form.attach("Files", "crash.png", size=48_213)
    assert form.submit().ok
    desk.settle()
    number = desk.newest_ticket()
    presses(desk, john, number, "Claim")
    answers(desk, john, number, "Reply", Reply="Which version?")
    answers(desk, john, number, "Add note", Note="She never updates.")
    karen.uploads("about.png", thread=karen.find("", f"#{number}"), text="This one", size=2_000)
    john.uploads("inner.txt", thread=desk.card(john, number, "#team-it"), text="For us")
    desk.settle()
    for person, role in ((ken, Role.AFFECTED), (chris, Role.WATCHER)):
        joins(desk, number, person, role, by=john)
        root = person.dm[-1]
        for told in ("Since the update", "John", "Which version?", "Karen", "This one"):
            assert told in root.text
        assert "never updates" not in root.text
        assert "inner.txt" not in root.text
        assert "in this thread" in root.text
        assert root.opens("crash.png") == bytes(48_213)
        assert root.opens("about.png") == bytes(2_000)
        person.types(f"/ticket {number}")
        shown = modal_of(person).text
        assert "crash.png" in shown
        assert "about.png" in shown
        assert "Which version?" in shown
        assert "inner.txt" not in shown
    modal_of(chris).press("Add information")
    assert sends(chris, **{"What_should_the_agents_know?": "Six of us have it"}) == {}
    desk.settle()
    assert "Chris Figment, who watches, answered:" in thread_of(desk, john, number)


def test_an_agent_who_watches_hears_as_agents_do(desk: DeskInTest) -> None:
    karen, jane, john = desk.karen, desk.jane, desk.john
    number = desk.opens(karen, "Excel crashes")
    assert joins(desk, number, jane, Role.WATCHER, by=jane)
    assert jane.dm == []
    presses(desk, john, number, "Claim")
    told = jane.dm[-1]
    assert "which you watch" in told.text
    assert "John Placeholder claimed it" in told.text
    told.click("Stop watching")
    desk.settle()
    answers(desk, john, number, "Reply", Reply="Hello")
    assert "Hello" not in heard(jane)


def test_whoever_left_and_comes_back_goes_on_in_the_same_thread(desk: DeskInTest) -> None:
    karen, ken, john = desk.karen, desk.ken, desk.john
    number = desk.opens(karen, "Excel crashes")
    joins(desk, number, ken, Role.WATCHER, by=john)
    assert leaves(desk, number, ken, Role.WATCHER, by=john)
    assert not leaves(desk, number, ken, Role.WATCHER, by=john)
    assert "took you off ticket" in ken.dm[-1].thread[-1].text
    joins(desk, number, ken, Role.AFFECTED, by=karen)
    assert len(ken.dm) == 1
    assert "Karen Example added you" in ken.dm[-1].thread[-1].text
    ken.says("Still crashing", thread=ken.dm[-1])
    desk.settle()
    assert "Still crashing" in thread_of(desk, john, number)


def test_the_store_says_who_may_add_whom(desk: DeskInTest) -> None:
    karen, ken, john, chris = desk.karen, desk.ken, desk.john, desk.chris
    number = desk.opens(karen, "Excel crashes")
    assert joins(desk, number, chris, Role.AFFECTED, by=chris)
    for person, role in ((ken, Role.WATCHER), (ken, Role.HELPER), (john, Role.HELPER)):
        with pytest.raises(NotAllowed):
            joins(desk, number, person, role, by=karen)
    with pytest.raises(NotAllowed):
        joins(desk, number, chris, Role.AFFECTED, by=ken)
    with pytest.raises(NotAllowed):
        leaves(desk, number, chris, Role.AFFECTED, by=karen)
    with desk.store.snapshot() as session:
        assert [each.person for each in circle.of(session, number)] == [chris.user.id]
    resolves(desk, john, number)
    karen.dm[-1].thread[-1].click("Yes, it's fixed")
    desk.settle()
    with pytest.raises(Refused, match="closed"):
        joins(desk, number, ken, Role.AFFECTED, by=john)
