"""Forms for tickets that belong together: a major incident, and links between tickets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.form import (
    Json,
    channel_input,
    menu,
    ticket_form,
    typed,
    words_input,
)
from handlers.views.words import cut, md, plain
from store.incidents import Known
from store.models import Incident, LinkKind, Ticket, TicketLink
from store.rules.errors import InvalidFields
from store.rules.sentences import together as say

TITLE: Final = 150

_NUMBER: Final = re.compile("[0-9]{1,15}")
_LONG_NUMBER: Final = 20
"""Characters, with a # and spaces around."""


@dataclass(frozen=True)
class DeclareForm:
    """A trouble of many gets a name for everybody."""

    title: str
    channel: str | None

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """The ticket's summary is no title: it was not written for everybody."""
        blocks: list[Block] = [
            words_input(
                "title", "What everybody may know", limit=TITLE,
                placeholder="Online banking is down for customers",
                hint="The requesters of all linked tickets read it, and the channel below.",
            ),
            channel_input(
                "channel", "Announce it in", optional=True,
                hint="Updates and the end are said there, too. Invite the desk first.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.DECLARE, ticket, "Major incident", blocks, submit="Declare")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(typed(view, "title") or "", typed(view, "channel"))


@dataclass(frozen=True)
class UpdateForm:
    """A word to everybody who waits for the end of the incident."""

    text: str

    @staticmethod
    def draw(ticket: Ticket, incident: Incident, *, linked: int) -> View:
        """With the way back: it was none."""
        people = f"{linked} linked ticket{'' if linked == 1 else 's'}"
        blocks: list[Block] = [
            ContextBlock(elements=[plain(f"{incident.title} · {people}")]),
            words_input(
                "text", "Update", long=True,
                hint="Every requester of this ticket and of all linked ones gets it, on their own "
                "ticket. Resolving this ticket resolves the linked ones with it.",
            ),
            ActionsBlock(elements=[_none_after_all(ticket)]),
        ]  # fmt: skip
        return ticket_form(
            Form.INCIDENT_UPDATE, ticket, "Major incident", blocks, submit="Tell everybody"
        )

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(typed(view, "text") or "")


@dataclass(frozen=True)
class LinkForm:
    """To an incident, or into the ticket that is the same."""

    incident: int | None
    same_as: int | None

    @staticmethod
    def draw(ticket: Ticket, known: Sequence[Known], links: Sequence[TicketLink]) -> View:
        """What it is linked with now can be undone here."""
        blocks: list[Block] = []
        offered = [each for each in known if each.ticket != ticket.id]
        if offered:
            options = [
                (str(each.ticket), cut(f"#{each.ticket} {each.title}", 75)) for each in offered
            ]
            blocks.append(
                menu(
                    "incident", "Part of a major incident", options, optional=True,
                    hint="Its updates and its end reach the requester of this ticket, too.",
                )
            )  # fmt: skip
        label = "Or the same as ticket" if offered else "The same as ticket"
        blocks.append(
            words_input(
                "same", label, optional=bool(offered), placeholder="42", limit=_LONG_NUMBER,
                hint="This one is merged into that one: its people hear there how it goes.",
            )
        )  # fmt: skip
        blocks += [_present(ticket, link) for link in links]
        submit = "Link or merge" if offered else "Merge"
        return ticket_form(Form.LINK, ticket, "Link or merge", blocks, submit=submit)

    @classmethod
    def read(cls, view: Json) -> Self:
        """InvalidFields unless exactly one was chosen, and the number is one."""
        incident, written = typed(view, "incident"), typed(view, "same") or ""
        same = written.strip().lstrip("#")
        if written and not _NUMBER.fullmatch(same):
            raise InvalidFields({"same": say.WRITE_NUMBER})
        if bool(incident) == bool(same):
            raise InvalidFields({"same": say.INCIDENT_OR_TICKET})
        return cls(int(incident) if incident else None, int(same) if same else None)


_PRESENT: Final = {
    LinkKind.INCIDENT: ("Part of major incident #{other}", "#{one} is part of this incident"),
    LinkKind.DUPLICATE: ("Merged into #{other}", "#{one} is merged into this"),
    LinkKind.SPLIT: ("Split off from #{other}", "#{one} is split off from this"),
    LinkKind.FOLLOW_UP: ("Follows #{other}", "#{one} follows this"),
}


def _present(ticket: Ticket, link: TicketLink) -> Block:
    told = _PRESENT[LinkKind(link.kind)][link.ticket_id != ticket.id]
    undo = ButtonElement(
        action_id=Action.UNLINK,
        text=plain("Undo"),
        value=f"{link.kind}:{link.ticket_id}:{ticket.id}:{ticket.version}",
    )
    told = told.format(one=link.ticket_id, other=link.other_id)
    return SectionBlock(text=md(told), accessory=undo)


def _none_after_all(ticket: Ticket) -> ButtonElement:
    return ButtonElement(
        action_id=Action.NO_INCIDENT,
        text=plain("It is no major incident"),
        value=f"{ticket.id}:{ticket.version}",
        style="danger",
        confirm=ConfirmObject(
            title="No major incident?",
            text=plain("All linked tickets are on their own again. Their requesters are told."),
            confirm="Take it back",
            deny="Keep it",
        ),
    )
