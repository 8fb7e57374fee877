"""Solutions as agents keep them: the list, and the form behind each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views import facts
from handlers.views.form import Json, menu, metadata, modal, typed, words_input
from handlers.views.words import isolated, plain
from store.models import Solution
from store.rules.policy import Policy
from store.solutions import ANSWER_LENGTH, TITLE_LENGTH

LISTED: Final = 40
"""Two blocks each, and a modal holds a hundred."""

_OFFERED: Final = (("offered", "Offered to whoever asks about it"), ("retired", "Retired"))


def listed(found: Sequence[tuple[Solution, int]], policy: Policy, *, words: str = "") -> View:
    """Each with how many requests it made needless. Holds the first `LISTED`."""
    new = ButtonElement(action_id=Action.NEW_SOLUTION, text=plain("New solution"), style="primary")
    blocks: list[Block] = [ActionsBlock(elements=[new])]
    blocks += [block for each in found[:LISTED] for block in _row(*each, policy)]
    if not found:
        blocks.append(_line("Nothing found." if words else "There is none yet."))
    if len(found) > LISTED:
        blocks.append(_line("There are more: /ticket solutions and some words narrows it down."))
    return modal("Solutions", blocks, close="Done")


def _row(solution: Solution, needless: int, policy: Policy) -> list[Block]:
    edit = ButtonElement(action_id=Action.EDIT_SOLUTION, text=plain("Edit"), value=str(solution.id))
    told = [facts.topic_name(policy, solution.topic)]
    if needless:
        told.append("helped once" if needless == 1 else f"helped {needless} times")
    if solution.retired_at is not None:
        told.append("retired")
    return [
        SectionBlock(text=plain(isolated(solution.title)), accessory=edit),
        _line(" · ".join(told)),
    ]


def _line(text: str) -> ContextBlock:
    return ContextBlock(elements=[plain(text)])


@dataclass(frozen=True)
class SolutionForm:
    """A solution as somebody writes it; `solution` is the one that is edited, `ticket` where a
    new one was found.
    """

    title: str
    answer: str
    topic: str
    retired: bool
    solution: int | None
    ticket: int | None

    @classmethod
    def new(
        cls, topic: str, *, title: str = "", answer: str = "", ticket: int | None = None
    ) -> Self:
        """What is known from the ticket where it was found."""
        return cls(title, answer, topic, retired=False, solution=None, ticket=ticket)

    @classmethod
    def of(cls, solution: Solution) -> Self:
        """One that exists."""
        return cls(
            solution.title, solution.answer, solution.topic,
            retired=solution.retired_at is not None, solution=solution.id, ticket=None,
        )  # fmt: skip

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on title and answer."""
        kept = metadata(view)
        return cls(
            title=typed(view, "title") or "",
            answer=typed(view, "answer") or "",
            topic=typed(view, "topic") or "",
            retired=typed(view, "offered") == "retired",
            solution=kept["solution"],
            ticket=kept["ticket"],
        )

    def draw(self, policy: Policy) -> View:
        """With all that is known so far."""
        topics = [(key, topic.name) for key, topic in policy.topics.items()]
        blocks: list[Block] = [
            words_input(
                "title", "Title", initial=self.title, limit=TITLE_LENGTH,
                hint="Say it as people would ask: this is what their words are compared with.",
            ),
            words_input(
                "answer", "Answer", long=True, initial=self.answer, limit=ANSWER_LENGTH,
                hint="Everybody may read it while they ask. Of a private topic, its team only.",
            ),
            menu("topic", "Topic", topics, initial=self.topic),
        ]  # fmt: skip
        if self.solution is not None:
            offered = _OFFERED[self.retired][0]
            blocks.append(menu("offered", "Who gets it?", _OFFERED, initial=offered))
        kept = {"solution": self.solution, "ticket": self.ticket}
        return modal("Solution", blocks, form=Form.SOLUTION, submit="Save", kept=kept)
