"""The form for what a person wants to hear."""

from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import ContextBlock
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import Json, menu, modal, typed
from handlers.views.words import plain
from store.models import Hears

_CHOICES: Final = {
    Hears.ALL: ("Everything", "Every step of your tickets"),
    Hears.IMPORTANT: ("What is important", "Without who has it now and smaller changes of time"),
    Hears.NEEDED: ("Only what needs me", "Replies, questions, and whether it is fixed"),
}
_ALWAYS: Final = (
    "Replies, questions and solutions reach you always. /ticket list shows how your tickets stand."
)


@dataclass(frozen=True)
class PreferencesForm:
    """How much somebody hears of their tickets, and of those that they watch."""

    hears: Hears

    @staticmethod
    def draw(now: Hears) -> View:
        """One choice, with what it is now."""
        options = [(each.value, label, about) for each, (label, about) in _CHOICES.items()]
        blocks = [
            menu("hears", "What do you want to hear?", options, initial=now.value),
            ContextBlock(elements=[plain(_ALWAYS)]),
        ]
        return modal("Settings", blocks, form=Form.PREFERENCES, submit="Save")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As chosen."""
        return cls(Hears(typed(view, "hears") or Hears.ALL))
