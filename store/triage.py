"""Who works it, how bad it is, and where it goes: claim, hand over, escalate."""

from datetime import datetime

from store import access, audit, change, on_call, outbox, targets
from store.audit import Event
from store.database import DeskSession
from store.models import AuditEvent, Ticket
from store.outbox import Audience, News, Tell
from store.rules.errors import AlreadyClaimed, InvalidFields, Refused
from store.rules.lifecycle import Status, Step


def claim(
    session: DeskSession, ticket_id: int, *, by: str, at: datetime, version: int | None = None
) -> Ticket:
    """Make the agent responsible. Claiming one's own ticket again changes nothing."""
    ticket = change.for_agent(session, ticket_id, by)
    if ticket.assignee == by:
        return ticket
    if ticket.assignee is not None:
        raise AlreadyClaimed(ticket.id, ticket.assignee)
    change.fresh(session, ticket, version)
    change.step(session, ticket, Step.CLAIM)
    ticket.assignee = by
    event = audit.record(
        session, ticket, Event.CLAIMED, by=by, at=at, changes={"assignee": [None, by]}
    )
    change.announce(session, ticket, event, News.CLAIMED)
    return ticket


def assign(
    session: DeskSession,
    ticket_id: int,
    *,
    to: str,
    note: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Hand the ticket to an agent, with word on where it stands.

    An agent of another team brings the ticket to theirs. InvalidFields: `to`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    was, team_was, status_was = ticket.assignee, ticket.team, Status(ticket.status)
    _check_assignable(session, ticket, to)
    change.step(session, ticket, Step.ASSIGN)
    ticket.assignee = to
    _follow_agent(session, ticket, to)
    event = audit.record(
        session,
        ticket,
        Event.ASSIGNED,
        by=by,
        at=at,
        changes={"assignee": [was, to], **_moved("team", team_was, ticket.team)},
        remark=note.strip() or None,
    )
    _arrive(session, ticket, event, team_was)
    change.clocks_follow(session, ticket, status_was, event)
    change.announce(session, ticket, event, News.ASSIGNED)
    outbox.tell(session, ticket, Tell.ASSIGNED, [to], at=at, but=by, event=event.id)
    outbox.tell(session, ticket, Tell.HANDED_OVER, [was], at=at, but=by, event=event.id)
    return ticket


def hand_to_team(
    session: DeskSession,
    ticket_id: int,
    *,
    team: str,
    note: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Let another team take it: nobody has it until one of them claims it. InvalidFields: `to`."""
    ticket = change.for_agent(session, ticket_id, by, version=version)
    if session.policy.team(team).key == ticket.team and ticket.assignee is None:
        raise InvalidFields({"to": f"It is with {session.policy.team(team).name} already."})
    return _send_to_team(
        session, ticket, Event.HANDED_TO_TEAM, team=team, remark=note, by=by, at=at
    )


def escalate(
    session: DeskSession,
    ticket_id: int,
    *,
    severity: str | None = None,
    team: str | None = None,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Raise the severity, or pass it to a higher tier, or both, with a reason.

    InvalidFields: `severity`, `team`, `reason`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    _check_escalation(session, ticket, severity, team, reason)
    change.step(session, ticket, Step.ESCALATE)
    was = ticket.severity
    ticket.severity = severity or was
    ticket.escalated_by = by
    if severity and severity != was:
        targets.severity_changed(session, ticket, worse=True, at=at)
    if team is not None:
        _send_to_team(
            session,
            ticket,
            Event.ESCALATED,
            team=team,
            remark=reason,
            by=by,
            at=at,
            severity_was=was,
        )
    else:
        event = audit.record(
            session,
            ticket,
            Event.ESCALATED,
            by=by,
            at=at,
            remark=reason.strip(),
            changes=_moved("severity", was, ticket.severity),
        )
        change.announce(session, ticket, event, News.ESCALATED)
        _tell_leads(session, ticket, event)
    on_call.page_if_needed(session, ticket, at=at)
    return ticket


def change_severity(
    session: DeskSession,
    ticket_id: int,
    *,
    severity: str,
    reason: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Promise what the new severity promises; a paging one pages. InvalidFields: `severity`."""
    ticket = change.for_agent(session, ticket_id, by, version=version)
    wanted = session.policy.severity(severity)
    was = session.policy.severity(ticket.severity)
    if wanted.key == was.key:
        raise InvalidFields({"severity": f"It is {was.name} already. Choose another."})
    change.step(session, ticket, Step.CHANGE_SEVERITY)
    ticket.severity = wanted.key
    worse = wanted.rank < was.rank
    targets.severity_changed(session, ticket, worse=worse, at=at)
    event = audit.record(
        session,
        ticket,
        Event.SEVERITY_CHANGED,
        by=by,
        at=at,
        remark=reason.strip() or None,
        changes={"severity": [was.key, wanted.key]},
    )
    change.announce(session, ticket, event, News.NEW_PROMISE)
    if worse:
        _tell_leads(session, ticket, event)
    on_call.page_if_needed(session, ticket, at=at)
    return ticket


def release(
    session: DeskSession, ticket_id: int, *, by: str, at: datetime, version: int | None = None
) -> Ticket:
    """Put it back into the queue: nobody has it."""
    ticket = change.for_agent(session, ticket_id, by, version=version)
    was = ticket.assignee
    status_was = change.step(session, ticket, Step.RELEASE)
    ticket.assignee = None
    ticket.resume_at = None
    event = audit.record(
        session, ticket, Event.RELEASED, by=by, at=at, changes={"assignee": [was, None]}
    )
    change.clocks_follow(session, ticket, status_was, event)
    change.announce(session, ticket, event)
    outbox.tell(session, ticket, Tell.HANDED_OVER, [was], at=at, but=by, event=event.id)
    return ticket


def _send_to_team(
    session: DeskSession,
    ticket: Ticket,
    kind: Event,
    *,
    team: str,
    remark: str,
    by: str,
    at: datetime,
    severity_was: str | None = None,
) -> Ticket:
    """Move the ticket into another team's queue and tell both teams why."""
    team_was, assignee_was = ticket.team, ticket.assignee
    status_was = change.step(session, ticket, Step.HAND_TO_TEAM)
    ticket.team, ticket.assignee, ticket.resume_at = team, None, None
    event = audit.record(
        session,
        ticket,
        kind,
        by=by,
        at=at,
        remark=remark.strip() or None,
        changes={
            **_moved("team", team_was, team),
            **_moved("assignee", assignee_was, None),
            **_moved("severity", severity_was or ticket.severity, ticket.severity),
        },
    )
    _arrive(session, ticket, event, team_was)
    change.clocks_follow(session, ticket, status_was, event)
    escalated = kind is Event.ESCALATED
    change.announce(session, ticket, event, News.ESCALATED if escalated else News.PASSED_ON)
    outbox.tell(session, ticket, Tell.HANDED_OVER, [assignee_was], at=at, but=by, event=event.id)
    if escalated:
        _tell_leads(session, ticket, event)
    return ticket


def _arrive(session: DeskSession, ticket: Ticket, event: AuditEvent, team_was: str) -> None:
    """When the ticket changed teams: a card for the new one, a last line for the old one."""
    if ticket.team == team_was:
        return
    policy = session.policy
    outbox.post_cards(session, ticket, at=event.at)
    if policy.team(team_was).channel != policy.team(ticket.team).channel:
        outbox.line(session, ticket, event, team=team_was)
    targets.team_changed(session, ticket, at=event.at)


def _follow_agent(session: DeskSession, ticket: Ticket, agent: str) -> None:
    """The ticket goes to the agent's team, unless they are of this one (or of none)."""
    theirs = access.teams_of(session, agent)
    if theirs and ticket.team not in theirs:
        ticket.team = next(key for key in session.policy.teams if key in theirs)


def _check_assignable(session: DeskSession, ticket: Ticket, to: str) -> None:
    if to == ticket.assignee:
        raise InvalidFields({"to": f"<@{to}> has it already. Choose somebody else."})
    try:
        access.require_reachable(session, to)
    except Refused as refusal:
        raise InvalidFields({"to": refusal.sentence}) from None
    if not access.may_work(session, ticket, to):
        raise InvalidFields(
            {"to": "That person is not an agent who may work this ticket. Choose an agent."}
        )


def _check_escalation(
    session: DeskSession, ticket: Ticket, severity: str | None, team: str | None, reason: str
) -> None:
    policy = session.policy
    wrong = {}
    if severity and policy.severity(severity).rank > policy.severity(ticket.severity).rank:
        wrong["severity"] = "That is milder than now. To lower it, use *Change severity*."
    if team and policy.team(team).tier < policy.team(ticket.team).tier:
        wrong["team"] = "That team is of a lower tier. To hand it there, use *Reassign*."
    if severity in (None, ticket.severity) and team in (None, ticket.team):
        wrong["severity"] = "Choose a higher severity, another team, or both."
    if not reason.strip():
        wrong["reason"] = "Say why: whoever takes over reads it first."
    if wrong:
        raise InvalidFields(wrong)


def _tell_leads(session: DeskSession, ticket: Ticket, event: AuditEvent) -> None:
    outbox.tell(
        session,
        ticket,
        Tell.ESCALATED,
        access.leads_of(session, ticket.team),
        at=event.at,
        but=event.actor,
        audience=Audience.LEAD,
        event=event.id,
    )


def _moved(field: str, was: str | None, now: str | None) -> dict[str, list[str | None]]:
    return {} if was == now else {field: [was, now]}
