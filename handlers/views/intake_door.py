"""The part of the intake form that says how a request comes in, who asks, and who gets it."""

from dataclasses import astuple, dataclass, replace
from typing import Any, Final, Self

from slack_sdk.models.blocks import Block, ContextBlock, InputBlock

from handlers.views.facts import whereabouts
from handlers.views.form import Json, menu, metadata, person_input, typed
from handlers.views.words import md, person, plain
from store.files import SlackFile
from store.origins import Origin, Source

SOURCES: Final = {
    Source.FORM: "Here in Slack",
    Source.PHONE: "Phone",
    Source.WALK_UP: "In person",
    Source.EMAIL: "E-mail",
    Source.CHAT: "Another chat",
}
"""What an agent may choose; the other sources are known by themselves."""

THEY_ASK: Final = "they_ask"
I_ASK: Final = "i_ask"


@dataclass(frozen=True)
class Door:
    """Where the form was opened from, kept with it; what was filled in comes with `filled`."""

    source: str = Source.FORM
    stray: int | None = None
    origin: Origin | None = None
    agent: str | None = None
    """The agent in front of the form, who may speak for others and say who gets it."""
    files: tuple[SlackFile, ...] = ()
    """What came with the message."""
    writer: str | None = None
    """Who wrote the message, when that is somebody else than whoever is in front of the form."""
    requester: str | None = None
    """Who asks; None: whoever sends the form."""
    affected: str | None = None
    """The writer, when they do not ask themselves."""
    assignee: str | None = None

    def kept(self) -> dict[str, Any]:
        """What travels with the form."""
        return {
            "source": self.source,
            "stray": self.stray,
            "origin": self.origin,
            "agent": self.agent,
            "writer": self.writer,
            "files": [astuple(file) for file in self.files],
        }

    @classmethod
    def from_view(cls, view: Json) -> Self:
        """As it was kept, with what was filled in since."""
        kept = metadata(view)["door"]
        origin = Origin(*kept["origin"]) if kept["origin"] else None
        files = tuple(SlackFile(*file) for file in kept["files"])
        door = cls(**{**kept, "origin": origin, "files": files})
        if door.writer is not None:
            asks = typed(view, "writer") == THEY_ASK
            asked, affected = (door.writer, None) if asks else (None, door.writer)
            door = replace(door, requester=asked, affected=affected)
        return door.given(view)

    def given(self, view: Json) -> Self:
        """With what an agent chose."""
        if self.agent is None:
            return self
        if self.origin is not None:
            return replace(self, assignee=typed(view, "assignee"))
        return replace(
            self,
            requester=typed(view, "requester"),
            assignee=typed(view, "assignee"),
            source=typed(view, "source") or self.source,
        )


def comes_from(door: Door) -> list[Block]:
    """Which message it is made from; nothing for what was typed into the form."""
    if door.origin is None or door.stray is not None:
        return []
    by = person(door.origin.author) if door.origin.author else "an app"
    told = f"From a message by {by} in {whereabouts(door.origin.channel)}. Its link comes along."
    blocks: list[Block] = [ContextBlock(elements=[md(told)])]
    if door.files:
        names = ", ".join(file.name for file in door.files)
        blocks.append(ContextBlock(elements=[plain(f"With {names}.")]))
    return blocks


def who_asks(door: Door) -> list[InputBlock]:
    """Whoever wrote the message, or whoever passes it on; agents speak for anybody."""
    if door.writer is not None:
        offered = [
            (THEY_ASK, "Whoever wrote the message: they are the requester"),
            (I_ASK, "I do: whoever wrote it is affected"),
        ]
        initial = THEY_ASK if door.requester else I_ASK
        return [menu("writer", "Who asks?", offered, initial=initial)]
    if door.agent is None or door.origin is not None:
        return []
    return [
        person_input("requester", "Who asks?", initial=door.requester or door.agent),
        menu("source", "How did they reach us?", list(SOURCES.items()), initial=door.source),
    ]


def who_gets_it(door: Door) -> list[InputBlock]:
    """Agents may hand it to somebody at once."""
    if door.agent is None:
        return []
    hint = "Nobody: the team sees it in the queue."
    return [person_input("assignee", "Assign to", optional=True, initial=door.assignee, hint=hint)]
