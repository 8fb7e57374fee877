"""Who works it, how bad it is, and where it goes: claim, hand over, escalate."""

from datetime import datetime

from store import access, audit, change, files, on_call, outbox, targets, telling, updates
from store.audit import Event, Facts
from store.database import DeskSession
from store.kinds import CARD_ROLE, Audience, Kind, News, Priority, Tell
from store.models import AuditEvent, Participant, Role, Ticket
from store.rules.errors import AlreadyClaimed, InvalidFields, Refused
from store.rules.lifecycle import Step
from store.rules.sentences import working as say


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
    before = audit.facts(ticket)
    change.step(ticket, Step.CLAIM)
    ticket.assignee = by
    event = audit.record(session, ticket, Event.CLAIMED, by=by, at=at, before=before)
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

    An agent of another team brings the ticket to theirs. InvalidFields: `to`, `note`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    _check_note(session, note)
    before = audit.facts(ticket)
    place(session, ticket, to)
    event = audit.record(session, ticket, Event.ASSIGNED, by=by, at=at, before=before, remark=note)
    arrive(session, ticket, event, before)
    change.announce(session, ticket, event, News.ASSIGNED)
    telling.tell(session, ticket, Tell.ASSIGNED, [to], at=at, but=by, event=event.id)
    _tell_who_had_it(session, ticket, event, before)
    return ticket


def place(session: DeskSession, ticket: Ticket, to: str) -> None:
    """The agent has it, in a team of theirs; nothing is said or recorded. InvalidFields: `to`."""
    _check_assignable(session, ticket, to)
    change.step(ticket, Step.ASSIGN)
    ticket.assignee = to
    _follow_agent(session, ticket, to)


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
    """Let another team take it: nobody has it until one of them claims it.

    InvalidFields: `to`, `note`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    if session.policy.team(team).key == ticket.team and ticket.assignee is None:
        raise InvalidFields({"to": say.with_team_already(session.policy.team(team).name)})
    _check_note(session, note)
    before = audit.facts(ticket)
    _send_to_team(ticket, team)
    event = audit.record(
        session, ticket, Event.HANDED_TO_TEAM, by=by, at=at, before=before, remark=note
    )
    arrive(session, ticket, event, before)
    change.announce(session, ticket, event, News.PASSED_ON)
    _hand_card(session, ticket, event)
    _tell_who_had_it(session, ticket, event, before)
    return ticket


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
    before = audit.facts(ticket)
    change.step(ticket, Step.ESCALATE)
    ticket.severity = severity or ticket.severity
    ticket.escalated_by = by
    if team is not None:
        _send_to_team(ticket, team)
    event = audit.record(
        session, ticket, Event.ESCALATED, by=by, at=at, before=before, remark=reason
    )
    _keep_watching(session, ticket, by, at=at)
    arrive(session, ticket, event, before)
    _new_severity(session, ticket, event, before)
    change.announce(session, ticket, event, News.ESCALATED)
    if team is not None:
        _hand_card(session, ticket, event)
    _tell_who_had_it(session, ticket, event, before)
    _tell_leads(session, ticket, event)
    on_call.page_if_needed(session, ticket, at=at)
    return ticket


def _keep_watching(session: DeskSession, ticket: Ticket, by: str, *, at: datetime) -> None:
    """Whoever escalated hears how it goes on, until they stop watching; not of a private ticket
    that is another team's now.
    """
    watches = access.takes_part(session, ticket, by, Role.WATCHER)
    if watches or by == ticket.assignee or not access.may_work(session, ticket, by):
        return
    session.add(
        Participant(ticket_id=ticket.id, person=by, role=Role.WATCHER, added_by=by, added_at=at)
    )
    session.flush()


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
    if wanted.key == ticket.severity:
        raise InvalidFields({"severity": say.that_severe_already(wanted.name)})
    become(session, ticket, wanted.key, reason, by=by, at=at)
    return ticket


def become(
    session: DeskSession, ticket: Ticket, severity: str, reason: str, *, by: str, at: datetime
) -> None:
    """The locked ticket is of this severity from now on, and everybody concerned hears so."""
    before = audit.facts(ticket)
    change.step(ticket, Step.CHANGE_SEVERITY)
    ticket.severity = severity
    event = audit.record(
        session, ticket, Event.SEVERITY_CHANGED, by=by, at=at, before=before, remark=reason
    )
    _new_severity(session, ticket, event, before)
    change.announce(session, ticket, event, News.NEW_PROMISE)
    if _is_worse(session, ticket, before):
        _tell_leads(session, ticket, event)
    on_call.page_if_needed(session, ticket, at=at)


def release(
    session: DeskSession, ticket_id: int, *, by: str, at: datetime, version: int | None = None
) -> Ticket:
    """Put it back into the queue: nobody has it."""
    ticket = change.for_agent(session, ticket_id, by, version=version)
    before = audit.facts(ticket)
    change.step(ticket, Step.RELEASE)
    ticket.assignee = ticket.resume_at = None
    event = audit.record(session, ticket, Event.RELEASED, by=by, at=at, before=before)
    change.clocks_follow(session, ticket, event, before)
    change.announce(session, ticket, event)
    _tell_who_had_it(session, ticket, event, before)
    return ticket


def _send_to_team(ticket: Ticket, team: str) -> None:
    change.step(ticket, Step.HAND_TO_TEAM)
    ticket.team, ticket.assignee, ticket.resume_at = team, None, None


def arrive(session: DeskSession, ticket: Ticket, event: AuditEvent, before: Facts) -> None:
    """Let clocks and cards follow the ticket: a card for a new team, a last line for the old."""
    change.clocks_follow(session, ticket, event, before)
    team_was = before["team"]
    if team_was is None or ticket.team == team_was:
        return
    outbox.post_cards(session, ticket, at=event.at)
    policy = session.policy
    if policy.team(team_was).channel != policy.team(ticket.team).channel:
        outbox.line(session, ticket, event, team=team_was)
        files.share_anew(session, ticket, at=event.at)
    targets.team_changed(session, ticket, at=event.at, by=event.actor)


def _hand_card(session: DeskSession, ticket: Ticket, event: AuditEvent) -> None:
    """The team that gets it reads what it should know, and can accept it or hand it back."""
    outbox.add(
        session,
        Kind.HANDOFF,
        audience=Audience.AGENTS,
        channel=session.policy.team(ticket.team).channel,
        at=event.at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=CARD_ROLE,
        event=event.id,
    )


def _new_severity(session: DeskSession, ticket: Ticket, event: AuditEvent, before: Facts) -> None:
    if ticket.severity != before["severity"]:
        worse = _is_worse(session, ticket, before)
        targets.severity_changed(session, ticket, worse=worse, at=event.at, by=event.actor)
        updates.watch(session, ticket, at=event.at)


def _is_worse(session: DeskSession, ticket: Ticket, before: Facts) -> bool:
    was = session.policy.severities.get(before["severity"] or "")
    return was is None or session.policy.severity(ticket.severity).rank < was.rank


def _follow_agent(session: DeskSession, ticket: Ticket, agent: str) -> None:
    """The ticket goes to the agent's team, unless they are of this one (or of none)."""
    theirs = access.teams_of(session, agent)
    if theirs and ticket.team not in theirs:
        ticket.team = next(key for key in session.policy.teams if key in theirs)


def _check_assignable(session: DeskSession, ticket: Ticket, to: str) -> None:
    if to == ticket.assignee:
        raise InvalidFields({"to": say.HAS_IT_ALREADY})
    try:
        access.require_reachable(session, to)
    except Refused as refusal:
        raise InvalidFields({"to": refusal.sentence}) from None
    if not access.may_work(session, ticket, to):
        raise InvalidFields({"to": say.NO_AGENT})


def _must_explain(session: DeskSession, words: str) -> bool:
    return session.policy.talking.handoff_note == "required" and not words.strip()


def _check_note(session: DeskSession, note: str) -> None:
    if _must_explain(session, note):
        raise InvalidFields({"note": say.HANDOFF_NOTE})


def _check_escalation(
    session: DeskSession, ticket: Ticket, severity: str | None, team: str | None, reason: str
) -> None:
    policy = session.policy
    wrong = {}
    if severity and policy.severity(severity).rank > policy.severity(ticket.severity).rank:
        wrong["severity"] = say.MILDER
    if team and policy.team(team).tier < policy.team(ticket.team).tier:
        wrong["team"] = say.LOWER_TIER
    if severity in {None, ticket.severity} and team in {None, ticket.team}:
        wrong["severity"] = say.RAISE_SOMETHING
    if _must_explain(session, reason):
        wrong["reason"] = say.WHY_ESCALATED
    if wrong:
        raise InvalidFields(wrong)


def _tell_who_had_it(
    session: DeskSession, ticket: Ticket, event: AuditEvent, before: Facts
) -> None:
    if before["assignee"] != ticket.assignee:
        telling.tell(
            session, ticket, Tell.HANDED_OVER, [before["assignee"]],
            at=event.at, but=event.actor, event=event.id,
        )  # fmt: skip


def _tell_leads(session: DeskSession, ticket: Ticket, event: AuditEvent) -> None:
    telling.tell(
        session,
        ticket,
        Tell.ESCALATED,
        access.leads_of(session, ticket.team),
        at=event.at,
        but=event.actor,
        audience=Audience.LEAD,
        event=event.id,
    )
