"""A reply to the requester: written, looked at as they will read it, and taken back in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.buttons import button
from handlers.views.entries import undo_button
from handlers.views.form import (
    KEPT,
    LONGEST,
    Json,
    menu,
    modal,
    ticket_form,
    typed,
    words_input,
)
from handlers.views.form_several import FILES, attached, files_input
from handlers.views.wire import Sheet
from handlers.views.words import cut, lasting, md, plain, quoted
from store.models import Reply, Ticket
from store.rules.lifecycle import OPEN, PAUSED, Status
from store.rules.policy import Policy

PREVIEW: Final = "preview"
"""Block ids of what is shown of a reply before it is sent begin with this."""


@dataclass(frozen=True)
class ReplyForm:
    """A message to the requester, its files, and the status that goes with it."""

    text: str
    sets: Status | None
    files: tuple[Json, ...]
    """As Slack describes them."""

    @staticmethod
    def draw(ticket: Ticket, policy: Policy, *, text: str = "", field: str = "text") -> View:
        """Slack shows an initial text only in a field whose id is new: `field`."""
        canned = [(each.key, cut(each.name, 75)) for each in policy.canned.values()]
        blocks: list[Block] = [
            *([menu("canned", "Start from", canned, optional=True, tells=Action.CANNED)]
              if canned else []),
            words_input(
                field, "Reply", long=True, initial=cut(text, LONGEST),
                hint="The requester gets this as a direct message.",
            ),
            files_input(
                FILES, "Files", optional=True,
                hint="The requester can open them there. 10 MB each at most.",
            ),
            *_statuses(ticket),
            ActionsBlock(elements=[button(Action.PREVIEW, ticket, label="Preview")]),
        ]  # fmt: skip
        return ticket_form(Form.REPLY, ticket, "Reply", blocks, submit="Send")

    @classmethod
    def start_from(cls, view: Json, ticket: Ticket, policy: Policy, canned: str) -> View:
        """The canned reply that was chosen is added below what was typed."""
        text = "\n\n".join(filter(None, [cls.read(view).text, canned]))
        return cls.draw(ticket, policy, text=text, field=f"text-{view['hash']}")

    @classmethod
    def read(cls, view: Json) -> Self:
        """From whichever text field is shown."""
        fields = view.get("state", {}).get("values", {})
        shown = next((name for name in fields if str(name).startswith("text")), "text")
        sets = typed(view, "sets")
        status = Status(sets) if sets else None
        return cls(typed(view, shown) or "", status, tuple(attached(view, FILES)))


def with_preview(view: Json, preview: Sequence[Block]) -> View:
    """The same form, with the message below it as the requester will read it."""
    kept = {key: view[key] for key in KEPT if view.get(key)}
    shown: list[Block] = [
        DividerBlock(), SectionBlock(text=md("*What the requester reads:*")), *preview,
    ]  # fmt: skip
    for number, block in enumerate(shown):
        block.block_id = f"{PREVIEW}-{view.get('hash', '')}-{number}"
    above = [b for b in view["blocks"] if not str(b.get("block_id")).startswith(PREVIEW)]
    return Sheet(**kept, blocks=[*above, *shown])


def on_its_way(said: Reply, ticket: Ticket, undo: timedelta, preview: Sequence[Block]) -> View:
    """The reply is kept and goes out soon; until then it can be taken back."""
    told = f"Goes out in {lasting(undo)}. Until then you can take it back; nothing is sent then."
    if said.sets_status == Status.RESOLVED:
        told = (
            f"*{ticket.number} is resolved in {lasting(undo)}*, and this goes out with the "
            "question whether it is fixed. Until then you can take both back."
        )
    blocks: list[Block] = [
        SectionBlock(text=md(told)),
        ActionsBlock(elements=[undo_button(said, ticket)]),
        DividerBlock(),
        *preview,
    ]
    return modal(f"Reply on {ticket.number}", blocks, close="Done")


def taken_back(said: Reply, ticket: Ticket) -> View:
    """Nothing was sent. The words are there to be copied."""
    done = "nothing was sent"
    if said.sets_status == Status.RESOLVED:
        done = f"nothing was sent, and {ticket.number} is not resolved. Resolve knows the rest"
    told = SectionBlock(text=plain(f"Taken back: {done}. This is what you had written:"))
    return modal(f"Reply on {ticket.number}", [told, *quoted(said.text)], close="Done")


def _statuses(ticket: Ticket) -> list[Block]:
    """What may be set with the reply; resolving brings its own form along."""
    if ticket.status not in OPEN:
        return []
    offered = [(Status.IN_PROGRESS, "In progress")] if ticket.status in PAUSED else []
    if ticket.status != Status.WAITING:
        offered.append((Status.WAITING, "Waiting on requester"))
    offered.append((Status.RESOLVED, "Resolved"))
    options = [(status.value, label) for status, label in offered]
    return [menu("sets", "And set", options, optional=True, tells=Action.SETS)]
