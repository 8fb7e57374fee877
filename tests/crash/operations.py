"""The operations of a ticket's life as people do them, each safe to be done again by a person who
got no answer: whoever saw a form stay open sends it again, whoever saw nothing presses again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sandbox import Outcome, SeenMessage
from sandbox.people import Person
from tests.crash.theatre import Theatre
from tests.desk import enter, modal_of

NUMBER: Final = "#1"
ANSWER: Final = "The one on the third floor"


@dataclass(frozen=True)
class Operation:
    """`act` returns whether the person was told that it worked; `after` is what came before it.

    `words` are those of a message, which nobody repeats but Slack.
    """

    after: str
    act: Callable[[Theatre], bool]
    words: str = ""
    prepare: Callable[[Theatre], None] | None = None
    """What is done right before, by a desk that does not die of it."""


def _opens(theatre: Theatre) -> bool:
    return form(theatre.karen, lambda: theatre.karen.types("/ticket Printer on fire"), {})


def _claims(theatre: Theatre) -> bool:
    return theatre.john.find("#help-desk", NUMBER).click("Claim").acked


def _reassigns(theatre: Theatre) -> bool:
    fields = {"Agent": "Jane", "Hand-off note": "The fuser is hot. Spare parts are in room 3."}
    return form(theatre.john, lambda: card(theatre).click("Reassign"), fields)


def _escalates(theatre: Theatre) -> bool:
    fields = {"Severity": "Sev-B", "Team": "Online Banking", "Reason": "It prints the contracts."}
    return form(theatre.john, lambda: card(theatre).click("Escalate"), fields)


def _pages(theatre: Theatre) -> bool:
    fields = {"Severity": "Sev-A", "Reason": "The fire spreads."}
    return form(theatre.john, lambda: card(theatre).click("Escalate"), fields)


def _replies(theatre: Theatre) -> bool:
    fields = {"Reply": "Somebody is on the way."}
    return form(theatre.john, lambda: card(theatre).click("Reply"), fields)


def _asks(theatre: Theatre) -> bool:
    fields = {"Question": "Which printer is it?"}
    return form(theatre.john, lambda: card(theatre).choose("More…", "Waiting on requester"), fields)


def _answers(theatre: Theatre) -> bool:
    theatre.karen.says(ANSWER, thread=theatre.karen.find("", NUMBER))
    return True


def _resolves(theatre: Theatre) -> bool:
    fields = {"What was wrong?": "The fuser was on fire.", "What was done?": "Put it out."}
    return form(theatre.john, lambda: card(theatre).click("Resolve"), fields)


def _closes(theatre: Theatre) -> bool:
    question = theatre.karen.find("", NUMBER).thread[-1]
    return question.click("Yes, it's fixed").acked


def _presses(button: str) -> Callable[[Theatre], bool]:
    """Omar answers the page that called him."""
    return lambda theatre: theatre.omar.find("", NUMBER).click(button).acked


def _lets_pass(**length: float) -> Callable[[Theatre], bool]:
    """Nobody does anything for so long."""

    def act(theatre: Theatre) -> bool:
        theatre.slack.clock.skip(timedelta(**length))
        return True

    return act


OPERATIONS: Final = {
    "open": Operation("empty", _opens),
    "claim": Operation("open", _claims),
    "reassign": Operation("claim", _reassigns),
    "escalate": Operation("claim", _escalates),
    "page": Operation("open", _pages),
    "reply": Operation("claim", _replies),
    "ask": Operation("claim", _asks),
    "answer": Operation("ask", _answers, words=ANSWER),
    "resolve": Operation("claim", _resolves),
    "close": Operation("resolve", _closes),
    "overdue": Operation("open", _lets_pass(hours=5)),  # a reminder and a breach
    "ring": Operation("page", _lets_pass(minutes=5)),
    "acknowledge": Operation("page", _presses("Acknowledge")),
    "can't take it": Operation("page", _presses("Can't take it")),
    "pass it on": Operation("page", _presses("Escalate")),
}


def card(theatre: Theatre, number: str = NUMBER) -> SeenMessage:
    """As John has it in the common queue."""
    return theatre.john.find("#help-desk", number)


def form(person: Person, opens: Callable[[], Outcome], fields: dict[str, str]) -> bool:
    """Open it, unless it is open still; fill it in and send it. False: it may not have worked."""
    if (person.modal is None or not person.modal.submit_label) and not opens().acked:
        return False
    modal = modal_of(person)
    for label, value in fields.items():
        enter(modal, label, value)
    sent = modal.submit()
    assert not sent.errors, sent.errors
    return sent.acked and not (modal.is_open and modal.submit_label)  # else: "Not saved yet"
