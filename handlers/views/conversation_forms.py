"""Forms for what is said on a ticket, and for standing still meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import Json, date_input, ticket_form, typed, words_input
from store.models import Ticket
from store.rules.policy import Policy

MORNING: Final = 9
"""A ticket on hold until a day comes back at this hour, in the desk's time zone."""


THIRD_PARTY: Final = 80
"""Characters of a third party's name; it has a place on the card."""


@dataclass(frozen=True)
class NoteForm:
    """Something for the agents only."""

    text: str

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """One field."""
        field = words_input(
            "text", "Note", long=True,
            hint="For agents only. The requester never sees it. An agent whom you name, as @Jane, "
            "hears of it.",
        )  # fmt: skip
        return ticket_form(Form.NOTE, ticket, "Add note", [field], submit="Add")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(typed(view, "text") or "")


@dataclass(frozen=True)
class AddForm:
    """What the requester adds to their own ticket."""

    text: str

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """One field."""
        field = words_input("text", "What should the agents know?", long=True)
        return ticket_form(Form.ADD, ticket, "Add information", [field], submit="Send")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(typed(view, "text") or "")


@dataclass(frozen=True)
class AskForm:
    """A question without whose answer the work cannot go on."""

    question: str

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """One field."""
        field = words_input(
            "text", "Question", long=True,
            hint="The requester gets it as a direct message. From then on the clock stands still "
            "until they answer.",
        )  # fmt: skip
        return ticket_form(Form.ASK, ticket, "Waiting on requester", [field], submit="Ask and wait")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As typed."""
        return cls(typed(view, "text") or "")


@dataclass(frozen=True)
class HoldForm:
    """Waiting for a third party."""

    reason: str
    until: datetime | None
    waits_for: str | None

    @staticmethod
    def draw(ticket: Ticket) -> View:
        """A name or a date, or both; the store insists on one of them."""
        blocks: list[Block] = [
            words_input(
                "reason", "What does it wait for?", long=True,
                hint="For agents only. The requester hears that it is on hold, not why.",
            ),
            words_input(
                "waits_for", "Whose answer?", optional=True, limit=THIRD_PARTY,
                placeholder="A supplier, another company, a person",
            ),
            date_input(
                "until", "Until", optional=True,
                hint="It comes back by itself in the morning. Without a date, say whose answer it "
                "waits for: you are reminded to ask how far they are.",
            ),
        ]  # fmt: skip
        return ticket_form(Form.HOLD, ticket, "On hold", blocks, submit="Put on hold")

    @classmethod
    def read(cls, view: Json, policy: Policy) -> Self:
        """The day becomes its morning in the desk's time zone."""
        day = typed(view, "until")
        until = _morning(day, policy.timezone) if day else None
        return cls(typed(view, "reason") or "", until, typed(view, "waits_for"))


def _morning(day: str, zone: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=MORNING, tzinfo=ZoneInfo(zone))
