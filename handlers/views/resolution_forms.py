"""Forms for how a ticket ends, and how it comes back."""

from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import Json, ticket_form, typed, words_input
from store.models import Ticket


@dataclass(frozen=True)
class ResolveForm:
    """What was wrong, what was done, and a word to the requester."""

    cause: str
    fix: str
    reply: str | None

    @staticmethod
    def draw(ticket: Ticket, *, reply: str = "") -> View:
        """Cause and fix of an earlier resolution are there to start from, and a `reply` that was
        begun elsewhere.
        """
        internal = "For agents only."
        blocks: list[Block] = [
            words_input(
                "cause", "What was wrong?", long=True, initial=ticket.cause, hint=internal
            ),
            words_input("fix", "What was done?", long=True, initial=ticket.fix, hint=internal),
            words_input(
                "reply", "Reply to the requester", long=True, optional=True, initial=reply,
                hint="Goes out together with the question whether it is fixed.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.RESOLVE, ticket, "Resolve", blocks, submit="Resolve")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on cause and fix."""
        return cls(typed(view, "cause") or "", typed(view, "fix") or "", typed(view, "reply"))


@dataclass(frozen=True)
class CloseForm:
    """Closing without the requester's word."""

    reason: str

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """One field."""
        field = words_input(
            "reason", "Why can it be closed?", long=True,
            hint="For agents only. The requester hears that it is closed.",
        )  # fmt: skip
        return ticket_form(Form.CLOSE, ticket, "Close", [field], submit="Close ticket")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on it."""
        return cls(typed(view, "reason") or "")


@dataclass(frozen=True)
class ReopenForm:
    """It is not over: said by the requester or by an agent."""

    reason: str

    @staticmethod
    def draw(ticket: Ticket, *, by_requester: bool) -> View:
        """The requester is asked in their own words."""
        label = "What still goes wrong?" if by_requester else "Why is it opened again?"
        hint = "The agents read this." if by_requester else "For agents only."
        field = words_input("reason", label, long=True, hint=hint)
        return ticket_form(Form.REOPEN, ticket, "Open again", [field], submit="Open again")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on it."""
        return cls(typed(view, "reason") or "")
