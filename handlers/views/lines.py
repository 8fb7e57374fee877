"""Every audit event in words, for agents: in the team's thread, in History, in warnings."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from handlers.views import deliveries, facts, outcomes, participants, together
from handlers.views.words import Mention, Moment, Piece, Words
from store.audit import DESK, Event
from store.clockwork import Because
from store.models import AuditEvent, TargetKind
from store.rules.lifecycle import Status
from store.rules.policy import Policy

Who = Callable[[str], Piece]
"""How a person is shown: a mention where that pings nobody, a bold name elsewhere."""

Telling = Callable[[AuditEvent, Policy, Who], list[Piece]]


def mentioned(user: str) -> Piece:
    """By mention: for modals and private messages."""
    return Words("The desk", bold=True) if user == DESK else Mention(user)


def line(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Who did what, without what they said about it."""
    return _TELLINGS[Event(event.kind)](event, policy, who)


def remarks(event: AuditEvent) -> list[str]:
    """What the actor said about it; internal."""
    if event.kind == Event.RESOLVED:
        return outcomes.resolution(event)
    return [event.remark] if event.remark else []


def _did(what: str) -> Telling:
    """The actor, and what they did."""
    return lambda event, _policy, who: [who(event.actor), Words(f" {what}")]


def _desk(what: str) -> Telling:
    """Something that came about by itself."""
    return lambda _event, _policy, _who: [Words(what)]


def _assigned(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told = [who(event.actor), Words(" assigned it to "), who(_to(event, "assignee") or DESK)]
    return told + _team(event, policy, ", and it moved to ")


def _handed(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    return [who(event.actor), Words(" handed it over"), *_team(event, policy, " to ")]


def _handed_back(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told: list[Piece] = [who(event.actor), Words(" handed it back")]
    person = _to(event, "assignee")
    return [*told, Words(" to "), who(person)] if person else [*told, *_team(event, policy, " to ")]


def _asked_for_help(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    asked = str(_to(event, "asked"))
    team = policy.teams.get(asked)
    whom = Words(team.name, bold=True) if team else who(asked)
    return [who(event.actor), Words(" asked "), whom, Words(" for help")]


def _escalated(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told: list[Piece] = [who(event.actor), Words(" escalated it")]
    return told + _severity(event, policy, ": ") + _team(event, policy, " to ")


def _severity_changed(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    was, now = (policy.severities.get(key) for key in event.changes["severity"])
    verb = "lowered" if was and now and now.rank > was.rank else "raised"
    return [who(event.actor), Words(f" {verb} the severity"), *_severity(event, policy, " ")]


def _held(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told: list[Piece] = [who(event.actor), Words(" put it on hold")]
    if third := _to(event, "waits_for"):
        told += [Words(" for "), Words(str(third), bold=True)]
    until = _to(event, "until")
    return [*told, Words(" until "), Moment(datetime.fromisoformat(until))] if until else told


def _resumed(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    if event.actor == DESK:
        return [Words("The date has come: work goes on")]
    waited = event.changes.get("status", [None])[0] == Status.WAITING
    ended = " ended the wait: work goes on" if waited else " took it off hold: work goes on"
    return [who(event.actor), Words(ended)]


def _target(what: str) -> Telling:
    """About one of the promises, such as the first answer."""

    def told(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
        late = " late" if _to(event, "late") else ""
        return [Words(what.format(target=_label(event), late=late))]

    return told


def _label(event: AuditEvent) -> str:
    """The target that it is about, which a reminder names with its fraction."""
    return TargetKind(re.split("[.@]", str(_to(event, "target")))[0]).label


_BECAUSE: Final = {
    Because.SEVERITY: "the severity changed",
    Because.TEAM: "another team has it",
    Because.RESUMED: "the clock stood still meanwhile",
    Because.REOPENED: "it was reopened",
    Because.PROMISED: "a later time was promised",
    Because.POLICY: "the desk's hours or promises changed",
}


def _moved(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    was, now = (datetime.fromisoformat(_to(event, field)) for field in ("was", "now"))
    label, why = _label(event), _BECAUSE[Because(_to(event, "because"))]
    told: list[Piece] = [Words(f"Deadline of the {label} moved: "), Moment(was), Words(" → ")]
    return [*told, Moment(now), Words(f" ({why})")]


def _promised(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told = [who(event.actor), Words(" promised the solution by ")]
    return [*told, Moment(datetime.fromisoformat(_to(event, "until")))]


def _climbed(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    people, label = _to(event, "people"), _label(event)
    if not people:
        return [Words(f"Late with the {label}; there is nobody else to tell")]
    told: list[Piece] = [Words(f"Late with the {label}, so it was told to ")]
    for number, user in enumerate(people):
        told += [Words(", "), who(user)] if number else [who(user)]
    return told


def _paged(what: str) -> Telling:
    """Whom a page has called."""

    def told(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
        people = _to(event, "people") or []
        before = what if people else "Nobody is on call: "
        told: list[Piece] = [Words(before)] if before else []
        for number, user in enumerate(people):
            told += [Words(", "), who(user)] if number else [who(user)]
        return told if people else [*told, Words("only the on-call channel was told")]

    return told


_WHY_CALLED: Final = {
    "timeout": "No answer to the page, so it called ",
    "declined": "Called next: ",
    "expired": "It rings again, and called ",
}


def _climbed_page(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """Whom the page calls next, and whether somebody wanted that."""
    why = str(_to(event, "why"))
    if why != "escalated" or not _to(event, "people"):
        return _paged(_WHY_CALLED.get(why, _WHY_CALLED["timeout"]))(event, policy, who)
    return [who(event.actor), Words(" passed the page on: "), *_paged("")(event, policy, who)]


def _acknowledged(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told: list[Piece] = [who(event.actor), Words(" acknowledged the page")]
    missing = _to(event, "missing") or []
    if missing:
        told.append(Words("; it waits for everybody it called: "))
    for number, user in enumerate(missing):
        told += [Words(", "), who(user)] if number else [who(user)]
    return told


def _delivered(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    return [Words("The page reached "), who(_to(event, "person") or DESK)]


def _expired(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    return [
        who(_to(event, "person") or DESK),
        Words(" had acknowledged the page, but nobody has touched the ticket since"),
    ]


def _steps(what: str) -> Telling:
    """Steps of the checklist, in its own words."""

    def told(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
        steps = "; ".join(_to(event, "items") or [])
        return [who(event.actor), Words(f" {what} on the checklist: {steps}")]

    return told


def _topic_changed(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    told = [who(event.actor), Words(" changed the topic")]
    if "topic" not in event.changes:
        return told
    was, now = (facts.topic_name(policy, key) for key in event.changes["topic"])
    return [*told, Words(f" {was} → "), Words(now, bold=True)]


def _team(event: AuditEvent, policy: Policy, before: str) -> list[Piece]:
    team = _to(event, "team")
    return [Words(before), Words(facts.team_name(policy, team), bold=True)] if team else []


def _severity(event: AuditEvent, policy: Policy, before: str) -> list[Piece]:
    if "severity" not in event.changes:
        return []
    was, now = (facts.severity_name(policy, key) for key in event.changes["severity"])
    return [Words(f"{before}{was} → "), Words(now, bold=True)]


def _to(event: AuditEvent, field: str) -> Any:
    """What the field became; changes are kept as [from, to]."""
    return (event.changes.get(field) or [None, None])[1]


_TELLINGS: Final[dict[Event, Telling]] = {
    Event.OPENED: _did("opened the ticket"),
    Event.CLAIMED: _did("claimed it"),
    Event.ASSIGNED: _assigned,
    Event.HANDED_TO_TEAM: _handed,
    Event.ESCALATED: _escalated,
    Event.SEVERITY_CHANGED: _severity_changed,
    Event.TOPIC_CHANGED: _topic_changed,
    Event.RELEASED: _did("put it back into the queue"),
    Event.REPLIED: _did("replied to the requester"),
    Event.HELP_ASKED: _asked_for_help,
    Event.HELP_ANSWERED: _did("answered what they were asked"),
    Event.ACCEPTED: _did("accepted it"),
    Event.HANDED_BACK: _handed_back,
    Event.REPLY_UNDONE: _did("took a reply back before it was sent"),
    Event.ENTRY_EDITED: _did("changed what they had written. It said before:"),
    Event.ENTRY_DELETED: _did("deleted what they had written:"),
    Event.NOTED: _did("added a note"),
    Event.ANSWERED: _did("answered"),
    Event.ASKED: _did("asked the requester and waits for the answer"),
    Event.HELD: _held,
    Event.RESUMED: _resumed,
    Event.RESOLVED: outcomes.resolved,
    Event.CONFIRMED: outcomes.confirmed,
    Event.REOPENED: _did("reopened it"),
    Event.CLOSED: _did("closed it"),
    Event.CLOSED_QUIET: _desk("Closed: the requester said nothing more"),
    Event.QUIET_WARNED: _desk("The requester was told that it will close"),
    Event.NUDGED: _desk("The requester was reminded that we wait for an answer"),
    Event.REMINDED: _target("Reminder sent: {target}"),
    Event.TARGET_MET: _target("Target met{late}: {target}"),
    Event.TARGET_MISSED: _target("Deadline missed: {target}"),
    Event.DEADLINE_MOVED: _moved,
    Event.PROMISED_LATER: _promised,
    Event.BREACH_CLIMBED: _climbed,
    Event.TOLD_AT_RISK: _desk("The requester was told that time gets short"),
    Event.ANSWER_OWED: _desk("The requester wrote: the next answer is owed"),
    Event.TARGET_WITHDRAWN: _target("No longer owed at this severity: {target}"),
    Event.PAGED: _paged("Paged "),
    Event.PAGE_CLIMBED: _climbed_page,
    Event.PAGE_ACKNOWLEDGED: _acknowledged,
    Event.PAGE_DELIVERED: _delivered,
    Event.PAGE_DECLINED: _did("can't take the page"),
    Event.PAGE_EXPIRED: _expired,
    Event.PAGE_STOPPED: _desk("The page stopped: nobody is needed any more"),
    Event.CHECKED: _steps("did"),
    Event.UNCHECKED: _steps("opened again"),
    Event.WAIVED: _steps("waived"),
    Event.ORIGIN_EDITED: _did("edited the message that this ticket was made from; it says now:"),
    Event.ORIGIN_DELETED: _did("deleted the message that this ticket was made from"),
    Event.JOINED: participants.who_joined,
    Event.LEFT: participants.who_left,
    Event.LINKED: together.linked,
    Event.UNLINKED: together.unlinked,
    Event.MERGED: together.merged,
    Event.UNMERGED: together.unmerged,
    Event.INCIDENT_DECLARED: together.declared,
    Event.INCIDENT_WITHDRAWN: _did("took back that it is a major incident"),
    Event.INCIDENT_UPDATED: together.updated,
    Event.DELIVERY_REFUSED: deliveries.refused,
    Event.DELIVERY_RETRIED: deliveries.retried,
    Event.DELIVERY_DROPPED: deliveries.dropped,
    Event.REOPEN_ASKED: _did("wrote although it is over, and was asked whether to reopen it"),
    Event.ONLY_REMARKED: _did("says that this was only a remark"),
    Event.CONTINUED: outcomes.continued,
    Event.RATED: outcomes.rated,
    Event.RATING_EXPLAINED: _did("said why they rated it so"),
    Event.FOLLOWED_UP: _desk("The requester was asked whether it is still good"),
    Event.STILL_GOOD: _did("says that it is still good"),
    Event.COPY_REMOVED: _desk("Slack had posted a message twice; the second one is gone"),
}
