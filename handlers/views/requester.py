"""What a requester reads. Nothing here can be given a note, a remark, a cause or a fix.

What was said comes as a Reply or an Answer; anything else is refused even at run time.
"""

from collections.abc import Callable
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, SectionBlock

from handlers.routes import Action
from handlers.views import endings, facts, participants, together
from handlers.views.bulletin import RUNNING, Bulletin, promise
from handlers.views.buttons import button
from handlers.views.files import listed, not_passed_on, spelled
from handlers.views.words import (
    Mention,
    Moment,
    Piece,
    Words,
    lasting,
    md,
    phrase,
    quoted,
    said,
    spoken,
)
from store import waiting
from store.clockwork import Because
from store.kinds import ROOTS, News
from store.models import TargetKind, Ticket
from store.rules.lifecycle import OPEN, PAUSED, Status

FIXED: Final = "Yes, it's fixed"
NOT_FIXED: Final = "Not yet"


def is_worth_saying(what: News, bulletin: Bulletin) -> bool:
    """Whether it is still true; news that waited for Slack may have been overtaken."""
    ticket = bulletin.ticket
    if what in {News.PROMISE_MOVED, News.AT_RISK} and not promise(bulletin):
        return False
    if what is News.FILES_REFUSED:
        return bulletin.words is not None and bulletin.words.author == bulletin.reader
    if what in _ONLY_WHILE:
        return ticket.status in _ONLY_WHILE[what]
    return ticket.assignee is not None or what not in {News.CLAIMED, News.ASSIGNED}


def news(what: News, bulletin: Bulletin) -> list[Block]:
    """The message. Its top-level `text` is `notification`."""
    blocks: list[Block] = [said(_TOLD[what](bulletin))]
    if bulletin.words is not None and what is not News.FILES_REFUSED:
        blocks += [*quoted(bulletin.words.text), *listed(bulletin.files, bulletin.policy)]
    if bulletin.solution is not None:
        blocks += quoted(bulletin.solution.text)
    tells = what in _PROMISING or bulletin.moved is not None
    if tells and (promised := promise(bulletin)):
        blocks.append(said(promised))
    if bulletin.watching and what is not News.JOINED:
        return blocks
    return blocks + _AFTER.get(what, _add_here)(bulletin)


def notification(what: News, bulletin: Bulletin) -> str:
    """The message in a few words, safe as top-level text; it names the ticket by its summary,
    which in the thread is to be seen above.
    """
    told = _TOLD[what](bulletin)
    if what not in ROOTS:
        told = [*told, Words(f" ({facts.summary(bulletin.ticket)})")]
    return spoken(told, then=bulletin.words.text if bulletin.words else "")


def verdict(ticket: Ticket) -> ActionsBlock:
    """The two answers to "Is it fixed?"."""
    return ActionsBlock(
        elements=[
            button(Action.FIXED, ticket, label=FIXED, style="primary"),
            button(Action.NOT_FIXED, ticket, label=NOT_FIXED),
        ]
    )


def _received(bulletin: Bulletin) -> list[Piece]:
    ticket = bulletin.ticket
    if from_ := participants.comes_from(bulletin):
        return [*bulletin.tell("This is {ticket}, *{summary}*. "), *from_]
    if bulletin.reader != ticket.requester:
        return bulletin.tell(
            "{requester} asked for help on your behalf: {ticket}, *{summary}*",
            requester=Mention(ticket.requester),
        )
    if ticket.opened_by:
        named = bulletin.policy.agents_named
        opener = Mention(ticket.opened_by) if named else Words("A colleague")
        return bulletin.tell("{opener} has opened {ticket} for you: *{summary}*", opener=opener)
    if ticket.affected:
        return bulletin.tell(
            "Thank you, we have your request for {affected}: {ticket}, *{summary}*",
            affected=Mention(ticket.affected),
        )
    return bulletin.tell("Thank you, we have your request: {ticket}, *{summary}*")


def _next_steps(bulletin: Bulletin) -> list[Block]:
    told = bulletin.tell(
        "*What happens next:* {agent} looks at it, and you hear here."
        if bulletin.ticket.assignee
        else "*What happens next:* the *{team}* team looks at it, and you hear here as soon as "
        "somebody works on it."
    )
    return [said(told), *_add_here(bulletin)]


def _author(bulletin: Bulletin, template: str) -> list[Piece]:
    author = bulletin.words.author if bulletin.words else bulletin.ticket.assignee
    return bulletin.tell(template, author=bulletin.agent(author))


def _resolved(bulletin: Bulletin) -> list[Piece]:
    who = bulletin.agent(bulletin.ticket.resolver)
    told = bulletin.tell("{who} has resolved your {ticket}.", who=who)
    return [*told, Words(" They write:")] if bulletin.words else told


def _is_it_fixed(bulletin: Bulletin) -> list[Block]:
    """The question, while it can still be answered with a button."""
    ticket, quiet = bulletin.ticket, bulletin.policy.quiet
    if ticket.status != Status.RESOLVED:
        return []
    silent = lasting(quiet.resolved_warning + quiet.resolved_close)
    return [
        SectionBlock(text=md("*Is it fixed?*")),
        verdict(ticket),
        _small(f"If we hear nothing for {silent}, it closes by itself."),
    ]


def _warned(bulletin: Bulletin) -> list[Piece]:
    return bulletin.tell(
        "We have not heard whether your {ticket} is fixed, so it closes {when}. *Is it fixed?*",
        when=Moment(bulletin.promised_at + bulletin.policy.quiet.resolved_close),
    )


def _warned_of_waiting(bulletin: Bulletin) -> list[Piece]:
    closes = waiting.closes_at(bulletin.policy, bulletin.ticket, bulletin.promised_at)
    return bulletin.tell(
        "Without your answer we cannot go on with your {ticket}, so it closes {when}. If you still "
        "need help, write *in this thread*.",
        when=Moment(closes),
    )


def _held(bulletin: Bulletin) -> list[Piece]:
    told = bulletin.tell(
        "On hold: your {ticket}. We wait for somebody else, and need nothing from you."
    )
    if bulletin.ticket.resume_at is not None:
        told += phrase(" We go on {when}.", when=Moment(bulletin.ticket.resume_at))
    return [*told, Words(" You hear when work goes on.")]


def _delayed(bulletin: Bulletin) -> list[Piece]:
    missed = next((t.missed_at for t in bulletin.targets if t.kind == TargetKind.RESOLUTION), None)
    told = bulletin.tell("We are late with your {ticket}, and we are sorry.")
    if missed is not None:
        told += phrase(" We had promised a solution by {when}.", when=Moment(missed))
    return told + bulletin.tell(" {agent} keeps at it, and the team's lead knows.")


_MOVED: Final = {
    Because.SEVERITY: "The severity of your {ticket} has changed, and what we promise with it.",
    Because.TEAM: "Another team has your {ticket} now, and the time we promise has moved.",
    Because.RESUMED: "Work on your {ticket} goes on. The clock stood still meanwhile, so the time "
    "we promise has moved.",
    Because.REOPENED: "Your {ticket} is open again.",
    Because.PROMISED: "{agent} needs more time for your {ticket}, and is sorry. The new promise:",
    Because.POLICY: "Our hours or promises have changed, and with them the time for your {ticket}.",
}


def _new_time(bulletin: Bulletin) -> list[Piece]:
    return bulletin.tell(_MOVED[bulletin.moved or Because.POLICY])


def _refused_files(bulletin: Bulletin) -> list[Piece]:
    named = [
        f"{spelled(file)}, {why}"
        for file in bulletin.files
        if (why := not_passed_on(file, bulletin.policy))
    ]
    return bulletin.tell(
        "The agents of your {ticket} have your words, but could not get this: {files}. Please send "
        "a link, or another file.",
        files="; ".join(named) or "a file",
    )


def _small(text: str) -> ContextBlock:
    return ContextBlock(elements=[md(text)])


def _nothing(bulletin: Bulletin) -> list[Block]:
    """The words themselves say what to do, or that nothing is left to be done."""
    return []


def _add_here(bulletin: Bulletin) -> list[Block]:
    return [_small(participants.ANSWER_HERE)] if bulletin.ticket.status in OPEN else []


_ONLY_WHILE: Final = {
    News.ON_HOLD: {Status.ON_HOLD},
    News.NUDGE: {Status.WAITING},
    News.STANDING: OPEN,
    News.WAITING_WARNING: {Status.WAITING},
    News.CLOSED_UNANSWERED: {Status.CLOSED},
    News.QUIET_WARNING: {Status.RESOLVED},
    News.REOPEN_QUESTION: {Status.RESOLVED, Status.CLOSED},
    News.FOLLOW_UP: {Status.CLOSED},
    News.RESUMED: RUNNING,
    News.NEW_PROMISE: OPEN,
    News.REACHED: OPEN,
    News.REOPENED: OPEN,
    News.DELAYED: RUNNING,
    News.PROMISE_MOVED: RUNNING,
    News.AT_RISK: RUNNING,
}
"""Elsewhere the news would be wrong by now."""

_PROMISING: Final = {
    News.RECEIVED, News.JOINED, News.CLAIMED, News.ESCALATED, News.NEW_PROMISE, News.RESUMED,
    News.REOPENED, News.PROMISE_MOVED, News.AT_RISK, News.STANDING,
}  # fmt: skip

_TOLD: Final[dict[News, Callable[[Bulletin], list[Piece]]]] = {
    News.RECEIVED: _received,
    News.CLAIMED: lambda b: b.tell("{agent} works on your {ticket} now."),
    News.REACHED: lambda b: b.tell(
        "{who} has been reached about your {ticket}, and is on it.", who=b.agent(b.by)
    ),
    News.ASSIGNED: lambda b: b.tell("{agent} looks after your {ticket} from now on."),
    News.PASSED_ON: lambda b: b.tell(
        "The *{team}* team has your {ticket} now. They know everything you told us."
    ),
    News.ESCALATED: lambda b: b.tell(
        "We have escalated your {ticket}: it is *{severity}* now, with the *{team}* team."
    ),
    News.NEW_PROMISE: lambda b: b.tell(
        "Your {ticket} is *{severity}* now. "
        + (
            "You hear by when, once work goes on."
            if b.ticket.status in PAUSED
            else "That changes what we promise."
        )
    ),
    News.REPLY: lambda b: _author(b, "{author} writes about your {ticket}:"),
    News.ASKED: lambda b: _author(b, "{author} needs an answer to go on with your {ticket}:"),
    News.ON_HOLD: _held,
    News.RESUMED: lambda b: b.tell("Work on your {ticket} goes on. {agent} has it."),
    News.RESOLVED: _resolved,
    News.QUIET_WARNING: _warned,
    News.STANDING: lambda b: b.tell(
        "Several things happened to your {ticket}. It is *{status}* now (*{severity}*), and "
        "{agent} has it.",
        status=Status(b.ticket.status).label,
    ),
    News.WAITING_WARNING: _warned_of_waiting,
    News.CLOSED_UNANSWERED: lambda b: b.tell(
        "We have not heard from you, so your {ticket} is closed."
    ),
    News.CLOSED: endings.closed,
    News.REOPEN_QUESTION: endings.reopen_question,
    News.FOLLOW_UP: endings.follow_up,
    News.REOPENED: lambda b: b.tell("Your {ticket} is open again. {agent} goes on with it."),
    News.DELAYED: _delayed,
    News.PROMISE_MOVED: _new_time,
    News.AT_RISK: lambda b: b.tell(
        "Your {ticket} is still open, and the time we promised gets short. {agent} is at it."
    ),
    News.JOINED: participants.joined,
    News.LEFT: participants.left,
    News.FILES_REFUSED: _refused_files,
    News.LINKED: together.told_linked,
    News.UNLINKED: together.told_unlinked,
    News.INCIDENT_UPDATE: together.told_update,
    News.MERGED: together.told_merged,
    News.UNMERGED: together.told_unmerged,
    News.NUDGE: lambda b: b.tell(
        "We still need your answer to go on with your {ticket}. Please write *in this thread*."
        + (" We had asked:" if b.words else "")
    ),
}

_AFTER: Final[dict[News, Callable[[Bulletin], list[Block]]]] = {
    News.LEFT: _nothing,
    News.ON_HOLD: _nothing,
    News.NUDGE: _nothing,
    News.WAITING_WARNING: _nothing,
    News.FILES_REFUSED: _nothing,
    News.MERGED: _nothing,
    News.UNMERGED: _nothing,
    News.RECEIVED: _next_steps,
    News.REPLY: lambda _: [_small("To answer, write *in this thread*.")],
    News.ASKED: lambda _: [
        _small("Please answer *in this thread*. Until then the clock stands still.")
    ],
    News.JOINED: participants.after_joining,
    News.RESOLVED: _is_it_fixed,
    News.QUIET_WARNING: lambda b: [verdict(b.ticket)],
    News.CLOSED_UNANSWERED: lambda _: [
        _small("If you still need help, answer *in this thread*, and we open it again.")
    ],
    News.CLOSED: endings.after_closing,
    News.REOPEN_QUESTION: endings.reopen_or_not,
    News.FOLLOW_UP: endings.does_it_hold,
}
