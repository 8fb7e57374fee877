"""A ticket as a file in one's own messages: once, whole for agents, and theirs for requesters."""

from sandbox.people import Person
from sandbox.seen import SeenMessage
from tests.desk import DeskInTest, modal_of
from tests.ending.acts import SOLUTION, resolved, root
from tests.stories.acts import answers, begins, heard, presses


def files(person: Person, name: str) -> list[SeenMessage]:
    """Every message of the desk's to this person that brings that file."""
    seen = [line for top in person.dm for line in (top, *top.thread)]
    return [line for line in seen if name in line.text]


def read(person: Person, name: str) -> str:
    """The one file of that name, as text."""
    [brought] = files(person, name)
    body = brought.opens(name)
    assert body is not None
    return body.decode()


def test_agents_read_all_of_it_and_the_requester_their_side(desk: DeskInTest) -> None:
    karen, john = desk.karen, desk.john
    number = resolved(desk, "Printer is silent")
    answers(desk, john, number, "Add note", Note="She unplugs it every Friday.")
    name = f"ticket-{number}.md"

    presses(desk, john, number, "Transcript")
    whole = read(john, name)
    assert "She unplugs it every Friday." in whole
    assert "A loose cable." in whole
    assert SOLUTION in whole

    thread = root(karen, number)
    begins(karen, f"/ticket {number}").click("Send me a transcript")
    modal_of(karen).cancel()
    assert karen.types(f"/ticket transcript {number} html").acked
    desk.settle()
    theirs, page = read(karen, name), read(karen, f"ticket-{number}.html")
    assert [line for line in thread.thread if name in line.text]
    for text in (theirs, page):
        assert SOLUTION in text
        assert "Friday" not in text
        assert "loose cable." not in text.replace(SOLUTION, "")
    [brought] = files(john, name)
    assert SeenMessage(karen.hands, brought.message).opens(name) is None, "it is John's alone"

    told = desk.ken.types(f"/ticket transcript {number}").text
    assert "There is no ticket" in told
    desk.settle()
    assert files(desk.ken, name) == []


def test_it_comes_once_whatever_slack_does_and_says_so_when_it_cannot(desk: DeskInTest) -> None:
    john, faults = desk.john, desk.sandbox.faults
    number = desk.opens(desk.karen, "Printer is silent")
    name = f"ticket-{number}.md"
    faults.hang_up_after("files.completeUploadExternal")
    faults.hang_up_after("chat.postMessage")
    john.types(f"/ticket transcript {number}")
    desk.settle()
    desk.pass_time(minutes=5)
    assert "# Ticket" in read(john, name)

    faults.refuse("files.getUploadURLExternal", "file_uploads_disabled")
    john.types(f"/ticket transcript {number}")
    desk.settle()
    assert "Slack does not take the file" in heard(john)
