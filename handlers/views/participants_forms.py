"""The form for who else hears of a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.form import Json, people_input, several, ticket_form
from handlers.views.words import md, person, plain
from store.models import Participant, Ticket
from store.rules.errors import InvalidFields
from store.rules.sentences import talking as say


@dataclass(frozen=True)
class PeopleForm:
    """Who is affected too, and who watches from now on."""

    affected: tuple[str, ...]
    watchers: tuple[str, ...]

    @staticmethod
    def draw(ticket: Ticket, joined: Sequence[Participant] | None = None) -> View:
        """An agent sees who `joined` and may take people off; without that, it is for the
        requester's side, who adds affected people.
        """
        blocks: list[Block] = [
            people_input(
                "affected", "Who is affected too?", optional=joined is not None,
                hint="They hear everything that the requester hears, and may answer.",
            )
        ]  # fmt: skip
        if joined is not None:
            blocks.append(
                people_input(
                    "watchers", "Who wants to hear how it goes?", optional=True,
                    hint="Watchers are told, and asked nothing. They can stop with one click.",
                )
            )  # fmt: skip
            blocks += _present(ticket, joined)
        return ticket_form(Form.PEOPLE, ticket, "People", blocks, submit="Add")

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields when nobody was chosen."""
        affected, watchers = several(view, "affected"), several(view, "watchers")
        if not affected and not watchers:
            raise InvalidFields({"affected": say.CHOOSE_SOMEBODY})
        return cls(affected, watchers)


def _present(ticket: Ticket, joined: Sequence[Participant]) -> list[Block]:
    """Who is on it now, with a button to take them off."""
    asked = f"Asked by {person(ticket.requester)}"
    if ticket.affected:
        asked += f" for {person(ticket.affected)}"
    rows = [
        SectionBlock(text=md(f"{person(each.person)} · {each.role}"), accessory=_off(ticket, each))
        for each in joined
    ]
    return [ContextBlock(elements=[md(asked)]), *rows]


def _off(ticket: Ticket, each: Participant) -> ButtonElement:
    return ButtonElement(
        action_id=Action.TAKE_OFF,
        text=plain("Remove"),
        value=f"{each.role}:{each.person}:{ticket.id}:{ticket.version}",
    )
