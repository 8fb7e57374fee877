"""What else happens in a ticket's life: too much for every test run, hence a long campaign."""

from collections.abc import Callable
from typing import Final

from sandbox import SeenMessage
from sandbox.people import Person
from tests.crash.operations import Operation, card, form
from tests.crash.theatre import Theatre
from tests.desk import modal_of

OTHER: Final = "#2"
SMOKE: Final = "It smokes again"
COLD: Final = "It is cold now."


def _chosen(option: str, fields: dict[str, str], number: str = "#1") -> Callable[[Theatre], bool]:
    """A form behind *More…*."""

    def act(theatre: Theatre) -> bool:
        return form(theatre.john, lambda: card(theatre, number).choose("More…", option), fields)

    return act


def _pressed(option: str) -> Callable[[Theatre], bool]:
    """What needs no form."""
    return lambda theatre: card(theatre).choose("More…", option).acked


def _replies(theatre: Theatre) -> None:
    fields = {"Reply": "You broke it."}
    assert form(theatre.john, lambda: card(theatre).click("Reply"), fields)


def _undoes(theatre: Theatre) -> bool:
    """In the window that says that it goes out in a moment."""
    return modal_of(theatre.john).press("Undo").acked


def _sends_note(theatre: Theatre) -> bool:
    note = theatre.john.find("#team-it", "#1").thread[-1]
    return theatre.john.uses_message_shortcut("Send to requester", note).acked


def _opens_another(theatre: Theatre) -> bool:
    return form(theatre.ken, lambda: theatre.ken.types("/ticket No paper"), {})


def _resolves_incident(theatre: Theatre) -> bool:
    fields = {"What was wrong?": "The spooler hung.", "What was done?": "Started it again."}
    return form(theatre.john, lambda: card(theatre).click("Resolve"), fields)


def _hands_back(theatre: Theatre) -> bool:
    fields = {"Why do you hand it back?": "I am on leave from noon."}
    handed = _newest(theatre.jane, "Hand back")
    return form(theatre.jane, lambda: handed.click("Hand back"), fields)


def _says_not_yet(theatre: Theatre) -> bool:
    fields = {"What still goes wrong?": "It smokes."}
    return form(theatre.karen, lambda: _newest(theatre.karen, "Not yet").click("Not yet"), fields)


def _writes_after_the_end(theatre: Theatre) -> bool:
    theatre.karen.says(SMOKE, thread=theatre.karen.find("", "#1"))
    return True


def _reopens(theatre: Theatre) -> bool:
    return _newest(theatre.karen, "Reopen").click("Reopen").acked


def _rates(theatre: Theatre) -> bool:
    return _newest(theatre.karen, "4 ★").click("4 ★").acked


FURTHER: Final = {
    "note": Operation("claim", _chosen("Add note", {"Note": COLD})),
    "send": Operation("note", _sends_note),
    "undo": Operation("claim", _undoes, prepare=_replies),
    "hold": Operation(
        "claim", _chosen("On hold", {"What does it wait for?": "A fuser", "Whose answer?": "Acme"})
    ),
    "resume": Operation("hold", _pressed("Resume")),
    "release": Operation("claim", _pressed("Release")),
    "join": Operation("claim", _chosen("People…", {"Who is affected too?": "Ken"})),
    "split": Operation(
        "claim",
        _chosen("Split off…", {"Summary of the part": "No toner", "Topic": "General inquiry"}),
    ),
    "another": Operation("claim", _opens_another),
    "merge": Operation("another", _chosen("Link or merge…", {"The same as ticket": "#1"}, OTHER)),
    "declare": Operation(
        "another", _chosen("Major incident…", {"What everybody may know": "No printing"})
    ),
    "link": Operation(
        "declare",
        _chosen("Link or merge…", {"Part of a major incident": "#1 No printing"}, OTHER),
    ),
    "end_incident": Operation("link", _resolves_incident),
    "hand_back": Operation("reassign", _hands_back),
    "not_yet": Operation("resolve", _says_not_yet),
    "write_after": Operation("close", _writes_after_the_end, words=SMOKE),
    "reopen": Operation("write_after", _reopens),
    "rate": Operation("close", _rates),
}


def _newest(person: Person, button: str) -> SeenMessage:
    """The last message in the direct message with the desk that has this button."""
    messages = [*person.dm, *(reply for root in person.dm for reply in root.thread)]
    return max((m for m in messages if button in m.buttons), key=lambda message: message.ts)
