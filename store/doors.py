"""The doors through which a message becomes a ticket: the emoji, a mention, a direct message."""

from collections.abc import Sequence
from datetime import datetime

from store import access, admission, audit, change, conversation, intake, origins, outbox
from store.admission import Bar
from store.audit import DESK, Event
from store.database import DeskSession
from store.files import SlackFile
from store.kinds import Audience, Kind, Priority
from store.models import Stray, Ticket, TicketOrigin
from store.origins import Origin, Source
from store.rules.errors import NotAllowed, Refused
from store.rules.lifecycle import Status
from store.rules.sentences import asking as say

EXISTS = "exists"
"""What somebody hears, besides a `Bar`: the message is a ticket already."""


def point(session: DeskSession, channel: str, ts: str, *, by: str, at: datetime) -> None:
    """Somebody put the emoji on a message: read it, and open a ticket for whoever wrote it. Said
    of a ticket's own card, it means nothing.
    """
    if conversation.ticket_of_thread(session, channel, ts) is not None:
        return
    is_first = origins.want(session, channel, ts, by=by, at=at)
    origin = origins.of(session, channel, ts)
    assert origin is not None  # `want` saw to it
    if is_first:
        origins.read_later(session, origin, at=at)
    elif origin.ticket_id is not None:
        whisper(session, origin, by, EXISTS, at=at)


def found(
    session: DeskSession,
    origin: TicketOrigin,
    message: Origin,
    *,
    summary: str,
    details: str,
    given: Sequence[SlackFile] = (),
    at: datetime,
) -> Ticket | None:
    """The message was read: open its ticket, and say so under it. None: there is one already, or
    there may be none, which the person who wanted it hears.
    """
    if origin.ticket_id is not None:
        return None
    by = origin.wanted_by
    requester = message.author or by
    bar = admission.bar_of(session, requester, by=by)
    if bar is not None:
        whisper(session, origin, by, bar, at=at, requester=requester)
        session.delete(origin)
        return None
    ticket = _open(
        session, message, requester=requester, summary=summary, details=details,
        given=given, source=Source.EMOJI, by=by, at=at,
    )  # fmt: skip
    say_there(session, ticket, message, at=at)
    return ticket


def open_stray(
    session: DeskSession, stray_id: int, *, summary: str, details: str, at: datetime, by: str
) -> Ticket:
    """The person wants a ticket for what they wrote, as it is."""
    kept = own_stray(session, stray_id, by=by)
    message = Origin(kept.channel, kept.ts, kept.thread, kept.person)
    return _open(
        session, message, requester=by, summary=summary, details=details,
        given=conversation.files_of(kept), source=source_of(kept), by=by, at=at,
    )  # fmt: skip


def source_of(stray: Stray) -> Source:
    """Through which door the message came."""
    return Source.DIRECT if stray.is_direct else Source.MENTION


def own_stray(session: DeskSession, stray_id: int, *, by: str) -> Stray:
    """The person's message that still waits for a word. Raises NotAllowed or Refused."""
    kept = session.get(Stray, stray_id)
    if kept is not None and kept.person != by:
        raise NotAllowed(say.somebody_elses_message(kept.person))
    if kept is None or kept.settled_at is not None:
        raise Refused(say.SAID_ALREADY)
    return kept


def may_join(session: DeskSession, ticket: Ticket, person: str) -> bool:
    """Whether the person could take part in it and does not yet."""
    if access.is_private(session, ticket) or ticket.status == Status.CLOSED:
        return False
    return not (access.is_own(session, ticket, person) or access.may_work(session, ticket, person))


def say_there(session: DeskSession, ticket: Ticket, message: Origin, *, at: datetime) -> None:
    """Promise to say under the message that it is a ticket now."""
    outbox.add(
        session, Kind.OPENED_HERE, audience=Audience.PERSON, channel=message.channel,
        lane=f"opened:{message.channel}", at=at, priority=Priority.REPLY, ticket_id=ticket.id,
        ts=message.thread or message.ts,
    )  # fmt: skip


def whisper(
    session: DeskSession,
    origin: TicketOrigin,
    person: str,
    what: str | Bar,
    *,
    at: datetime,
    requester: str | None = None,
) -> None:
    """Promise a word for this person alone, where the message is."""
    outbox.add(
        session, Kind.WHISPER, audience=Audience.PERSON, channel=origin.channel,
        lane=f"whisper:{person}", at=at, priority=Priority.REPLY, ticket_id=origin.ticket_id,
        person=person, what=str(what), requester=requester, ts=origin.thread,
    )  # fmt: skip


def edited(
    session: DeskSession, channel: str, ts: str, *, text: str, written_at: datetime, at: datetime
) -> None:
    """The message that made a ticket says something else now: the ticket keeps what it said, and
    its agents read what it says.
    """
    origin = origins.of(session, channel, ts)
    if origin is None or origin.ticket_id is None or origin.deleted_at is not None:
        return
    if origin.edited_at is not None and origin.edited_at >= written_at:
        return
    origin.edited_at = written_at
    _mark(session, origin, Event.ORIGIN_EDITED, at=at, remark=text)


def deleted(session: DeskSession, channel: str, ts: str, *, at: datetime) -> None:
    """The message that made a ticket is gone: the ticket lives, and its agents know."""
    origin = origins.of(session, channel, ts)
    if origin is None or origin.ticket_id is None or origin.deleted_at is not None:
        return
    origin.deleted_at = at
    _mark(session, origin, Event.ORIGIN_DELETED, at=at)


def _mark(
    session: DeskSession,
    origin: TicketOrigin,
    kind: Event,
    *,
    at: datetime,
    remark: str | None = None,
) -> None:
    assert origin.ticket_id is not None  # asked by both callers
    ticket = change.locked(session, origin.ticket_id)
    event = audit.record(session, ticket, kind, by=origin.author or DESK, at=at, remark=remark)
    change.announce(session, ticket, event)


def _open(
    session: DeskSession,
    message: Origin,
    *,
    requester: str,
    summary: str,
    details: str,
    given: Sequence[SlackFile],
    source: Source,
    by: str,
    at: datetime,
) -> Ticket:
    """As it was written; the rest is the agents' to find out."""
    return intake.open_ticket(
        session,
        requester=requester,
        topic=session.policy.default_topic,
        summary=summary,
        details=details,
        given=given,
        source=source,
        origin=message,
        by=by,
        at=at,
    )
