"""What agents and leads hear in direct messages, and what appears in a team's thread."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock

from handlers.routes import Action
from handlers.views import facts
from handlers.views.buttons import STOP_WATCHING, button, sensible
from handlers.views.files import listed
from handlers.views.words import (
    Mention,
    Moment,
    Piece,
    Sign,
    Words,
    isolated,
    md,
    phrase,
    quoted,
    said,
)
from store.kinds import Tell
from store.models import Entry, Target, TargetKind, Ticket, TicketFile
from store.rules.durations import spell
from store.rules.lifecycle import OPEN, Status
from store.rules.policy import Policy

_HEARD: Final = {
    Tell.ASSIGNED: "You have {ticket} now.",
    Tell.HELPED: "An answer to the question for help on {ticket}:",
    Tell.HANDED_BACK: "Handed back: {ticket}.",
    Tell.ACCEPTED: "Accepted: {ticket}.",
    Tell.HANDED_OVER: "You no longer have {ticket}.",
    Tell.ANSWERED: "An answer on {ticket}:",
    Tell.REOPENED: "Open again: {ticket}.",
    Tell.RESOLVED: "Resolved: {ticket}.",
    Tell.CONFIRMED: "It is confirmed that {ticket} is fixed. It is closed.",
    Tell.CLOSED: "Closed: {ticket}.",
    Tell.ESCALATED: "Escalated: {ticket}. It is *{severity}* now, with the *{team}* team.",
    Tell.DEADLINE: "Another deadline for {ticket}:",
    Tell.WATCHING: "You watch {ticket} now: you hear how it goes.",
    Tell.WATCHED: "News of {ticket}, which you watch:",
    Tell.UPDATE_DUE: "Time for news of {ticket}: its requester and everybody who watches it wait "
    "for a word. Reply, even if there is nothing new.",
    Tell.STILL_HELD: "Still on hold: {ticket}{held}. How far are they? Ask, or take it off hold.",
    Tell.CLOSED_UNANSWERED: "Closed, because the requester did not answer: {ticket}. An answer "
    "opens it again.",
    Tell.MENTIONED: "You are named in a note on {ticket}:",
    Tell.RATED: "Somebody rated how {ticket} went:",
    Tell.RESUMED: "The date has come: work on {ticket} goes on.",
}


_LIKELY: Final = {
    Tell.ANSWERED: [Action.REPLY],
    Tell.UPDATE_DUE: [Action.REPLY],
    Tell.STILL_HELD: [Action.RESUME],
    Tell.RESOLVED: [Action.CONFIRM],
}


def heading(what: Tell, ticket: Ticket, policy: Policy) -> list[Piece]:
    """The first line, which is also the notification."""
    return _about(_HEARD[what], ticket, policy)


def told(
    what: Tell,
    ticket: Ticket,
    policy: Policy,
    *,
    line: Sequence[Piece] = (),
    remarks: Sequence[str] = (),
    words: Entry | None = None,
    moved: Sequence[Sequence[Piece]] = (),
) -> list[Block]:
    """A direct message: what happened, who did it (`line`) and what they said about it, and the
    deadlines that moved with it.
    """
    blocks: list[Block] = [said(heading(what, ticket, policy))]
    if line:
        blocks.append(said(line, *remarks))
    blocks += [said(each) for each in moved]
    if words is not None:
        blocks += [said([Mention(words.author), Words(" writes:")]), *quoted(words.text)]
    return [*blocks, _ways_in(what, ticket, policy)]


_ORDINALS: Final = {2: "Second", 3: "Third"}


class Reminder(NamedTuple):
    """One before a deadline: its number, of how many, and the working time that is left."""

    nth: int
    of: int
    left: timedelta


def clock(line: Sequence[Piece], target: Target, ticket: Ticket, policy: Policy) -> list[Block]:
    """A reminder before a deadline, or the breach at it: the `clock_line`, and what to do. Who
    cannot keep the promise can make another.
    """
    standing = f"{facts.status(ticket)} · {facts.with_whom(ticket, policy)}"
    likely = [Action.PROMISE] if target.kind == TargetKind.RESOLUTION else []
    return [
        said(line),
        ContextBlock(elements=[md(standing)]),
        _ways_in(None, ticket, policy, likely),
    ]


def clock_line(
    target: Target,
    ticket: Ticket,
    policy: Policy,
    *,
    at: datetime,
    reminder: Reminder | None = None,
) -> list[Piece]:
    """What is owed on which ticket, and by when or since when; and that it was said before."""
    label = TargetKind(target.kind).label
    late = facts.is_late(target, at)
    state = "is *overdue* since" if late else "is due"
    told = _about(f"The {label} of {{ticket}} {state} ", ticket, policy)
    sign = Sign("alarm_clock" if late else "hourglass_flowing_sand")
    due = Moment(target.due_at) if target.due_at else Words("later: the clock stands still")
    again = [] if reminder is None or late else _again(reminder)
    return [sign, Words(" "), *told, due, Words("."), *again]


def _again(reminder: Reminder) -> list[Piece]:
    """What a later reminder says more than the first."""
    if reminder.nth == 1:
        return []
    which = _ORDINALS.get(reminder.nth, f"{reminder.nth}th")
    name = "Last" if reminder.nth == reminder.of else which
    left = timedelta(minutes=max(1, round(reminder.left / timedelta(minutes=1))))
    return [Words(f" {name} reminder, with {spell(left)} of working time left.")]


def request_files(
    files: Sequence[TicketFile], policy: Policy, *, everything: bool = False
) -> list[Block]:
    """What came with the request, for the team's thread; `everything`: since then, too."""
    title = "Files of the ticket so far:" if everything else "Files with the request:"
    return [said([Words(title)]), *listed(files, policy)]


def request_files_text(ticket: Ticket, files: Sequence[TicketFile]) -> str:
    """The same as a notification."""
    many = "One file" if len(files) == 1 else f"{len(files)} files"
    return f"{many} came with ticket {ticket.number}."


def _about(template: str, ticket: Ticket, policy: Policy) -> list[Piece]:
    return phrase(
        template.replace("{ticket}", "ticket *{number}* ({summary})"),
        number=ticket.number,
        summary=facts.summary(ticket),
        severity=facts.severity_name(policy, ticket.severity),
        team=facts.team_name(policy, ticket.team),
        held=f", waiting for {isolated(ticket.waits_for)}" if ticket.waits_for else "",
    )


def _ways_in(
    what: Tell | None, ticket: Ticket, policy: Policy, likely: Sequence[Action] = ()
) -> ActionsBlock:
    """Buttons: what is likely to come next, and a look at the whole."""
    likely = [*likely, *(_LIKELY.get(what, []) if what else [])]
    if what is Tell.ANSWERED and ticket.status not in OPEN:
        likely.append(Action.REOPEN)
    if ticket.status == Status.NEW and what is not Tell.HANDED_OVER:
        likely = [Action.CLAIM]
    elements = [
        button(action, ticket) for action in (*sensible(ticket, likely, policy), Action.OPEN)
    ]
    if what in {Tell.WATCHING, Tell.WATCHED}:
        elements.append(button(Action.STOP_WATCHING, ticket, label=STOP_WATCHING))
    return ActionsBlock(elements=elements)
