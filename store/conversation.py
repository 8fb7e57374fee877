"""What is said on a ticket: replies, notes, answers, questions, and standing still meanwhile."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from store import (
    access,
    alarms,
    audit,
    change,
    files,
    mentions,
    outbox,
    reopening,
    targets,
    telling,
    waiting,
)
from store.audit import DESK, Event
from store.database import DeskSession
from store.files import SlackFile
from store.kinds import ANNOUNCED_ROLE, ROOT_ROLE, Audience, Kind, News, Priority, Tell
from store.models import AlarmKind, Answer, Entry, Note, Posting, Reply, Stray, Ticket
from store.rules.courtesy import is_thanks
from store.rules.errors import InvalidFields
from store.rules.lifecycle import OPEN, Status, Step
from store.rules.sentences import talking as say

_TICKETS_POSTING: Final = select(Posting).where(
    Posting.slack_channel == bindparam("where"),
    Posting.ts == bindparam("thread"),
    Posting.ticket_id.is_not(None),
    Posting.role != ANNOUNCED_ROLE,
)
"""Built once: everything that is written in any thread asks."""


def note(
    session: DeskSession,
    ticket_id: int,
    *,
    text: str,
    by: str,
    at: datetime,
    channel: str | None = None,
    ts: str | None = None,
    given: Sequence[SlackFile] = (),
    below: str | None = None,
) -> Note:
    """Keep an internal note. `channel`, `ts`: where it was typed, `below` a message of ours in that
    channel as the policy calls it: in the team's thread everybody can read it already. What is
    noted on a merged ticket goes to the one that was kept, as does what people answer. Agents whom
    a note from a form names hear of it: those named in a thread, Slack tells.
    """
    ticket = change.going_on(session, ticket_id)
    access.require_work(session, ticket, by)
    shown = ticket.id == ticket_id and below == session.policy.team(ticket.team).channel
    said = Note(text=worded(text, given), author=by, at=at, channel=channel, ts=ts)
    change.say(session, ticket, said, shown=shown, given=given)
    audit.record(session, ticket, Event.NOTED, by=by, at=at, entry=said.id)
    if ts is None:
        people = mentions.named(session, ticket, said.text)
        telling.tell(session, ticket, Tell.MENTIONED, people, at=at, but=by, entry=said.id)
    return said


def answer(
    session: DeskSession,
    ticket_id: int,
    *,
    text: str,
    by: str,
    at: datetime,
    channel: str | None = None,
    ts: str | None = None,
    given: Sequence[SlackFile] = (),
) -> Answer:
    """The requester (or affected person) wrote. A waiting ticket goes on; about one
    that is over they are asked whether to reopen it, unless they only said thanks. What a watcher
    writes is for the agents to read, and changes nothing.
    """
    ticket = change.going_on(session, ticket_id)
    owns = access.require_voice(session, ticket, by)
    said = Answer(text=worded(text, given), author=by, at=at, channel=channel, ts=ts)
    kept = change.say(session, ticket, said, given=given)
    audit.record(session, ticket, Event.ANSWERED, by=by, at=at, entry=said.id)
    telling.tell(session, ticket, Tell.ANSWERED, [ticket.assignee], at=at, but=by, entry=said.id)
    if files.refused(kept):
        telling.news(session, ticket, News.FILES_REFUSED, at=at, said=said)
    if owns:
        thanks = is_thanks(text) and not given
        _react(session, ticket, thanks=thanks, by=by, at=at)
    return said


def _react(session: DeskSession, ticket: Ticket, *, thanks: bool, by: str, at: datetime) -> None:
    """What the requester's side says moves the ticket, unless it is `thanks` and no more."""
    if ticket.status == Status.WAITING:
        go_on(session, ticket, by=by, at=at)
    elif ticket.status not in OPEN and not thanks:
        reopening.hear(session, ticket, by=by, at=at)
    if ticket.status in OPEN and not thanks:
        targets.answer_owed(session, ticket, at=at)


def wait_for_answer(session: DeskSession, ticket: Ticket, said: Reply, *, at: datetime) -> None:
    """What an agent wrote is a question: the ticket waits for the requester, who hears so."""
    before = audit.facts(ticket)
    change.step(ticket, Step.ASK)
    ticket.assignee = ticket.assignee or said.author
    ticket.resume_at = None
    event = audit.record(
        session, ticket, Event.ASKED, by=said.author, at=at, before=before, entry=said.id
    )
    change.clocks_follow(session, ticket, event, before)
    alarms.cancel(session, ticket.id, waiting.OVER)
    waiting.begin(session, ticket, at=at)
    change.announce(session, ticket, event, News.ASKED, said)


def hold(
    session: DeskSession,
    ticket_id: int,
    *,
    reason: str,
    until: datetime | None = None,
    waits_for: str | None = None,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Wait for a third party (`waits_for` is its name); resumes by itself `until` then, when a
    date is given. Without one, its agent is reminded to ask.

    Reason and name are internal. InvalidFields: `reason`, `until`, `waits_for`.
    """
    ticket = change.for_agent(session, ticket_id, by, version=version)
    _check_hold(reason, until, waits_for, at)
    before = audit.facts(ticket)
    change.step(ticket, Step.HOLD)
    ticket.assignee = ticket.assignee or by
    ticket.resume_at, ticket.waits_for = until, (waits_for or "").strip() or None
    event = audit.record(
        session,
        ticket,
        Event.HELD,
        by=by,
        at=at,
        before=before,
        remark=reason,
        until=until and until.isoformat(),
        waits_for=ticket.waits_for,
    )
    change.clocks_follow(session, ticket, event, before)
    alarms.cancel(session, ticket.id, waiting.OVER)
    if until is not None:
        alarms.arm(session, ticket.id, AlarmKind.RESUME, due_at=until)
    else:
        waiting.hold(session, ticket, at=at)
    change.announce(session, ticket, event, News.ON_HOLD)
    return ticket


def resume(
    session: DeskSession, ticket_id: int, *, by: str, at: datetime, version: int | None = None
) -> Ticket:
    """Work goes on; the clock runs again. `by` may be the desk, when the date has come."""
    ticket = change.locked(session, ticket_id)
    if by != DESK:
        access.require_work(session, ticket, by)
    change.fresh(session, ticket, version)
    go_on(session, ticket, by=by, at=at)
    if by == DESK:
        telling.tell(session, ticket, Tell.RESUMED, [ticket.assignee], at=at)
    return ticket


def ticket_of_thread(session: DeskSession, channel: str, thread_ts: str) -> Posting | None:
    """The posting of ours under which something was written: a card, or a requester's root.
    What people say below an announcement is between them.
    """
    return session.scalar(_TICKETS_POSTING, {"where": channel, "thread": thread_ts})


def entry_shown(session: DeskSession, channel: str, ts: str) -> Entry | None:
    """What a message said on a ticket, or what a message of ours in the team's thread shows."""
    typed = session.scalar(select(Entry).where(Entry.channel == channel, Entry.ts == ts))
    if typed is not None:
        return typed
    role = session.scalar(
        select(Posting.role).where(Posting.slack_channel == channel, Posting.ts == ts)
    )
    kind, _, entry = (role or "").partition(":")
    return session.get(Entry, int(entry)) if kind == "entry" else None


def is_requesters_thread(posting: Posting) -> bool:
    """Whether what is written there is meant for the agents, by the requester."""
    return posting.role == ROOT_ROLE


def keep_stray(
    session: DeskSession,
    *,
    person: str,
    channel: str,
    ts: str,
    thread: str | None = None,
    text: str,
    at: datetime,
    given: Sequence[SlackFile] = (),
) -> Stray:
    """Keep a message for the desk that names no ticket, and ask, under it, what to do."""
    stray = Stray(
        person=person,
        channel=channel,
        ts=ts,
        thread=thread,
        text=worded(text, given),
        files=[asdict(file) for file in given],
        at=at,
    )
    session.add(stray)
    session.flush()
    outbox.add(
        session,
        Kind.STRAY,
        audience=Audience.PERSON,
        channel=channel,
        lane=f"stray:{channel}",
        at=at,
        priority=Priority.REPLY,
        stray=stray.id,
        ts=thread or ts,
    )
    return stray


def stray(session: DeskSession, stray_id: int, *, by: str) -> Stray | None:
    """The person's own message, unless it has found its ticket."""
    kept = session.get(Stray, stray_id, with_for_update=True, populate_existing=True)
    return kept if kept and kept.person == by and kept.settled_at is None else None


def settle_stray(session: DeskSession, stray_id: int, *, by: str, at: datetime) -> Stray | None:
    """The message has found its place. None: it had one already."""
    kept = stray(session, stray_id, by=by)
    if kept is not None:
        kept.settled_at = at
    return kept


def place_stray(
    session: DeskSession, stray_id: int, ticket_id: int, *, by: str, at: datetime
) -> Answer | None:
    """It belongs to this ticket. A second choice changes nothing."""
    kept = settle_stray(session, stray_id, by=by, at=at)
    if kept is None:
        return None
    return answer(
        session,
        ticket_id,
        text=kept.text,
        by=by,
        at=at,
        channel=kept.channel,
        ts=kept.ts,
        given=files_of(kept),
    )


def files_of(stray: Stray) -> list[SlackFile]:
    """What came with the message."""
    return [SlackFile(**file) for file in stray.files]


def go_on(
    session: DeskSession, ticket: Ticket, *, by: str, at: datetime, told: bool = True
) -> None:
    """The locked ticket waits no longer. Not `told`: the requester hears of it otherwise."""
    before = audit.facts(ticket)
    change.step(ticket, Step.RESUME)
    ticket.resume_at = None
    alarms.cancel(session, ticket.id, waiting.OVER)
    event = audit.record(session, ticket, Event.RESUMED, by=by, at=at, before=before)
    change.clocks_follow(session, ticket, event, before)
    was_held = before["status"] == Status.ON_HOLD
    change.announce(session, ticket, event, News.RESUMED if was_held and told else None)


def _check_hold(reason: str, until: datetime | None, waits_for: str | None, at: datetime) -> None:
    wrong = {}
    if not reason.strip():
        wrong["reason"] = say.WHAT_FOR
    if until is not None and until <= at:
        wrong["until"] = say.MOMENT_PASSED
    if until is None and not (waits_for or "").strip():
        wrong["waits_for"] = say.WHOSE_OR_WHEN
    if wrong:
        raise InvalidFields(wrong)


def worded(text: str, given: Sequence[SlackFile] = ()) -> str:
    """The words as typed, without the blank around them; files may come without any."""
    words = text.strip()
    if not words and not given:
        raise InvalidFields({"text": say.NO_WORDS})
    return words
