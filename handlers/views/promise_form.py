"""The form for a later time that is promised by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views import facts
from handlers.views.form import Json, moment_input, ticket_form, typed, words_input
from handlers.views.words import Moment, phrase, said
from store.models import Target, TargetKind, Ticket


@dataclass(frozen=True)
class PromiseForm:
    """When it will be solved, and why not earlier."""

    until: datetime | None
    reason: str

    @staticmethod
    def draw(ticket: Ticket, targets: Sequence[Target]) -> View:
        """What is promised now is where the new promise starts from."""
        due = facts.due_of(targets, TargetKind.RESOLUTION)
        now: list[Block] = []
        if due is not None:
            now = [said(phrase("Promised until now: a solution by {when}.", when=Moment(due)))]
        blocks: list[Block] = [
            *now,
            moment_input(
                "until", "Promise it by", initial=due,
                hint="In your own time zone. The requester hears of it at once.",
            ),
            words_input(
                "reason", "Reason", long=True,
                hint="For agents only. The requester hears when, not why.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.PROMISE, ticket, "Promise a later time", blocks, submit="Promise")

    @classmethod
    def read(cls, view: Json) -> Self:
        """Slack gives the moment in Unix seconds."""
        moment = typed(view, "until")
        until = datetime.fromtimestamp(int(moment), UTC) if moment else None
        return cls(until, typed(view, "reason") or "")
