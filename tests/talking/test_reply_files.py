"""Files go to the requester with a reply: openable there, and nowhere before or after an undo."""

from sandbox.people import Person
from sandbox.seen import SeenMessage
from sandbox.seen_modal import SeenModal
from tests.desk import DeskInTest, modal_of
from tests.stories.acts import heard, presses

SHORTCUT = "Send to requester"


def naming(person: Person, number: int, name: str) -> SeenMessage:
    """The newest message of the person's own thread that names the file."""
    thread = person.find("", f"#{number}").thread
    return [line for line in thread if name in line.text][-1]


def begun(desk: DeskInTest, number: int, text: str, name: str, *, size: int = 1024) -> SeenModal:
    """John's reply with a file, written and not sent."""
    presses(desk, desk.john, number, "Reply")
    form = modal_of(desk.john)
    form.fill("Reply", text)
    form.attach("Files", name, size=size)
    return form


def test_files_of_a_reply_stay_through_canned_and_preview_and_can_be_opened_by_the_requester(
    desk: DeskInTest,
) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    form = begun(desk, number, "See the plan.", "virus.exe")
    assert "takes no .exe files" in form.submit().errors["Files"]
    modal_of(john).cancel()

    form = begun(desk, number, "See the plan.", "plan.pdf", size=4096)
    form.choose("Start from", "Looking into it")
    form = modal_of(john)
    form.press("Preview")
    form = modal_of(john)
    assert "plan.pdf · PDF · 4 KB" in form.text.partition("What the requester reads:")[2]
    assert form.submit().ok
    assert "plan.pdf" in modal_of(john).text
    modal_of(john).cancel()
    desk.desk.deliver(desk.clock.skip)
    assert "plan.pdf" not in heard(karen)
    desk.settle()
    told = naming(karen, number, "plan.pdf")
    assert "See the plan." in told.text
    assert told.opens("plan.pdf") == bytes(4096)
    assert SeenMessage(desk.ken.hands, told.message).opens("plan.pdf") is None
    karen.uploads("photo.png", thread=karen.find("", f"#{number}"), text="Here it hangs")
    john.uploads("internal.txt", thread=desk.card(john, number, "#team-it"), text="Wiring")
    desk.settle()
    karen.types(f"/ticket {number}")
    listed = modal_of(karen).text
    assert "plan.pdf · PDF · 4 KB" in listed
    assert "photo.png · PNG · 1 KB" in listed
    assert "internal.txt" not in listed


def test_an_undone_reply_shares_no_file_with_the_requester(desk: DeskInTest) -> None:
    karen = desk.karen
    number = desk.opens(karen, "No sound")
    assert begun(desk, number, "You broke it", "proof.png").submit().ok
    desk.desk.deliver(desk.clock.skip)
    modal_of(desk.john).press("Undo")
    desk.settle()
    desk.pass_time(minutes=5)
    assert "proof.png" not in heard(karen)
    karen.types(f"/ticket {number}")
    assert "proof.png" not in modal_of(karen).text
    line = [m for m in desk.card(desk.john, number, "#team-it").thread if "proof.png" in m.text][-1]
    assert "nothing was sent" in line.text
    assert line.opens("proof.png") == bytes(1024)
    assert SeenMessage(karen.hands, line.message).opens("proof.png") is None


def test_files_go_along_with_a_message_that_is_sent_and_with_a_resolution(desk: DeskInTest) -> None:
    john, karen = desk.john, desk.karen
    number = desk.opens(karen, "No sound")
    card = desk.card(john, number, "#team-it")
    drawing = john.uploads("drawing.png", thread=card, text="Like this", content=b"tick")
    desk.settle()
    assert "drawing.png" not in heard(karen)
    assert john.uses_message_shortcut(SHORTCUT, drawing).acked
    modal_of(john).cancel()
    desk.settle()
    assert naming(karen, number, "drawing.png").opens("drawing.png") == b"tick"

    bare = john.uploads("map.png", thread=card, text="", content=b"tack")
    desk.settle()
    assert john.uses_message_shortcut(SHORTCUT, bare).acked
    modal_of(john).cancel()
    desk.settle()
    assert naming(karen, number, "map.png").opens("map.png") == b"tack", "files need no words"

    form = begun(desk, number, "All done", "bill.pdf")
    form.choose("And set", "Resolved")
    form = modal_of(john)
    form.fill("What was wrong?", "Muted")
    form.fill("What was done?", "Unmuted")
    assert form.submit().ok
    desk.settle()
    told = naming(karen, number, "bill.pdf")
    assert "All done" in told.text
    assert told.opens("bill.pdf") == bytes(1024)
