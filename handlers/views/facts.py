"""What is said about a ticket everywhere: its status, who has it, and what is due next."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final

from handlers.views.words import cut, escape, isolated, moment, person, stamp
from store.models import Target, TargetKind, Ticket, TicketOrigin
from store.origins import Source
from store.rules.lifecycle import OPEN, PAUSED, Status
from store.rules.policy import Policy

_SIGNS: Final = {
    Status.NEW: ":new:",
    Status.IN_PROGRESS: ":wrench:",
    Status.WAITING: ":hourglass_flowing_sand:",
    Status.ON_HOLD: ":double_vertical_bar:",
    Status.RESOLVED: ":white_check_mark:",
    Status.CLOSED: ":lock:",
}


_WAYS: Final[dict[str, str]] = {
    Source.PHONE: "By phone",
    Source.WALK_UP: "In person",
    Source.EMAIL: "By e-mail",
    Source.CHAT: "By chat",
}
"""What came through Slack itself needs no word."""

_LEVELS: Final = {
    "lead": "The lead",
    "team": "The team",
    "everyone": "Everyone",
    "admins": "The admins",
    "person": "Somebody by name",
}


def title(ticket: Ticket) -> str:
    """Number and summary as plain text."""
    return f"{ticket.number} · {isolated(ticket.summary)}"


def summary(ticket: Ticket) -> str:
    """The summary, short enough for the middle of a sentence."""
    return isolated(cut(ticket.summary, 80))


def answers(ticket: Ticket) -> list[tuple[str, str]]:
    """The topic's questions and what the requester said, for messages: whom they named is left out,
    for this would call them.
    """
    return [each for each in ticket.answers.items() if not each[1].startswith("<@")]


def status(ticket: Ticket) -> str:
    """The status with a sign that is seen at a glance."""
    now = Status(ticket.status)
    return f"{_SIGNS[now]} *{now.label[0].upper()}{now.label[1:]}*"


def kind(ticket: Ticket, policy: Policy) -> str:
    """Status, severity and topic in one line."""
    topic = escape(topic_name(policy, ticket.topic))
    return f"{status(ticket)} · {severity(policy, ticket.severity)} · {topic}"


def severity(policy: Policy, key: str) -> str:
    """The severity's name; a paging one stands out. A key no longer in the settings is shown."""
    known = policy.severities.get(key)
    if known is None:
        return escape(key)
    return f":red_circle: *{escape(known.name)}*" if known.pages else escape(known.name)


def severity_name(policy: Policy, key: str) -> str:
    """The plain name, or the key when the settings no longer know it."""
    return policy.severities[key].name if key in policy.severities else key


def topic_name(policy: Policy, key: str) -> str:
    """The plain name, or the key when the settings no longer know it."""
    return policy.topics[key].name if key in policy.topics else key


def team_name(policy: Policy, key: str) -> str:
    """The plain name, or the key when the settings no longer know it."""
    return policy.teams[key].name if key in policy.teams else key


def level_name(policy: Policy, called: str) -> str:
    """A level of the paging chain, from how deskbell.toml writes it to how people call it."""
    kind, _, ref = called.partition(":")
    if kind == "rota":
        return policy.rotas[ref].label if ref in policy.rotas else ref
    if kind not in _LEVELS:
        return _capital(called)
    of_team = f" of {team_name(policy, ref)}" if kind in ("lead", "team") and ref else ""
    return _LEVELS[kind] + of_team


def asked_by(ticket: Ticket, vips: Container[str] = ()) -> str:
    """The requester, and for whom when that is somebody else. Name `vips` to agents only."""
    asked = _marked(ticket.requester, vips)
    return f"{asked} for {_marked(ticket.affected, vips)}" if ticket.affected else asked


def _marked(user: str, vips: Container[str]) -> str:
    return f"{person(user)} :star: *VIP*" if user in vips else person(user)


def with_team(ticket: Ticket, policy: Policy) -> str:
    """Who has it, for a requester: the team alone where the policy names no agents."""
    if policy.agents_named:
        return with_whom(ticket, policy)
    return f"With {escape(team_name(policy, ticket.team))}"


def whereabouts(channel: str) -> str:
    """The channel by mention; a direct message is nobody else's business."""
    return "a direct message" if channel.startswith("D") else f"<#{channel}>"


def came(ticket: Ticket, origin: TicketOrigin | None) -> str:
    """How the request came in, for agents: the message it was made from, and who took it down."""
    way = _message(origin) if origin else _WAYS.get(ticket.source, "")
    by = f"taken down by {person(ticket.opened_by)}" if ticket.opened_by else ""
    return " · ".join(filter(None, (way, by)))


def _message(origin: TicketOrigin) -> str:
    told = f"From {_linked('a message', origin.link)} in {whereabouts(origin.channel)}"
    if origin.deleted_at:
        return f"{told}, *deleted since*"
    return f"{told}, *edited since*" if origin.edited_at else told


def _linked(words: str, link: str | None) -> str:
    return f"<{escape(link)}|{words}>" if link else words


def with_whom(ticket: Ticket, policy: Policy) -> str:
    """Assignee and team."""
    who = f"With {person(ticket.assignee)}" if ticket.assignee else "*Unassigned*"
    return f"{who} · {escape(team_name(policy, ticket.team))}"


def held_for(ticket: Ticket) -> list[str]:
    """Whose answer it waits for, for agents."""
    if ticket.status != Status.ON_HOLD or not ticket.waits_for:
        return []
    return [f"Waits for {escape(isolated(ticket.waits_for))}"]


def due(
    ticket: Ticket, targets: Sequence[Target], *, at: datetime, zone: str, named: bool = True
) -> str:
    """What happens to the clock now, in one line: the next deadline, or why there is none; `named`:
    with who resolved it.
    """
    if ticket.status not in OPEN:
        return _over(ticket, zone, named=named)
    if ticket.status in PAUSED:
        until = f" until {moment(ticket.resume_at, zone)}" if ticket.resume_at else ""
        return f"Clock paused{until}"
    owed = next_owed(targets)
    if owed is None or owed.due_at is None:
        return "Nothing is due"
    label = TargetKind(owed.kind).label
    if is_late(owed, at):
        return f":alarm_clock: *{_capital(label)} overdue since* {moment(owed.due_at, zone)}"
    return f"{_capital(label)} due {moment(owed.due_at, zone)}"


def next_owed(targets: Sequence[Target]) -> Target | None:
    """The unmet target with the nearest deadline."""
    owed = [target for target in targets if is_open(target) and target.due_at is not None]
    return min(owed, key=lambda target: (target.due_at is None, target.due_at), default=None)


def is_late(target: Target, at: datetime) -> bool:
    """Whether the deadline has passed unmet."""
    return is_open(target) and target.due_at is not None and target.due_at <= at


def is_open(target: Target) -> bool:
    """Whether it is still to be met."""
    return target.met_at is None and target.withdrawn_at is None


def due_of(targets: Sequence[Target], kind: TargetKind) -> datetime | None:
    """The open deadline of that kind; None when it is met or the clock stands still."""
    return next((t.due_at for t in targets if t.kind == kind and is_open(t)), None)


def _over(ticket: Ticket, zone: str, *, named: bool) -> str:
    if ticket.closed_at is not None:
        return f"Closed {stamp(ticket.closed_at, zone)}"
    by = f" by {person(ticket.resolver)}" if ticket.resolver and named else ""
    when = f" {stamp(ticket.resolved_at, zone)}" if ticket.resolved_at else ""
    return f"Resolved{by}{when}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
