"""Asking for help: the question's form, the message with it, and the answer's form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views import facts
from handlers.views.form import (
    Json,
    menu,
    metadata,
    modal,
    person_input,
    ticket_form,
    typed,
    words_input,
)
from handlers.views.words import Mention, Piece, escape, md, person, phrase, plain, quoted, said
from store.models import HelpRequest, Ticket
from store.rules.policy import Policy


@dataclass(frozen=True)
class HelpForm:
    """Whom to ask what."""

    person: str | None
    team: str | None
    question: str

    @staticmethod
    def draw(ticket: Ticket, policy: Policy) -> View:
        """Everybody, or another team."""
        teams = [(team.key, team.name) for team in policy.teams.values() if team.key != ticket.team]
        blocks: list[Block] = [
            person_input("to", "Person", optional=True),
            *([menu("team", "Or a team", teams, optional=True)] if teams else []),
            words_input(
                "text", "Question", long=True,
                hint="The ticket stays with you. Their answer becomes a note; the requester sees "
                "none of it.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.HELP, ticket, "Ask for help", blocks, submit="Ask")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As chosen; the store insists on exactly one."""
        return cls(typed(view, "to"), typed(view, "team"), typed(view, "text") or "")


@dataclass(frozen=True)
class HelpAnswerForm:
    """What whoever was asked knows."""

    request: int
    text: str

    @staticmethod
    def draw(asked: HelpRequest) -> View:
        """The question, and one field."""
        question: list[Block] = [
            SectionBlock(text=plain("You were asked:")),
            *quoted(asked.question),
        ]
        field = words_input(
            "text", "Answer", long=True, hint="The agents of the ticket read it as a note."
        )
        kept = {"ticket": asked.ticket_id, "version": 0, "request": asked.id}
        return modal("Answer", [*question, field], form=Form.HELP_ANSWER, submit="Send", kept=kept)

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(int(metadata(view)["request"]), typed(view, "text") or "")


def heading(asked: HelpRequest, ticket: Ticket, *, knows: bool) -> list[Piece]:
    """Who asks; what the ticket is about only for those who may know (`knows`)."""
    template = "{who} asks for your help with ticket *{number}*"
    told = phrase(template, who=Mention(asked.asked_by), number=ticket.number)
    about = phrase(" ({summary})", summary=facts.summary(ticket)) if knows else []
    return [*told, *about, *phrase(":")]


def question(asked: HelpRequest, ticket: Ticket, *, knows: bool) -> list[Block]:
    """The message to whoever is asked; once somebody has answered, it says who did."""
    value = f"{asked.id}:{ticket.id}:{ticket.version}"
    style = None if asked.answered_by else "primary"
    button = ButtonElement(
        action_id=Action.HELP_ANSWER, text=plain("Answer"), value=value, style=style
    )
    return [
        said(heading(asked, ticket, knows=knows)),
        *quoted(asked.question),
        ActionsBlock(elements=[button]),
        ContextBlock(elements=[md(_standing(asked))]),
    ]


def _standing(asked: HelpRequest) -> str:
    if not asked.answered_by:
        return "Answer here or *in this thread*. The ticket stays with its agents."
    by = person(asked.answered_by)
    return f":white_check_mark: Answered by {by}. Whatever else you know goes *in this thread*."


def lines(requests: Sequence[HelpRequest], policy: Policy) -> list[str]:
    """For the card: who was asked, and what is open. Safe."""
    told = []
    for asked in requests:
        team = escape(facts.team_name(policy, asked.team)) if asked.team else ""
        whom = f"*{team}*" if team else person(asked.person or "")
        told.append(f":raised_hand: Asked {whom}: {_state(asked)}")
    return told


def _state(asked: HelpRequest) -> str:
    if not asked.answered_by:
        return "no answer yet"
    own = asked.answered_by == asked.person
    return "answered" if own else f"answered by {person(asked.answered_by)}"
