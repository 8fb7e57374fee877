"""Forms for how a ticket ends, and how it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.checklist import boxes, steps_ticked
from handlers.views.form import (
    Json,
    box_input,
    menu,
    modal,
    person_input,
    ticked,
    ticket_form,
    typed,
    words_input,
)
from handlers.views.form_several import FILES, attached, files_input
from handlers.views.restored import refilled
from handlers.views.words import cut, isolated, plain
from store.checklist import Item
from store.findings import Findings
from store.models import Solution, Ticket
from store.rules.policy import Policy

_HOW: Final = {
    "in_person": "In person",
    "phone": "By phone",
    "email": "By e-mail",
    "chat": "In another conversation",
    "tested": "I have tested it myself",
}


@dataclass(frozen=True)
class ResolveForm:
    """What was wrong, what was done and by whom, and a word to the requester."""

    cause: str
    fix: str
    cause_kind: str | None
    fixed_by: str | None
    reply: str | None
    files: tuple[Json, ...]
    """For the requester, as Slack describes them."""
    steps: frozenset[str]
    waive: str | None
    keep: bool
    """Whether what helped is to become a solution."""

    @staticmethod
    def draw(
        ticket: Ticket,
        policy: Policy,
        solutions: Sequence[Solution] = (),
        steps: Sequence[Item] = (),
        *,
        reply: str = "",
    ) -> View:
        """What was said at an earlier resolution is there to start from, what helped in cases like
        it, and a `reply` that was begun elsewhere; of the checklist, the `steps` still open.
        """
        internal, needed = "For agents only.", policy.ending.required
        kinds = [(kind, kind) for kind in policy.causes(ticket.topic)]
        blocks: list[Block] = [
            *(block for solution in solutions for block in _start(solution, ticket)),
            words_input(
                "cause", "What was wrong?", long=True, initial=ticket.cause, hint=internal,
                optional="cause" not in needed,
            ),
            *([menu(
                "cause_kind", "Kind of cause", kinds, initial=ticket.cause_kind,
                optional="cause_kind" not in needed,
            )] if kinds else []),
            words_input(
                "fix", "What was done?", long=True, initial=ticket.fix, hint=internal,
                optional="fix" not in needed,
            ),
            person_input(
                "fixed_by", "Who fixed it?", initial=ticket.fixed_by or ticket.assignee,
                optional="fixed_by" not in needed,
            ),
            words_input(
                "reply", "Reply to the requester", long=True, optional=True, initial=reply,
                hint="Goes out together with the question whether it is fixed.",
            ),
            files_input(FILES, "Files for the requester", optional=True),
            *boxes(steps),
            *([words_input(
                "waive", "Why the rest of the checklist need not be done", optional=True,
                limit=500, hint=internal,
            )] if steps else []),
            box_input("keep", "Next time", "Save what helped as a solution: I write it next"),
        ]  # fmt: skip
        return ticket_form(Form.RESOLVE, ticket, "Resolve", blocks, submit="Resolve")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on what the policy requires."""
        return cls(
            cause=typed(view, "cause") or "",
            fix=typed(view, "fix") or "",
            cause_kind=typed(view, "cause_kind"),
            fixed_by=typed(view, "fixed_by"),
            reply=typed(view, "reply"),
            files=tuple(attached(view, FILES)),
            steps=steps_ticked(view),
            waive=typed(view, "waive"),
            keep=ticked(view, "keep"),
        )

    @property
    def findings(self) -> Findings:
        """What the policy may require, as the store takes it."""
        return Findings(self.cause, self.fix, self.cause_kind, self.fixed_by)

    @staticmethod
    def started_from(view: Json, solution: Solution, *, cause: str, fix: str) -> View:
        """The form with what the solution says; whatever else was filled in stays."""
        return refilled(view, {"cause": cause, "fix": fix, "reply": solution.answer})

    def filled_into(self, view: Json) -> View:
        """The form with these words; whatever else was filled in stays."""
        return refilled(view, {"cause": self.cause, "fix": self.fix, "reply": self.reply or ""})

    def helped_by(self, solution: Solution, *, cause: str, fix: str, by: str) -> Self:
        """The form as it would be sent with the solution's words, by somebody who reads nothing
        more into it: what was typed stays, the solution's answer goes out below it.
        """
        typed_before = self.reply or ""
        words = [typed_before, solution.answer if solution.answer not in typed_before else ""]
        return replace(
            self,
            cause=self.cause or cause,
            fix=self.fix or fix,
            fixed_by=self.fixed_by or by,
            reply="\n\n".join(filter(None, words)),
        )


def resolved(ticket: int) -> View:
    """In place of the form, where nothing can be taken back."""
    told = f"Ticket #{ticket} is resolved. Its requester is asked whether it is fixed."
    return modal("Resolve", [SectionBlock(text=plain(told))], close="Done")


def _start(solution: Solution, ticket: Ticket) -> list[Block]:
    def button(action: Action, label: str) -> ButtonElement:
        value = f"{solution.id}:{ticket.id}:{ticket.version}"
        return ButtonElement(action_id=action, text=plain(label), value=value)

    at_once = button(Action.RESOLVE_WITH, "Resolve with this")
    return [
        SectionBlock(
            text=plain(f"Solution: {isolated(solution.title)}"),
            accessory=button(Action.START_FROM, "Start from this"),
        ),
        SectionBlock(text=plain(cut(solution.answer, 300)), accessory=at_once),
    ]


@dataclass(frozen=True)
class ConfirmForm:
    """Somebody said elsewhere that it is fixed."""

    person: str
    how: str

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """The requester's side is likely to have said so."""
        blocks: list[Block] = [
            person_input(
                "person", "Who says that it is fixed?", initial=ticket.affected or ticket.requester
            ),
            menu(
                "how", "How do you know?", list(_HOW.items()),
                hint="It closes, and is on record with your name and the time.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.CONFIRM, ticket, "Confirmed", blocks, submit="Record and close")

    @classmethod
    def read(cls, view: Json) -> Self:
        """Both are required."""
        return cls(typed(view, "person") or "", typed(view, "how") or "")


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


@dataclass(frozen=True)
class CommentForm:
    """Why somebody rated it so."""

    comment: str

    @staticmethod
    def draw(ticket: Ticket, stars: int) -> View:
        """One field; the rating itself is saved already."""
        field = words_input(
            "comment", f"You rated it {stars} of 5. Why?", long=True,
            hint="The team reads this, and learns from it.",
        )  # fmt: skip
        return ticket_form(Form.COMMENT, ticket, "How did it go?", [field], submit="Send")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on it."""
        return cls(typed(view, "comment") or "")


def thanked(ticket: int) -> View:
    """In place of the form, once somebody said why."""
    told = f"Thank you for telling us how ticket #{ticket} went."
    return modal("How did it go?", [SectionBlock(text=plain(told))], close="Done")
