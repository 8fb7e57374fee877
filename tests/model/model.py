"""What a ticket should be after everything that was done to it: a dict, and nothing else.

`None` instead of a new ticket means that the desk has to refuse.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

Ticket = dict[str, Any]
Change = Callable[[Ticket, str, str], Ticket | None]
"""The ticket, who does it, and what they choose (an agent, a team or a severity)."""

NEW, WORKED, WAITING, HELD, RESOLVED, CLOSED = (
    "new", "in_progress", "waiting", "on_hold", "resolved", "closed",
)  # fmt: skip
OPEN: Final = {NEW, WORKED, WAITING, HELD}
TEAM_OF: Final = {
    "U0JOHN00004": {"it"}, "U0JANE00005": {"it"}, "U0JERRY0007": {"banking"},
    "U0LENA00006": {"it", "banking"},
}  # fmt: skip
TIER: Final = {"it": 1, "banking": 2}
RANK: Final = {"sev_a": 0, "sev_b": 1, "sev_c": 2}
WARNED_AFTER: Final = timedelta(days=3)
CLOSED_AFTER: Final = timedelta(days=2)


def opened() -> Ticket:
    """Fresh from the form."""
    return {
        "status": NEW, "assignee": None, "team": "it", "severity": "sev_c", "due": None,
        "warned": False,
    }  # fmt: skip


def claim(ticket: Ticket, who: str, _what: str) -> Ticket | None:
    if ticket["assignee"] == who:
        return ticket
    free = ticket["assignee"] is None and ticket["status"] == NEW
    return {**ticket, "status": WORKED, "assignee": who} if free else None


def assign(ticket: Ticket, _who: str, to: str) -> Ticket | None:
    if ticket["status"] not in OPEN or to == ticket["assignee"]:
        return None
    team = ticket["team"] if ticket["team"] in TEAM_OF[to] else min(TEAM_OF[to])
    status = WORKED if ticket["status"] == NEW else ticket["status"]
    return {**ticket, "assignee": to, "team": team, "status": status}


def escalate(ticket: Ticket, _who: str, team: str) -> Ticket | None:
    if ticket["status"] not in OPEN or team == ticket["team"] or TIER[team] < TIER[ticket["team"]]:
        return None
    return {**ticket, "team": team, "assignee": None, "status": NEW}


def change_severity(ticket: Ticket, _who: str, severity: str) -> Ticket | None:
    if ticket["status"] not in OPEN or severity == ticket["severity"]:
        return None
    return {**ticket, "severity": severity}


def reply(ticket: Ticket, who: str, _what: str) -> Ticket | None:
    if ticket["status"] == NEW:
        return {**ticket, "status": WORKED, "assignee": who}
    return ticket


def note(ticket: Ticket, _who: str, _what: str) -> Ticket | None:
    return ticket


def _to(status: str, allowed: set[str]) -> Change:
    """A step that makes its actor responsible where nobody is yet."""

    def step(ticket: Ticket, who: str, _what: str) -> Ticket | None:
        if ticket["status"] not in allowed:
            return None
        return {**ticket, "status": status, "assignee": ticket["assignee"] or who}

    return step


ask = _to(WAITING, {NEW, WORKED, HELD})
hold = _to(HELD, {NEW, WORKED, WAITING})
resume = _to(WORKED, {WAITING, HELD})
resolve = _to(RESOLVED, OPEN)


def release(ticket: Ticket, _who: str, _what: str) -> Ticket | None:
    worked = ticket["status"] in OPEN - {NEW}
    return {**ticket, "status": NEW, "assignee": None} if worked else None


def close(ticket: Ticket, _who: str, _what: str) -> Ticket | None:
    return None if ticket["status"] == CLOSED else {**ticket, "status": CLOSED}


def confirm(ticket: Ticket, _who: str, _what: str) -> Ticket | None:
    return {**ticket, "status": CLOSED} if ticket["status"] in {RESOLVED, CLOSED} else None


def reopen(ticket: Ticket, _who: str, _what: str) -> Ticket | None:
    if ticket["status"] in OPEN:
        return None
    return {**ticket, "status": WORKED if ticket["assignee"] else NEW}


def answer(ticket: Ticket, _who: str, _what: str) -> Ticket | None:
    return {**ticket, "status": WORKED} if ticket["status"] == WAITING else ticket


def write(ticket: Ticket, at: datetime) -> Ticket:
    """More than thanks: what is over stays so, but silence counts from now."""
    if ticket["status"] != RESOLVED:
        return answer(ticket, "", "") or ticket
    return {**ticket, "warned": False, "due": at + WARNED_AFTER}


def time_passed(ticket: Ticket, at: datetime) -> Ticket:
    """A resolved ticket is warned about, then closed."""
    if ticket["status"] != RESOLVED or ticket["due"] is None or at < ticket["due"]:
        return ticket
    if ticket["warned"]:
        return {**ticket, "status": CLOSED, "due": None}
    return {**ticket, "warned": True, "due": at + CLOSED_AFTER}
