"""The team's thread is internal; an agent sends a message of it on purpose, or not at all."""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from store.audit import Event
from store.rules.policy_file import load_policy
from tests.clock.asking import events
from tests.desk import DEMO_POLICY, DeskInTest, modal_of, running_desk
from tests.stories.acts import answers, heard, thread_of, whispered

SHORTCUT = "Send to requester"


@pytest.fixture
def prefixed(database: URL) -> Iterator[DeskInTest]:
    """A desk whose team's threads know a prefix."""
    policy = load_policy(f'{DEMO_POLICY}\n[talking]\nsend_prefix = ">>"\n')
    with running_desk(database, policy=policy) as desk:
        yield desk
        assert desk.sandbox.violations == []


def test_a_message_of_the_teams_thread_goes_to_the_requester_by_shortcut_once(
    desk: DeskInTest,
) -> None:
    john, jane, karen = desk.john, desk.jane, desk.karen
    number = desk.opens(karen, "No sound")
    note = jane.says(
        "Please press the *mute* key, @Karen", thread=desk.card(jane, number, "#team-it")
    )
    desk.settle()
    assert "mute" not in heard(karen)
    assert john.uses_message_shortcut(SHORTCUT, note).acked
    assert "Please press the *mute* key" in modal_of(john).text
    modal_of(john).cancel()
    assert "mute" not in heard(karen)
    desk.settle()
    assert heard(karen).count("Please press the *mute* key") == 1
    assert "With @John" in desk.card(john, number).text
    assert "Reached Karen Example" in thread_of(desk, john, number)
    john.uses_message_shortcut(SHORTCUT, note)
    assert "went to the requester of ticket" in whispered(john, "#team-it")
    desk.settle()
    assert heard(karen).count("Please press the *mute* key") == 1

    answers(desk, john, number, "Add note", Note="Tell her to restart it")
    shown = desk.card(john, number, "#team-it").thread[-1]
    john.uses_message_shortcut(SHORTCUT, shown)
    desk.settle()
    assert "Tell her to restart it" in heard(karen)


def test_what_is_no_agents_message_below_a_card_is_refused_kindly(desk: DeskInTest) -> None:
    john, karen, jerry = desk.john, desk.karen, desk.jerry
    number = desk.opens(karen, "No sound")
    root = desk.card(john, number, "#team-it")
    loose = john.says("Lunch?", "#team-it")
    karen.says("It hums", thread=karen.find("", f"#{number}"))
    desk.settle()
    answer = root.thread[-1]
    for message, told in (
        (loose, "Only a message below a ticket's card"),
        (root, "Only a message below a ticket's card"),
        (answer, "between you and the requester already"),
    ):
        john.uses_message_shortcut(SHORTCUT, message)
        assert told in whispered(john, "#team-it")
    assert john.modal is None
    karen.uses_message_shortcut(SHORTCUT, karen.find("", f"#{number}").thread[-1])
    assert "Only a message below" in whispered(karen, "")
    assert events(desk, number, Event.REPLIED) == []
    assert jerry.modal is None


def test_with_the_prefix_a_message_of_the_thread_is_a_reply_and_follows_until_it_is_out(
    prefixed: DeskInTest,
) -> None:
    desk, john, karen = prefixed, prefixed.john, prefixed.karen
    number = desk.opens(karen, "No sound")
    card = desk.card(john, number, "#team-it")
    john.says("no prefix: internal", thread=card)
    wrote = john.says(">> Hello Karne", thread=card)
    john.edits(wrote, ">> Hello Karen")
    gone = john.says(">> Oops", thread=card)
    john.deletes(gone)
    changed_mind = john.says(">> Who broke it?", thread=card)
    john.edits(changed_mind, "Who broke it?")
    desk.settle()
    told = heard(karen)
    assert "Hello Karen" in told
    assert not any(words in told for words in ("internal", "Karne", "Oops", "Who broke it?", ">>"))
    john.edits(wrote, ">> Hello Ken")
    desk.settle()
    assert "Ken" not in heard(karen)
    assert len(events(desk, number, Event.REPLIED)) == 1
    assert "Reached Karen Example" in thread_of(desk, john, number)
