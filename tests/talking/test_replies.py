"""A reply: seen before it is sent, taken back in time, and known to have arrived."""

from datetime import timedelta

from sandbox.people import Person
from store.audit import Event
from tests.clock.asking import events, target
from tests.desk import DeskInTest, modal_of
from tests.stories.acts import answers, heard, presses, thread_of


def writes(desk: DeskInTest, agent: Person, number: int, text: str, **chosen: str) -> None:
    """Send a reply, and let it wait."""
    presses(desk, agent, number, "Reply")
    form = modal_of(agent)
    form.fill("Reply", text)
    for label, option in chosen.items():
        form.choose(label.replace("_", " "), option)
    outcome = form.submit()
    assert outcome.ok, outcome.errors
    desk.desk.deliver(desk.clock.skip)


def kinds(desk: DeskInTest, number: int) -> list[str]:
    """What happened of that which concerns replies."""
    return [
        event.kind
        for kind in (Event.REPLIED, Event.REPLY_UNDONE)
        for event in events(desk, number, kind)
    ]


def test_a_canned_reply_is_two_clicks_from_the_queue_and_speaks_of_this_ticket(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    desk.card(john, number).choose("More…", "Looking into it")
    shown = modal_of(john)
    assert "Goes out in 10 seconds" in shown.text
    assert "Hello Karen" in shown.text
    assert f"#{number}" in shown.text
    desk.desk.deliver(desk.clock.skip)
    assert "Hello Karen" not in heard(karen)
    desk.settle()
    assert "by Tue 17 Nov 10:00 CET" in heard(karen) or "by Wed 18 Nov 10:00 CET" in heard(karen)
    assert "With @John" in desk.card(john, number).text
    assert "Reached Karen Example" in thread_of(desk, john, number)


def test_a_reply_is_previewed_as_the_requester_reads_it_and_what_was_typed_stays(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    presses(desk, john, number, "Reply")
    form = modal_of(john)
    form.press("Preview")
    assert "Write something first" in modal_of(john).text
    modal_of(john).cancel()
    form.fill("Reply", "Is it *muted*?")
    form.press("Preview")
    form = modal_of(john)
    shown = form.text.partition("What the requester reads:")[2]
    assert f"@John Placeholder writes about your ticket #{number}:" in shown
    assert "Is it *muted*?" in shown
    assert form.value("Reply") == "Is it *muted*?"
    assert form.submit().ok
    desk.settle()
    read = karen.find("", f"#{number}").thread[-1].text
    assert read in shown


def test_a_reply_that_is_undone_in_time_is_never_sent_and_counts_for_nothing(
    desk: DeskInTest,
) -> None:
    john, jane, karen = desk.john, desk.jane, desk.karen
    number = desk.opens(karen, "No sound")
    writes(desk, john, number, "You broke it, Karen")
    line = desk.card(jane, number, "#team-it").thread[-1]
    assert "it goes out in a moment" in line.text
    assert target(desk, number, "first_response").met_at is None
    line.click("Undo")
    desk.desk.deliver(desk.clock.skip)
    assert "took this reply back, and nothing was sent" in line.text
    assert line.buttons == []
    desk.pass_time(minutes=5)
    assert "You broke it" not in heard(karen)
    assert kinds(desk, number) == [Event.REPLY_UNDONE]
    assert target(desk, number, "first_response").met_at is None
    karen.types(f"/ticket {number}")
    assert "You broke it" not in modal_of(karen).text
    karen.types("/ticket find broke")
    assert "You broke it" not in heard(karen)

    writes(desk, john, number, "We look at it.")
    modal_of(john).press("Undo")
    assert "This is what you had written" in modal_of(john).text
    desk.settle()
    assert "We look at it." not in heard(karen)


def test_it_is_too_late_to_undo_what_is_out_and_it_went_out_once(desk: DeskInTest) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    writes(desk, john, number, "We look at it.")
    old = desk.card(john, number, "#team-it").thread[-1].stale_copy()
    modal_of(john).cancel()
    sent_at = desk.clock.now() + timedelta(seconds=10)
    desk.settle()
    desk.desk.tick()
    old.click("Undo")
    desk.settle()
    assert heard(karen).count("We look at it.") == 1
    assert kinds(desk, number) == [Event.REPLIED]
    met = target(desk, number, "first_response").met_at
    assert met is not None
    assert met <= sent_at
    told = [m.text for m in desk.card(john, number, "#team-it").thread if m.is_ephemeral]
    assert any("Too late" in text for text in told)


def test_a_reply_whose_recipient_slack_refuses_says_so_in_the_thread(desk: DeskInTest) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound", On_behalf_of_someone_else="Chris")
    desk.sandbox.faults.refuse("chat.postMessage", "channel_not_found", channel=karen.user.id)
    answers(desk, john, number, "Reply", Reply="We look at it.")
    told = thread_of(desk, john, number)
    assert "Not delivered to Karen Example: Slack refused it (channel_not_found)" in told
    assert "Reached Chris" in told


def test_a_reply_can_wait_for_the_answer_or_go_on_or_resolve_in_the_same_submit(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    writes(desk, john, number, "Which room?", And_set="Waiting on requester")
    assert "In progress" in desk.card(john, number).text
    desk.settle()
    assert "Waiting on requester" in desk.card(john, number).text
    assert "needs an answer to go on" in heard(karen)
    assert heard(karen).count("Which room?") == 1

    writes(desk, john, number, "Never mind, found it.", And_set="In progress")
    desk.settle()
    assert "In progress" in desk.card(john, number).text

    presses(desk, john, number, "Reply")
    form = modal_of(john)
    form.fill("Reply", "Unmuted. Enjoy!")
    form.choose("And set", "Resolved")
    form = modal_of(john)
    assert form.value("Reply to the requester") == "Unmuted. Enjoy!"
    form.fill("What was wrong?", "Muted")
    form.fill("What was done?", "Unmuted")
    assert form.submit().ok
    desk.settle()
    assert "Resolved" in desk.card(john, number).text
    assert "Unmuted. Enjoy!" in karen.find("", f"#{number}").thread[-1].text


def test_a_question_and_the_word_that_goes_with_a_resolution_can_be_taken_back_too(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    presses(desk, john, number, "Claim")
    desk.card(john, number).choose("More…", "Waiting on requester")
    form = modal_of(john)
    form.fill("Question", "Which room is it?")
    assert form.submit().ok
    modal_of(john).press("Undo")
    assert "This is what you had written" in modal_of(john).text
    modal_of(john).cancel()
    desk.settle()
    assert "In progress" in desk.card(john, number).text
    assert "Which room" not in heard(karen)

    desk.card(john, number).click("Resolve")
    form = modal_of(john)
    for label, words in {
        "What was wrong?": "Muted",
        "What was done?": "Unmuted",
        "Reply to the requester": "Try now",
    }.items():
        form.fill(label, words)
    assert form.submit().ok
    assert "is resolved in 10 seconds" in modal_of(john).text
    modal_of(john).cancel()
    desk.desk.deliver(desk.clock.skip)
    desk.card(john, number, "#team-it").thread[-1].click("Undo")
    desk.settle()
    assert "In progress" in desk.card(john, number).text
    assert "Try now" not in heard(karen)
    assert target(desk, number, "resolution").met_at is None


def test_an_agent_named_in_a_note_hears_of_it_once_and_a_requester_never(desk: DeskInTest) -> None:
    john, jane, jerry, karen = desk.john, desk.jane, desk.jerry, desk.karen
    number = desk.opens(karen, "No sound")
    note = "@jane look, and @Jerry Mockup too; not @karen, not @john"
    answers(desk, john, number, "Add note", Note=note)
    for agent in (jane, jerry):
        assert heard(agent).count(f"You are named in a note on ticket #{number}") == 1
        assert f"@John Placeholder writes:\n{note}" in heard(agent)
    assert "named in a note" not in heard(karen) + heard(john)
    jane.says("@Jerry see above", thread=desk.card(jane, number, "#team-it"))
    desk.settle()
    assert heard(jerry).count("You are named") == 1


def test_a_reply_by_somebody_else_does_not_steal_the_ticket(desk: DeskInTest) -> None:
    john, jane = desk.john, desk.jane
    number = desk.opens(desk.karen, "No sound")
    presses(desk, john, number, "Claim")
    answers(desk, jane, number, "Reply", Reply="John is at lunch.")
    jane.says("drive-by: try the cable", thread=desk.card(jane, number, "#team-it"))
    answers(desk, jane, number, "Add note", Note="And the socket")
    assert "With @John" in desk.card(john, number).text
    assert "drive-by" not in heard(desk.karen)
