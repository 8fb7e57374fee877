"""Teams, topics with their questions, and canned replies, as deskbell.toml describes them."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from store.rules.canned import checked
from store.rules.durations import Duration
from store.rules.policy_part import ChannelId, Ending, Label, Part, PeopleRef, PersonRef, Slug, Text

Kind = Literal[
    "text", "long_text", "choice", "several", "yes_no", "date", "number", "person", "file"
]
Moment = Literal["opening", "resolving"]
"""When a question is asked: of the requester, or of the agent who resolves the ticket."""


def _listed(answer: object) -> object:
    return (answer,) if isinstance(answer, str) else answer


Wanted = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One answer, or any of several."""

_EMOJI: Final = re.compile(r"[a-z0-9_+'-]{1,100}")


def _emoji(text: object) -> str:
    """An emoji's name, with or without the colons around it."""
    name = str(text).strip(":")
    if not _EMOJI.fullmatch(name):
        raise ValueError('write the name of one emoji, such as "ticket" or ":ticket:".')
    return name


class Team(Part):
    """Agents who share a channel. A higher tier is where an escalation goes."""

    key: Slug
    name: Label
    tier: int = Field(default=1, ge=1, le=9)
    channel: ChannelId
    lead: PersonRef | None = None
    agents: tuple[PeopleRef, ...] = ()
    calendar: str | None = None


class Question(Part):
    """What a topic asks; `kind` says which Slack input answers it."""

    key: Slug
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    kind: Kind = "text"
    options: tuple[Label, ...] = ()
    required: bool = False
    hint: Text | None = None
    ask: Moment = "opening"
    only_if: dict[str, Wanted] = Field(default_factory=dict)
    """Earlier questions' keys with the answers that bring this one up."""


class Topic(Part):
    """What a request is about: decides the team, and may decide the severity."""

    key: Slug
    name: Label
    team: str
    severity: str | None = None
    private: bool = False
    assign: Literal["nobody", "fixed", "round_robin", "fewest_open"] = "nobody"
    """Who gets a new ticket by itself: an agent of the team who is not away, or `assign_to`."""
    assign_to: PersonRef | None = None
    questions: tuple[Question, ...] = Field(default=(), max_length=20)
    checklist: tuple[Label, ...] = Field(default=(), max_length=30)
    """Steps that agents tick."""
    tested: bool = False
    """Whether the checklist ends with a test of the solution."""
    causes: tuple[Label, ...] = ()
    """Kinds of cause besides those of [ending]."""
    follow_up: Duration | None = None
    """So long after closing, the requester is asked whether it is still good."""


class BeforeSending(Part):
    """What people see while they write a request."""

    colleagues_tickets: bool = True
    """Number, summary and status of others' open tickets about the same thing; never of private
    topics."""


_PROGRAMS: Final = ("bat", "cmd", "com", "exe", "jar", "js", "msi", "ps1", "scr", "vbs")


class FileRules(Part):
    """What the desk takes from one side to the other."""

    largest_mb: int = Field(default=25, ge=1, le=1000)
    forbidden: tuple[Ending, ...] = _PROGRAMS


class CannedReply(Part):
    """A ready-made reply that an agent can start from, or send as it is."""

    key: Slug
    name: Label
    text: Annotated[Text, AfterValidator(checked)]


Admits = Literal["may ask", "may not ask"]


class Intake(Part):
    """How requests come in besides `/ticket`, and who may ask."""

    channels: tuple[ChannelId, ...] = Field(default=(), max_length=50)
    """Watched: there, the emoji on a message opens a ticket for whoever wrote it."""
    emoji: Annotated[str, BeforeValidator(_emoji)] = "ticket"
    most_open: int | None = Field(default=None, ge=1)
    """How many tickets that are not resolved one person may have."""
    many_alike: Annotated[int, Field(ge=0, le=300)] = 10
    """So many tickets alike within minutes: agents are asked if it is an incident. 0: never."""
    blocked: tuple[PersonRef, ...] = ()
    guests: Admits = "may ask"
    other_organisations: Admits = "may not ask"

    def is_emoji(self, name: str) -> bool:
        """Whether this reaction opens a ticket, in whatever skin tone."""
        return name.partition("::")[0] == self.emoji
