"""What one person hears about clocks at one time: a single ticket, or several in one message."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock

from handlers.routes import Action
from handlers.views import agent
from handlers.views.buttons import button
from handlers.views.words import Moment, Piece, Sign, Words, md, phrase, said
from store.models import Target, Ticket
from store.rules.policy import Policy


class Timely(NamedTuple):
    """A target that somebody should look at, and why: reminder, breach, climb or moved."""

    target: Target
    ticket: Ticket
    what: str
    was: datetime | None = None
    """Of a moved one: the deadline before."""
    reminder: agent.Reminder | None = None


def heading(told: Sequence[Timely], policy: Policy, *, more: int, at: datetime) -> list[Piece]:
    """The first line, which is also the notification."""
    if len(told) == 1 and not more:
        return _line(told[0], policy, at)
    if all(each.what == "moved" for each in told):
        template = "The desk's hours or promises changed: *{count} deadlines* of yours moved."
    else:
        template = "*{count} deadlines* need you."
    return [Sign("alarm_clock"), Words(" "), *phrase(template, count=str(len(told) + more))]


def bundle(told: Sequence[Timely], policy: Policy, *, more: int, at: datetime) -> list[Block]:
    """The nearest deadline first. One alone says also how the ticket stands."""
    if len(told) == 1 and not more:
        return _alone(told[0], policy, at)
    blocks: list[Block] = [said(heading(told, policy, more=more, at=at))]
    for each in sorted(told, key=lambda each: (each.target.due_at is None, each.target.due_at)):
        blocks += [
            said(_line(each, policy, at)),
            ActionsBlock(elements=[button(Action.OPEN, each.ticket)]),
        ]
    if more:
        blocks.append(ContextBlock(elements=[md(f"And {more} more: `/ticket list` shows them.")]))
    return blocks


def _alone(timely: Timely, policy: Policy, at: datetime) -> list[Block]:
    return agent.clock(_line(timely, policy, at), timely.target, timely.ticket, policy)


def _line(timely: Timely, policy: Policy, at: datetime) -> list[Piece]:
    line = agent.clock_line(timely.target, timely.ticket, policy, at=at, reminder=timely.reminder)
    if timely.what == "climb":
        return [*line, Words(" It has climbed to you.")]
    if timely.what == "moved":
        was = Moment(timely.was) if timely.was else Words("another time")
        return [*line, Words(" It was "), was, Words(": the desk's hours or promises changed.")]
    return line
