"""The card that goes with a ticket to whoever has it next: its story, and their answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views import facts
from handlers.views.buttons import button
from handlers.views.form import Json, metadata, modal, typed, words_input
from handlers.views.lines import line
from handlers.views.words import (
    Mention,
    Moment,
    Piece,
    Words,
    cut,
    md,
    phrase,
    plain,
    quoted,
    said,
)
from store.models import AuditEvent, Entry, Ticket
from store.rules.policy import Policy

DETAILS: Final = 600
SHOWN: Final = 5


@dataclass(frozen=True)
class Summary:
    """What the next one reads: `tried` are ticked steps and the last notes, `asked` what somebody
    still owes an answer to, `timeline` the last turns, `due` the promise as a line of mrkdwn.
    """

    ticket: Ticket
    tried: Sequence[str]
    notes: Sequence[Entry]
    asked: Sequence[str]
    timeline: Sequence[AuditEvent]
    due: str


def heading(ticket: Ticket, policy: Policy) -> list[Piece]:
    """For a team that gets a ticket."""
    return phrase(
        "Handed to *{team}*: ticket *{number}* ({summary})",
        team=facts.team_name(policy, ticket.team),
        number=ticket.number,
        summary=facts.summary(ticket),
    )


def summary(about: Summary, policy: Policy) -> list[Block]:
    """Problem, tried, asked, timeline, promise."""
    blocks: list[Block] = [said([Words("Problem", bold=True)]), *_problem(about.ticket)]
    if about.tried or about.notes:
        blocks.append(said([Words("Tried and noted", bold=True)], *about.tried))
        for note in about.notes:
            told: list[Piece] = [Mention(note.author), Words(", "), Moment(note.at)]
            blocks.append(said(told, cut(note.text, DETAILS)))
    if about.asked:
        blocks.append(said([Words("Asked, no answer yet", bold=True)], *about.asked))
    blocks.append(said([Words("Until now", bold=True), *_timeline(about.timeline, policy)]))
    return [*blocks, SectionBlock(text=md(about.due))]


def answer(ticket: Ticket, event: AuditEvent, *, is_open: bool) -> ActionsBlock:
    """Accept or Hand back while it `is_open`, and a look at the whole."""

    def settles(action: Action, label: str, style: str | None = None) -> ButtonElement:
        value = f"{event.id}:{ticket.id}:{ticket.version}"
        return ButtonElement(action_id=action, text=plain(label), value=value, style=style)

    settling = [
        settles(Action.ACCEPT, "Accept", "primary"),
        settles(Action.HAND_BACK, "Hand back"),
    ]
    return ActionsBlock(elements=[*(settling if is_open else []), button(Action.OPEN, ticket)])


@dataclass(frozen=True)
class HandBackForm:
    """Why somebody cannot take a ticket."""

    event: int
    reason: str

    @staticmethod
    def draw(ticket: Ticket, event: int) -> View:
        """One field."""
        named = SectionBlock(text=plain(facts.title(ticket)))
        field = words_input(
            "reason", "Why do you hand it back?", long=True,
            hint="It returns to who had it before. For agents only.",
        )  # fmt: skip
        kept = {"ticket": ticket.id, "version": ticket.version, "event": event}
        return modal(
            "Hand back", [named, field], form=Form.HAND_BACK, submit="Hand back", kept=kept
        )

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed; the store insists on a reason."""
        return cls(int(metadata(view)["event"]), typed(view, "reason") or "")


def _problem(ticket: Ticket) -> list[Block]:
    answers = [f"{asked} {told}" for asked, told in facts.answers(ticket)]
    words = [ticket.summary, cut(ticket.details, DETAILS), cut("\n".join(answers), DETAILS)]
    return quoted("\n".join(filter(None, words)))


def _timeline(events: Sequence[AuditEvent], policy: Policy) -> list[Piece]:
    told: list[Piece] = []
    for event in events:
        told += [Words("\n"), Moment(event.at), Words("  "), *line(event, policy, Mention)]
    return told
