"""How much a ticket makes people's phones ring: a busy one, and people who want to hear less."""

from itertools import cycle
from pathlib import Path

import pytest

from sandbox.people import Person
from store import audit, conversation, triage
from store.kinds import News
from store.models import Hears
from store.preferences import _LESSER
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.sqlite import migrated_file
from tests.stories.acts import answers, heard, presses, resolves

AS_SHIPPED = DEMO_POLICY + '\n[quiet]\nnotices = "5 min"\n'


def rings(person: Person) -> list[str]:
    """Every message of the desk that the person was notified of."""
    everything = [m for root in person.dm for m in (root, *root.thread)]
    mine = person.user.real_name
    return [m.text for m in everything if m.author != mine and not m.is_ephemeral]


def test_a_ticket_of_a_hundred_events_rings_its_requester_eight_times_and_bystanders_never(
    tmp_path: Path,
) -> None:
    url = migrated_file(tmp_path)
    with running_desk(url, policy=load_policy(AS_SHIPPED)) as desk:
        karen, john, jane = desk.karen, desk.john, desk.jane
        number = desk.opens(karen, "Nobody in accounting can print", Topic="General inquiry")
        presses(desk, john, number, "Claim")
        _busy_morning(desk, number)
        answers(desk, john, number, "Waiting on requester", Question="Which floor?")
        karen.says("The third", thread=karen.dm[0])
        desk.settle()
        _notes(desk, number, 30)
        resolves(desk, john, number)
        karen.dm[0].thread[-1].click("Yes, it's fixed")
        desk.settle()
        with desk.store.snapshot() as session:
            assert len(audit.history(session, number)) >= 100
        assert len(rings(karen)) <= 8, rings(karen)
        assert [line for line in rings(karen) if "Several things happened" in line]
        assert len(rings(john)) <= 7, rings(john)
        assert len(rings(jane)) <= 5, rings(jane)
        for bystander in (desk.ken, desk.chris, desk.jerry, desk.omar, desk.ada):
            assert rings(bystander) == [], bystander
        cards = [m for m in john.sees("#help-desk") if f"#{number}" in m.text]
        assert len(cards) == 1  # drawn anew in its place
        assert desk.sandbox.violations == []


def _busy_morning(desk: DeskInTest, number: int) -> None:
    """Two agents who pass it to and fro, and change their minds about how bad it is."""
    john, jane = desk.john.user.id, desk.jane.user.id
    for turn, (to, severity) in zip(range(8), cycle([(jane, "sev_b"), (john, "sev_c")])):
        with desk.store.transaction() as session:
            at, by = desk.clock.now(), john if to == jane else jane
            triage.assign(session, number, to=to, note="Yours", by=by, at=at)
            triage.change_severity(session, number, severity=severity, reason="?", by=to, at=at)
        desk.pass_time(seconds=30)
        _notes(desk, number, turn)
    desk.pass_time(minutes=6)


def _notes(desk: DeskInTest, number: int, count: int) -> None:
    for _ in range(count):
        with desk.store.transaction() as session:
            conversation.note(
                session, number, text="Looked again", by=desk.jane.user.id, at=desk.clock.now()
            )
    desk.settle()


def test_people_choose_what_they_hear_and_what_needs_them_always_reaches_them(
    desk: DeskInTest,
) -> None:
    karen, john = desk.karen, desk.john
    karen.types("/ticket settings")
    form = modal_of(karen)
    form.choose("What do you want to hear?", "Only what needs me")
    form.submit()
    number = desk.opens(karen, "No sound", Topic="General inquiry")
    presses(desk, john, number, "Claim")
    answers(
        desk,
        john,
        number,
        "On hold",
        **{"What_does_it_wait_for?": "A part", "Whose_answer?": "Acme"},
    )
    presses(desk, john, number, "Resume")
    assert len(rings(karen)) == 1  # that it has been received
    answers(desk, john, number, "Waiting on requester", Question="Which one?")
    assert "Which one?" in heard(karen)
    karen.says("That one", thread=karen.dm[0])
    resolves(desk, john, number)
    assert "Is it fixed?" in heard(karen)
    assert len(rings(karen)) == 3
    karen.types("/ticket settings")
    form = modal_of(karen)
    form.choose("What do you want to hear?", "Everything")
    form.submit()
    karen.dm[0].thread[-1].click("Yes, it's fixed")
    desk.settle()
    assert "is closed" in heard(karen)


@pytest.mark.parametrize("hears", Hears)
def test_nobody_can_choose_not_to_be_asked(hears: Hears) -> None:
    asking = {News.RECEIVED, News.REPLY, News.ASKED, News.NUDGE, News.WAITING_WARNING,
              News.CLOSED_UNANSWERED, News.RESOLVED, News.QUIET_WARNING}  # fmt: skip
    assert not asking & _LESSER[hears]
