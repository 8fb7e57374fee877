"""What people can do with a ticket's card or in its thread, and what the model says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sandbox import Outcome, Sandbox, SeenMessage
from sandbox.delivery import Envelope
from sandbox.people import Person
from tests.desk import enter
from tests.model import model
from tests.model.model import Change

TAINT: Final = "INTERNAL"
"""In everything that a requester must never read."""


@dataclass(frozen=True)
class Deed:
    """A button or an option of *More…*, the form behind it, and the change it makes.

    In the form's fields {what} is what the agent chose.
    """

    label: str
    change: Change
    form: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ("",)

    def __repr__(self) -> str:
        """Readable in a failing test."""
        return self.label


class Late(NamedTuple):
    """A message of the requester's that is still on its way."""

    number: int
    thanks: bool
    envelope: Envelope


DEEDS: Final = (
    Deed("Claim", model.claim),
    Deed(
        "Reassign",
        model.assign,
        {"Agent": "{what}", "Hand-off note": f"{TAINT} the spare parts are in room 3"},
        ("John", "Jane", "Jerry"),
    ),
    Deed(
        "Escalate",
        model.escalate,
        {"Team": "{what}", "Reason": f"{TAINT} too hard for us"},
        ("IT Support", "Online Banking"),
    ),
    Deed(
        "Change severity",
        model.change_severity,
        {"Severity": "{what}", "Reason": f"{TAINT} the boss called"},
        ("Sev-A", "Sev-B", "Sev-C"),
    ),
    Deed("Reply", model.reply, {"Reply": "We are on it."}),
    Deed("Add note", model.note, {"Note": f"{TAINT} breaks one every month"}),
    Deed("Waiting on requester", model.ask, {"Question": "Which printer?"}),
    Deed(
        "On hold",
        model.hold,
        {"What does it wait for?": f"{TAINT} the cheap vendor", "Whose answer?": f"{TAINT} theirs"},
    ),
    Deed("Resume", model.resume),
    Deed("Release", model.release),
    Deed(
        "Resolve",
        model.resolve,
        {"What was wrong?": f"{TAINT} their own fault", "What was done?": f"{TAINT} a kick"},
    ),
    Deed("Close", model.close, {"Why can it be closed?": f"{TAINT} they gave up"}),
    Deed("Reopen", model.reopen, {"Why is it opened again?": f"{TAINT} it broke at once"}),
)

KEYS: Final = {
    "IT Support": "it", "Online Banking": "banking", "Sev-A": "sev_a", "Sev-B": "sev_b",
    "Sev-C": "sev_c",
}  # fmt: skip


def does(deed: Deed, person: Person, card: SeenMessage, what: str) -> bool:
    """Press, fill in, send. False: there was nothing to press, or nothing to choose."""
    if deed.label in card.buttons:
        card.click(deed.label)
    elif "More…" in card.menus and deed.label in card.options("More…"):
        card.choose("More…", deed.label)
    else:
        return False
    return not deed.form or _sends(person, deed.form, what)


def _sends(person: Person, form: dict[str, str], what: str) -> bool:
    modal = person.modal
    if modal is None:
        return False
    for label, value in form.items():
        try:
            enter(modal, label, value.format(what=what))
        except AssertionError:  # the form does not offer that choice, rightly or not
            modal.cancel()
            return False
    _finish(person, modal.submit)
    return True


def _finish(person: Person, submit: Callable[[], Outcome]) -> None:
    """Whoever was refused has read why, and goes away."""
    submit()
    while person.modal is not None:
        person.modal.cancel()


def newest(person: Person, channel: str, number: int) -> SeenMessage | None:
    """The last message there that names the ticket."""
    found = [m for m in person.sees(channel) if f"#{number}" in m.text]
    return found[-1] if found else None


def card_in(person: Person, channel: str, number: int) -> SeenMessage | None:
    """The ticket's card itself: what names it below is not drawn anew when the ticket changes."""
    found = [m for m in person.sees(channel) if m.text.startswith(f"#{number} ")]
    return found[-1] if found else None


def carried(slack: Sandbox) -> list[tuple[str, str]]:
    """What went to and fro of late and what came of it, for whoever reads a failure."""
    return [(entry.kind, entry.outcome) for entry in slack.wire.entries][-12:]
