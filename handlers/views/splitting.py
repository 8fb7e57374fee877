"""The form for a part of a ticket that becomes a ticket of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.files import spelled
from handlers.views.form import LONGEST, TURN, Json, menu, ticket_form, typed, words_input
from handlers.views.form_several import chosen_values, several_input
from handlers.views.triage_forms import offered
from handlers.views.words import cut
from store.intake import SUMMARY_LENGTH
from store.models import Answer, Reply, Ticket, TicketFile
from store.rules.policy import Policy

MOST: Final = 99
"""The newest words that are offered, besides the request itself."""

REQUEST: Final = 0
"""Stands for the request among the numbers of what was said."""


@dataclass(frozen=True)
class SplitForm:
    """What the part is about. The requester reads it all."""

    summary: str = ""
    details: str = ""
    topic: str = ""
    severity: str | None = None
    files: tuple[int, ...] = ()

    def draw(
        self,
        ticket: Ticket,
        policy: Policy,
        *,
        topics: Sequence[str],
        talk: Sequence[Reply | Answer],
        name_of: Callable[[str], str],
        given: Sequence[TicketFile] = (),
        turn: str = "",
    ) -> View:
        """Notes are no words to start from. A new `turn` lets Slack show what is filled in."""
        start = _start(ticket, talk, name_of)
        mark = f"{TURN}{turn}" if turn else ""
        initial = self.topic if self.topic in topics else topics[0]
        blocks: list[Block] = [
            *([menu("start", "Start from", start, optional=True, tells=Action.SPLIT_FROM)]
              if start else []),
            words_input(
                f"summary{mark}", "Summary of the part", limit=SUMMARY_LENGTH,
                initial=self.summary,
            ),
            words_input(
                f"details{mark}", "Details", long=True, optional=True, initial=self.details,
                hint="The requester, and whoever is affected, reads this and gets the new number.",
            ),
            menu(
                "topic", "Topic", [(key, policy.topics[key].name) for key in topics],
                initial=initial, hint="It says which team gets the new ticket.",
            ),
            menu(
                "severity", "Severity", offered(list(policy.severities.values())), optional=True,
                initial=self.severity, hint="If you choose none, the topic says it; it is never "
                "milder than that.",
            ),
            *([several_input(
                "files", "Files that belong to it", [_file(file) for file in given], optional=True,
            )] if given else []),
        ]  # fmt: skip
        return ticket_form(Form.SPLIT, ticket, "Split off", blocks, submit="Split off")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(
            typed(view, "summary") or "",
            typed(view, "details") or "",
            typed(view, "topic") or "",
            typed(view, "severity"),
            tuple(map(int, chosen_values(view, "files"))),
        )

    def starting_from(self, words: str) -> Self:
        """With these details; a summary that is there already stays."""
        first = next(iter(words.strip().splitlines()), "")
        summary = self.summary.strip() or cut(first, SUMMARY_LENGTH)
        return replace(self, summary=summary, details=cut(words, LONGEST))


def _file(file: TicketFile) -> tuple[str, str]:
    return str(file.id), cut(spelled(file), 75)


def _start(
    ticket: Ticket, talk: Sequence[Reply | Answer], name_of: Callable[[str], str]
) -> list[tuple[str, str]]:
    """What can be started from, the request first, then the newest words."""
    said = [
        (each.id, name_of(each.author), each.text) for each in reversed(talk[-MOST:]) if each.text
    ]
    if ticket.details:
        said = [(REQUEST, "The request", ticket.details), *said]
    return [(str(number), cut(f"{who}: {' '.join(t.split())}", 75)) for number, who, t in said]
