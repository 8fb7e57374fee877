"""The checklist of a ticket as agents see it: a line on the card, and a form to tick its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import Block, CheckboxesElement, InputBlock, Option, PlainTextObject
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import VALUE, Json, menu, ticket_form, words_input
from handlers.views.words import Mention, Moment, Piece, Words, plain, said
from store.checklist import Item
from store.models import Ticket

PER_INPUT: Final = 10
"""Boxes that Slack draws in one list."""

WAIVE: Final = "waive"
REASON: Final = "reason"


def progress(items: Sequence[Item]) -> list[str]:
    """The card's line; none for a topic without a checklist. Safe."""
    if not items:
        return []
    done = sum(item.mark is not None for item in items)
    sign = ":ballot_box_with_check:" if done == len(items) else ":clipboard:"
    return [f"{sign} Checklist {done} of {len(items)}"]


def shown(items: Sequence[Item]) -> list[Block]:
    """Step by step with who did it and when, for agents."""
    return [_line(item) for item in items]


@dataclass(frozen=True)
class ChecklistForm:
    """Which steps are done by now, and which one need not be."""

    ticked: frozenset[str]
    waived: tuple[str, ...]
    reason: str

    @staticmethod
    def draw(ticket: Ticket, items: Sequence[Item]) -> View:
        """Boxes for all steps, then what is known of each, then one that is waived."""
        blocks = boxes([item for item in items if not (item.mark and item.mark.waived_because)])
        blocks += shown([item for item in items if item.mark is not None])
        missing = [(item.text, item.text) for item in items if item.mark is None]
        if missing:
            blocks += [
                menu(WAIVE, "This one need not be done", missing, optional=True),
                words_input(REASON, "Why not?", optional=True, limit=500, hint="For agents only."),
            ]
        return ticket_form(Form.CHECKLIST, ticket, "Checklist", blocks, submit="Save")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As ticked; the store insists on a reason for what is waived."""
        state = view.get("state", {}).get("values", {})
        waived = (state.get(WAIVE, {}).get(VALUE, {}).get("selected_option") or {}).get("value")
        reason = state.get(REASON, {}).get(VALUE, {}).get("value") or ""
        return cls(steps_ticked(view), (waived,) if waived else (), reason)


def boxes(items: Sequence[Item]) -> list[Block]:
    """A box for each step, those that are done ticked."""
    return [
        _boxes(start, items[start : start + PER_INPUT]) for start in range(0, len(items), PER_INPUT)
    ]


def steps_ticked(view: Json) -> frozenset[str]:
    """The steps whose boxes are ticked."""
    state = view.get("state", {}).get("values", {})
    return frozenset(
        option["value"]
        for block, fields in state.items()
        if block.startswith("steps-")
        for held in fields.values()
        for option in held.get("selected_options") or ()
    )


def _boxes(start: int, items: Sequence[Item]) -> InputBlock:
    options = [Option(value=item.text, text=plain(item.text, 75)) for item in items]
    ticked = [o for o, item in zip(options, items, strict=True) if item.mark is not None]
    return InputBlock(
        block_id=f"steps-{start}",
        label=PlainTextObject(text="Done" if start == 0 else "Done, further on"),
        element=CheckboxesElement(action_id=VALUE, options=options, initial_options=ticked or None),
        optional=True,
    )


def _line(item: Item) -> Block:
    mark = item.mark
    if mark is None:
        return said([Words(f"☐ {item.text}")])
    did = "waived by" if mark.waived_because else "done by"
    told: list[Piece] = [
        Words(f"☑ {item.text}: {did} "),
        Mention(mark.by),
        Words(", "),
        Moment(mark.at),
    ]
    return said(told, mark.waived_because or "")
