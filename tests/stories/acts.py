"""What people do again and again in the stories, in few words."""

from sandbox.people import Person
from sandbox.seen_modal import SeenModal
from tests.desk import DeskInTest, enter, modal_of


def sends(person: Person, **fields: str) -> dict[str, str]:
    """Fill the open form in (labels with _ for blanks) and send it. Return errors by label."""
    form = modal_of(person)
    for label, value in fields.items():
        enter(form, label.replace("_", " "), value)
    return form.submit().errors


def presses(desk: DeskInTest, person: Person, number: int, action: str) -> None:
    """Use a button of the ticket's card, or an option of its menu, and let the desk deliver."""
    card = desk.card(person, number)
    if action in card.buttons:
        card.click(action)
    else:
        card.choose("More…", action)
    desk.settle()


def answers(desk: DeskInTest, person: Person, number: int, action: str, **fields: str) -> None:
    """Use a button or option that opens a form, and send the form filled in."""
    presses(desk, person, number, action)
    assert sends(person, **fields) == {}
    desk.settle()


def resolves(desk: DeskInTest, person: Person, number: int) -> None:
    """The agent resolves the ticket without a word to the requester."""
    fields = {"What_was_wrong?": "A loose cable.", "What_was_done?": "Plugged it in."}
    answers(desk, person, number, "Resolve", **fields)


def begins(person: Person, command: str = "/ticket") -> SeenModal:
    """Type the command and look at the form that opens."""
    assert person.types(command).ok
    return modal_of(person)


def whispered(person: Person, channel: str) -> str:
    """What only this person sees there, in the channel and in its threads."""
    seen = [m for root in person.sees(channel) for m in (root, *root.thread)]
    return "\n".join(message.text for message in seen if message.is_ephemeral)


def heard(person: Person) -> str:
    """Everything in the person's direct message with the desk, threads included."""
    return "\n".join(m.text for root in person.dm for m in (root, *root.thread))


def thread_of(desk: DeskInTest, person: Person, number: int, channel: str = "#team-it") -> str:
    """The thread below the ticket's card."""
    return "\n".join(line.text for line in desk.card(person, number, channel).thread)
