"""Forms for how a ticket ends, and how it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.form import (
    Json,
    box_input,
    ticked,
    ticket_form,
    typed,
    words_input,
)
from handlers.views.restored import refilled
from handlers.views.words import isolated, plain
from store.models import Solution, Ticket


@dataclass(frozen=True)
class ResolveForm:
    """What was wrong, what was done, and a word to the requester."""

    cause: str
    fix: str
    reply: str | None
    keep: bool
    """Whether what helped is to become a solution."""

    @staticmethod
    def draw(ticket: Ticket, solutions: Sequence[Solution] = (), *, reply: str = "") -> View:
        """Cause and fix of an earlier resolution are there to start from, what helped in cases
        like it, and a `reply` that was begun elsewhere.
        """
        internal = "For agents only."
        blocks: list[Block] = [
            *(_start(solution, ticket) for solution in solutions),
            words_input(
                "cause", "What was wrong?", long=True, initial=ticket.cause, hint=internal
            ),
            words_input("fix", "What was done?", long=True, initial=ticket.fix, hint=internal),
            words_input(
                "reply", "Reply to the requester", long=True, optional=True, initial=reply,
                hint="Goes out together with the question whether it is fixed.",
            ),
            box_input("keep", "Next time", "Save what helped as a solution: I write it next"),
        ]  # fmt: skip
        return ticket_form(Form.RESOLVE, ticket, "Resolve", blocks, submit="Resolve")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on cause and fix."""
        return cls(
            cause=typed(view, "cause") or "",
            fix=typed(view, "fix") or "",
            reply=typed(view, "reply"),
            keep=ticked(view, "keep"),
        )

    @staticmethod
    def started_from(view: Json, solution: Solution, *, cause: str, fix: str) -> View:
        """The form with what the solution says; whatever else was filled in stays."""
        return refilled(view, {"cause": cause, "fix": fix, "reply": solution.answer})


def _start(solution: Solution, ticket: Ticket) -> SectionBlock:
    use = ButtonElement(
        action_id=Action.START_FROM,
        text=plain("Start from this"),
        value=f"{solution.id}:{ticket.id}:{ticket.version}",
    )
    return SectionBlock(text=plain(f"Solution: {isolated(solution.title)}"), accessory=use)


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
