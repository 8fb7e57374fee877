"""What people conclude from what is on their screen after they pressed or sent something."""

from typing import Final

from sandbox import SeenModal
from sandbox.people import Person
from tests.soak.history import Outcome

NO: Final = "That did not work"
"""The heading of a refusal that has no form of its own."""

DOUBTS: Final = ("Not saved yet", "can't say whether", "did not answer in time")
"""The desk itself does not know, or says that it goes on trying."""


def answered(person: Person, form: SeenModal) -> Outcome:
    """Send the form: done when it is gone, or when nothing is left to be sent; otherwise it says
    why not.
    """
    on_top = person.modal
    if on_top is None or on_top.view is not form.view:
        return Outcome.UNKNOWN
    if not form.submit().acked or _doubts(form):
        return Outcome.UNKNOWN
    return Outcome.FAILED if form.is_open and form.submit_label else Outcome.OK


def pressed(person: Person, form: SeenModal, button: str) -> Outcome:
    """Press it in the ticket that is open: done when the button is gone from it. The desk says no
    in a window of its own, which may fail to open like everything else.
    """
    if not form.is_open or not form.click(button).acked or _doubts(form):
        return Outcome.UNKNOWN
    refused = (top := person.modal) is not None and top.title == NO
    done = button not in form.buttons
    if refused == done or (top is not None and _doubts(top)):
        return Outcome.UNKNOWN
    return Outcome.OK if done else Outcome.FAILED


def _doubts(form: SeenModal) -> bool:
    text = form.text
    return any(doubt in text for doubt in DOUBTS)
