"""Replies: what agents say to the requester's side, held for a moment so that it can be undone.

A held reply is an alarm (`AlarmKind.SEND_REPLY`): when it rings, everything that a reply brings
about happens in one transaction. One that was undone has never been.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from store import (
    alarms,
    audit,
    change,
    conversation,
    findings,
    outbox,
    receipts,
    resolution,
    targets,
    telling,
)
from store.audit import Event
from store.database import DeskSession
from store.files import SlackFile
from store.findings import Findings
from store.kinds import News
from store.models import AlarmKind, Note, Reply, Ticket
from store.rules.errors import Refused, TicketNotFound
from store.rules.lifecycle import PAUSED, Status, Step, allowed
from store.rules.sentences import talking as say


def reply(
    session: DeskSession,
    ticket_id: int,
    *,
    text: str,
    by: str,
    at: datetime,
    sets: Status | None = None,
    given: Sequence[SlackFile] = (),
    note: Note | None = None,
    channel: str | None = None,
    ts: str | None = None,
    version: int | None = None,
) -> Reply:
    """Write to the requester, with the files `given`; it goes out when it can no longer be undone,
    and what it `sets` is set then. On an unclaimed ticket it is also a claim, at once. `note`:
    whose words these are; `channel`, `ts`: where they were typed, when that was the team's thread;
    `version`: what its author has seen, where that matters.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    said = Reply(text=conversation.worded(text, given), author=by, at=at, channel=channel, ts=ts)
    said.copy_of = note.id if note else None
    said.sets_status = sets
    said.held_until = at + session.policy.talking.undo
    _claim_if_new(session, ticket, by=by, at=at)
    change.say(session, ticket, said, given=given)
    if said.held_until > at:
        due = said.held_until
        alarms.arm(session, ticket.id, AlarmKind.SEND_REPLY, due_at=due, subject=str(said.id))
    else:
        send(session, ticket, said, at=at)
    return said


def resolve(
    session: DeskSession,
    ticket_id: int,
    *,
    text: str,
    found: Findings,
    given: Sequence[SlackFile] = (),
    by: str,
    at: datetime,
    version: int | None = None,
) -> Reply:
    """Resolve it with a word to the requester: both happen when it can no longer be undone. What
    was found is kept at once. InvalidFields: as `findings.explain`.
    """
    findings.explain(session, ticket_id, found, by=by, version=version)
    return reply(session, ticket_id, text=text, sets=Status.RESOLVED, given=given, by=by, at=at)


def send(session: DeskSession, ticket: Ticket, said: Reply, *, at: datetime) -> None:
    """The time to undo is over: it goes out, and counts. The ticket's lock is held."""
    said.held_until = None
    if said.sets_status == Status.RESOLVED and allowed(Status(ticket.status), Step.RESOLVE):
        resolution.conclude(session, ticket, said, by=said.author, at=at)
        return
    audit.record(session, ticket, Event.REPLIED, by=said.author, at=at, entry=said.id)
    targets.replied(session, ticket, at=at)
    status = Status(ticket.status)
    if said.sets_status == Status.WAITING and allowed(status, Step.ASK):
        conversation.wait_for_answer(session, ticket, said, at=at)
        return
    if said.sets_status == Status.IN_PROGRESS and status in PAUSED:
        conversation.go_on(session, ticket, by=said.author, at=at, told=False)
    outbox.redraw(session, ticket, at=at)
    telling.news(session, ticket, News.REPLY, at=at, said=said)


def send_held(session: DeskSession, ticket: Ticket, entry_id: int, *, at: datetime) -> None:
    """Its moment has come, unless it was undone."""
    said = session.get(Reply, entry_id, populate_existing=True)
    if said is not None and said.held_until is not None:
        send(session, ticket, said, at=at)


def undo(session: DeskSession, entry_id: int, *, by: str, at: datetime) -> Reply:
    """Take a held reply back: nothing is sent. Twice changes nothing."""
    said = session.get(Reply, entry_id)
    if said is None:
        raise TicketNotFound(entry_id)
    ticket = change.for_agent(session, said.ticket_id, by)
    session.refresh(said)
    if said.undone_at is not None:
        return said
    if said.held_until is None:
        raise Refused(say.too_late_to_undo(ticket.id))
    said.held_until, said.undone_at = None, at
    alarms.cancel(session, ticket.id, [AlarmKind.SEND_REPLY], subject=str(said.id))
    audit.record(session, ticket, Event.REPLY_UNDONE, by=by, at=at, entry=said.id)
    receipts.redraw(session, said, at=at)
    return said


def wording(session: DeskSession, note_id: int) -> Reply | None:
    """The reply that has sent the words of this note, or is about to."""
    return session.scalar(select(Reply).where(Reply.copy_of == note_id, Reply.undone_at.is_(None)))


def _claim_if_new(session: DeskSession, ticket: Ticket, *, by: str, at: datetime) -> None:
    before = audit.facts(ticket)
    change.step(ticket, Step.REPLY)
    if before["status"] == Status.NEW:
        ticket.assignee = by
        event = audit.record(session, ticket, Event.CLAIMED, by=by, at=at, before=before)
        change.announce(session, ticket, event)
