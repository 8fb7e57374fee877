"""What people edit or delete in Slack is followed where the desk has repeated it."""

from sandbox.seen import SeenMessage
from store.audit import Event
from tests.clock.asking import events
from tests.desk import DeskInTest, modal_of
from tests.faults.clicks import wait_until
from tests.stories.acts import heard, presses, thread_of


def team_line(desk: DeskInTest, number: int, words: str) -> SeenMessage:
    """The line of the team's thread that says this now."""
    lines = desk.card(desk.john, number, "#team-it").thread
    found = [line for line in lines if words in line.text]
    assert found, [line.text for line in lines]
    return found[-1]


def test_what_a_requester_edits_and_deletes_follows_with_its_versions_kept_for_agents(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    root = karen.find("", f"#{number}")
    wrote = karen.says("It is the left speaker", thread=root)
    desk.settle()
    line = team_line(desk, number, "It is the left speaker")
    karen.edits(wrote, "It is the right speaker")
    karen.edits(wrote, "It is both speakers")
    desk.settle()
    assert "Karen Example answered (edited):" in line.text
    assert "It is both speakers" in line.text
    assert "left" not in line.text
    presses(desk, john, number, "History")
    told = modal_of(john).text
    assert "changed what they had written. It said before:\nIt is the left speaker" in told
    assert "It is the right speaker" in told
    modal_of(john).cancel()

    karen.deletes(wrote)
    desk.settle()
    assert "Karen Example deleted what they wrote here." in line.text
    assert "both speakers" not in line.text
    karen.types(f"/ticket {number}")
    assert "both speakers" not in modal_of(karen).text
    presses(desk, john, number, "History")
    assert "deleted what they had written:\nIt is both speakers" in modal_of(john).text
    assert len(events(desk, number, Event.ENTRY_EDITED)) == 2


def test_what_was_edited_while_the_desk_was_deaf_is_read_in_its_last_form(
    desk: DeskInTest,
) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    root = karen.find("", f"#{number}")
    wrote = karen.says("It is the left speaker", thread=root)
    desk.settle()
    desk.desk.catch_up(desk.clock.skip)
    wait_until(lambda: desk.sandbox.delivery.is_quiet)  # none of the desk's own is to be lost
    desk.sandbox.faults.drop("message")
    karen.edits(wrote, "It is the right speaker")
    desk.desk.catch_up(desk.clock.skip)
    desk.settle()
    assert "answered (edited)" in team_line(desk, number, "It is the right speaker").text


def test_an_agents_edited_note_keeps_what_it_said_and_links_that_unfold_are_no_edit(
    desk: DeskInTest,
) -> None:
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    noted = john.says("She is deaf", thread=desk.card(john, number, "#team-it"))
    elsewhere = john.says("Third this week", thread=desk.card(john, number))
    desk.settle()
    john.edits(noted, "She has no headset")
    john.edits(elsewhere, "Fourth this week")
    desk.settle()
    assert "John Placeholder noted (edited)" in team_line(desk, number, "Fourth this week").text
    presses(desk, john, number, "History")
    told = modal_of(john).text
    assert "She has no headset" in told
    assert "It said before:\nShe is deaf" in told
    assert "It said before:\nThird this week" in told
    assert "deaf" not in heard(desk.karen)


def test_an_unsettled_direct_message_goes_to_its_ticket_as_it_reads_by_then(
    desk: DeskInTest,
) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    stray = karen.says("It hums")
    karen.edits(stray, "It hums loudly")
    desk.settle()
    stray.thread[-1].click(stray.thread[-1].buttons[0])
    desk.settle()
    assert "It hums loudly" in thread_of(desk, desk.john, number)


def test_what_the_desk_or_another_app_posts_is_nobodys_words(desk: DeskInTest) -> None:
    """Two bots in one thread would answer each other for ever."""
    john = desk.john
    number = desk.opens(desk.karen, "No sound")
    before = len(desk.card(john, number, "#team-it").thread)
    said = len(events(desk, number, Event.NOTED))
    root = desk.card(john, number, "#team-it")
    event = {
        "type": "message", "subtype": "bot_message", "bot_id": "B0OTHERBOT", "app_id": "A0OTHER",
        "text": "Beep", "channel": root.message.channel, "channel_type": "channel",
        "ts": "1790000100.000200", "thread_ts": root.ts,
    }  # fmt: skip
    for each in (event, {**event, "subtype": None, "user": "U0OTHERBOT"}):
        desk.sandbox.events.emit("message.channels", each)
    changed = {**event, "user": "U0OTHERBOT", "edited": {"user": "U0X", "ts": "1790000101.0"}}
    desk.sandbox.events.emit(
        "message.channels",
        {"type": "message", "subtype": "message_changed", "message": changed,
         "previous_message": event, "channel": root.message.channel, "ts": "1790000102.0"},
    )  # fmt: skip
    desk.settle()
    assert len(events(desk, number, Event.NOTED)) == said
    assert len(desk.card(john, number, "#team-it").thread) == before
