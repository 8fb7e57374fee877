"""What people do at the end of a ticket."""

from sandbox.people import Person
from sandbox.seen import SeenMessage
from tests.desk import DeskInTest
from tests.stories.acts import answers

RESOLVED = {"What_was_wrong?": "A loose cable.", "What_was_done?": "Plugged it in."}
WAIVED = "Why_the_rest_of_the_checklist_need_not_be_done"
SOLUTION = "The cable was loose. It prints again."


def closed(desk: DeskInTest, summary: str, **fields: str) -> int:
    """Karen's ticket, resolved by John with a word to her, and confirmed. Return its number."""
    number = resolved(desk, summary, **fields)
    newest(desk.karen, number).click("Yes, it's fixed")
    desk.settle()
    return number


def resolved(desk: DeskInTest, summary: str, **fields: str) -> int:
    """Karen's ticket, resolved by John with a word to her. Return its number."""
    number = desk.opens(desk.karen, summary, **fields)
    told = {**RESOLVED, "Reply_to_the_requester": SOLUTION}
    if fields.get("Topic") == "Printer":
        told[WAIVED] = "The cable was out."
    answers(desk, desk.john, number, "Resolve", **told)
    return number


def root(person: Person, number: int) -> SeenMessage:
    """The person's thread about the ticket."""
    return person.find("", f"#{number}")


def newest(person: Person, number: int) -> SeenMessage:
    """What was said last in it."""
    return root(person, number).thread[-1]


def writes(desk: DeskInTest, person: Person, number: int, words: str) -> None:
    """The person answers in their thread."""
    person.says(words, thread=root(person, number))
    desk.settle()
