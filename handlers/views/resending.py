"""The button under what Slack refused, and what became of pressing it."""

from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ContextBlock

from handlers.routes import Action
from handlers.views.words import md, moment, person, plain
from store.resending import SentAgain

LABEL: Final = "Send them again"


def offer(problem: str, place: str) -> ActionsBlock:
    """For everything that Slack refused in that place with that error."""
    press = ButtonElement(
        action_id=Action.SEND_AGAIN, text=plain(LABEL), value=f"{problem}:{place}"
    )
    return ActionsBlock(elements=[press])


def read(value: str) -> tuple[str, str]:
    """The error and the place of a pressed button."""
    problem, _, place = value.rpartition(":")
    return problem, place


def outcome(done: SentAgain, *, by: str, at: datetime) -> ContextBlock:
    """Who pressed, what waits now, and what to do next; the last press replaces the one before."""
    told = f"{moment(at)}, {person(by)}: {_told(done)}"
    if done.left:
        told += f" {_messages(done.left)} there must wait for the next press."
    return ContextBlock(elements=[md(told)])


def _told(done: SentAgain) -> str:
    if done.again:
        return (
            f"{_messages(done.again)} that Slack had refused there will be sent again, as fast as "
            "it takes them. Press again to see what became of them."
        )
    if done.waiting:
        wait = "wait" if done.waiting > 1 else "waits"
        return f"nothing is refused there any more; {_messages(done.waiting)} still {wait}."
    return "nothing is refused there any more, and nothing waits: all of it is in Slack."


def _messages(count: int) -> str:
    return f"*{count:,} message{'s' if count > 1 else ''}*"
