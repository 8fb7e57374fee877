"""What people may do to a ticket in each status, and how often: by chance, as everything else."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from store import conversation, promises, reopening, replying, resolution, triage
from store.database import DeskSession
from store.models import Ticket
from store.rules.lifecycle import Status
from tests.thirty_days.minutes import MINUTE

AGENTS: Final = ("U0JOHN00004", "U0JANE00005", "U0JERRY0007")

Chance = random.Random
Doing = Callable[[DeskSession, Ticket, Chance, datetime], object]


def _agent(ticket: Ticket, chance: Chance) -> str:
    """The assignee, mostly."""
    other = chance.choice(AGENTS)
    return ticket.assignee if ticket.assignee and chance.random() < 0.75 else other


def _claims(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    triage.claim(s, t.id, by=c.choice(AGENTS), at=at)


def _replies(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    replying.reply(s, t.id, text="We look at it", by=_agent(t, c), at=at)


def _notes(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    conversation.note(s, t.id, text="The third this week", by=_agent(t, c), at=at)


def _writes(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    conversation.answer(s, t.id, text="It is the third one", by=t.requester, at=at)


def _asks(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    replying.reply(s, t.id, text="Which one?", sets=Status.WAITING, by=_agent(t, c), at=at)


def _holds(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    until = at + c.randrange(60, 4000) * MINUTE if c.random() < 0.5 else None
    third = "The supplier"
    conversation.hold(
        s, t.id, reason="A part", waits_for=third, until=until, by=_agent(t, c), at=at
    )


def _resumes(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    conversation.resume(s, t.id, by=_agent(t, c), at=at)


def _releases(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    triage.release(s, t.id, by=_agent(t, c), at=at)


def _assigns(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    triage.assign(s, t.id, to=c.choice(AGENTS), note="Yours", by=_agent(t, c), at=at)


def _changes_severity(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    key = c.choices(["sev_a", "sev_b", "sev_c"], [1, 5, 5])[0]
    triage.change_severity(s, t.id, severity=key, reason="r", by=_agent(t, c), at=at)


def _hands_over(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    team = "banking" if t.team == "it" else "it"
    triage.hand_to_team(s, t.id, team=team, note="Yours", by=_agent(t, c), at=at)


def _escalates(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    severity = c.choices([None, "sev_b", "sev_a"], [4, 4, 1])[0]
    team = "banking" if severity is None else None
    triage.escalate(s, t.id, severity=severity, team=team, reason="r", by=_agent(t, c), at=at)


def _promises(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    until = at + c.randrange(60, 9000) * MINUTE
    promises.promise_later(s, t.id, until=until, reason="r", by=_agent(t, c), at=at)


def _resolves(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    reply = c.choice([None, "Try again, please"])
    resolution.resolve(s, t.id, cause="c", fix="f", reply=reply, by=_agent(t, c), at=at)


def _closes(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    resolution.close(s, t.id, reason="A duplicate", by=_agent(t, c), at=at)


def _confirms(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    resolution.confirm(s, t.id, by=t.requester, at=at)


def _reopens(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    by = c.choice([t.requester, t.requester, _agent(t, c)])
    reopening.reopen(s, t.id, reason="It is back", by=by, at=at)


def _waits(s: DeskSession, t: Ticket, c: Chance, at: datetime) -> None:
    """Nothing, for now."""


DOINGS: Final[Mapping[Status, Mapping[Doing, int]]] = {
    Status.NEW: {
        _claims: 8, _replies: 2, _writes: 2, _changes_severity: 2, _assigns: 2, _hands_over: 1,
        _escalates: 2, _asks: 1, _holds: 1, _closes: 1, _waits: 3,
    },
    Status.IN_PROGRESS: {
        _replies: 4, _notes: 1, _writes: 3, _asks: 3, _holds: 2, _releases: 1, _assigns: 2,
        _changes_severity: 2, _hands_over: 1, _escalates: 1, _promises: 3, _resolves: 7, _closes: 1,
        _waits: 3,
    },
    Status.WAITING: {_writes: 6, _holds: 1, _resumes: 1, _replies: 1, _resolves: 1, _waits: 2},
    Status.ON_HOLD: {
        _resumes: 4, _asks: 1, _writes: 1, _changes_severity: 1, _assigns: 1, _hands_over: 1,
        _waits: 3,
    },
    Status.RESOLVED: {_reopens: 2, _confirms: 5, _writes: 1, _waits: 5},
    Status.CLOSED: {_reopens: 1, _waits: 3},
}  # fmt: skip
"""What may come next in each status, and how often."""

FORGOTTEN: Final = 0.5
"""How likely nobody ever comes back to a ticket that is closed, each time it could be."""

LEADS_ON: Final = {_claims, _resolves, _confirms}
STUBBORN: Final = 3
"""Every so many tickets one is; with the others, what leads to the end is four times as likely."""


def next_doing(ticket: Ticket, chance: Chance) -> Doing | None:
    """What somebody does to it now; None when nobody will ever again."""
    status = Status(ticket.status)
    if status is Status.CLOSED and chance.random() < FORGOTTEN:
        return None
    easy = 4 if ticket.id % STUBBORN else 1
    often = {doing: n * (easy if doing in LEADS_ON else 1) for doing, n in DOINGS[status].items()}
    return chance.choices(list(often), list(often.values()))[0]
