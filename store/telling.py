"""Who hears what: a ticket's people, its agents, who is on call, the admins.

All of it is promised through `store.outbox`, and each hears it in direct messages.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from store import access, circle, outbox
from store.database import DeskSession
from store.kinds import (
    BUNDLED,
    FOR_OWNERS,
    ROOT_ROLE,
    ROOTS,
    Audience,
    Duty,
    Kind,
    News,
    Priority,
    Tell,
)
from store.models import (
    AuditEvent,
    Entry,
    OutboxMessage,
    Participant,
    Ticket,
)


def news(
    session: DeskSession,
    ticket: Ticket,
    what: News,
    *,
    at: datetime,
    event: AuditEvent | None = None,
    said: Entry | None = None,
    joined: Sequence[circle.Joined | Participant] | None = None,
    **about: Any,
) -> None:
    """Promise to tell the requester's side, and watchers: who may work the ticket hears as agents
    do, unless they did it themselves or it is theirs. `joined`: who takes part, if that is known.
    """
    if event is not None:
        about["event"] = event.id
    if said is not None:
        about["entry"] = said.id
    heard_by: Sequence[circle.Joined | Participant] = joined or []
    if joined is None and what is not News.RECEIVED:
        heard_by = circle.of(session, ticket.id)
    owners = circle.owners_among(ticket, heard_by)
    watchers = [] if what in FOR_OWNERS else circle.watchers_among(ticket, heard_by)
    agents = [each for each in watchers if access.may_work(session, ticket, each)]
    strangers = [each for each in watchers if each not in agents]
    news_for(session, ticket, what, [*owners, *strangers], at=at, **about)
    actor = event.actor if event else said.author if said else None
    agents = [each for each in agents if each != ticket.assignee]
    tell(session, ticket, Tell.WATCHED, agents, at=at, but=actor, **about)


def news_for(
    session: DeskSession,
    ticket: Ticket,
    what: News,
    people: Iterable[str],
    *,
    at: datetime,
    **about: Any,
) -> None:
    """Promise to tell these people, as requesters, each in their own thread about the ticket."""
    held = _held_until(session, ticket, what, at)
    if held is not None:
        about["held"] = held.isoformat()
    for person in people:
        begins = what is News.RECEIVED or (
            what in ROOTS and not _has_thread(session, ticket.id, person)
        )
        outbox.add(
            session,
            Kind.NEWS,
            audience=Audience.REQUESTER,
            channel=person,
            at=at,
            priority=Priority.REPLY if "entry" in about or what in ROOTS else Priority.NOTICE,
            ticket_id=ticket.id,
            thread=None if begins else ROOT_ROLE,
            lane=f"{ticket.id}:{person}:notices" if held else None,
            not_before=held,
            news=what.value,
            change=session.change,
            **about,
        )


def _held_until(session: DeskSession, ticket: Ticket, what: News, at: datetime) -> datetime | None:
    """Until when a notice waits for others; None: it goes at once, and the next ones wait. A moved
    promise makes none wait: it may come with the notice of its cause, which then says both.
    """
    window = session.policy.quiet.notices
    if not window or what not in BUNDLED:
        return None
    if ticket.quiet_until is not None and at < ticket.quiet_until:
        return ticket.quiet_until
    if what is not News.PROMISE_MOVED:
        ticket.quiet_until = at + window
    return None


def tell(
    session: DeskSession,
    ticket: Ticket,
    what: Tell,
    people: Iterable[str | None],
    *,
    at: datetime,
    but: str | None = None,
    audience: Audience = Audience.AGENTS,
    **about: Any,
) -> None:
    """Promise a direct message to agents; whoever caused it (`but`) need not hear of it, and who
    may no longer see a private ticket must not.
    """
    is_private = access.is_private(session, ticket)
    for person in dict.fromkeys(filter(None, people)):
        if person != but and (not is_private or access.may_work(session, ticket, person)):
            outbox.add(
                session,
                Kind.TELL,
                audience=audience,
                channel=person,
                lane=f"tell:{person}",
                at=at,
                priority=Priority.NOTICE,
                ticket_id=ticket.id,
                tell=what.value,
                change=session.change,
                **about,
            )


def is_said_by_another(session: DeskSession, message: OutboxMessage) -> bool:
    """Whether the person hears of the same change in another message, which will say this too."""
    others = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.ticket_id == message.ticket_id,
            OutboxMessage.kind == message.kind,
            OutboxMessage.channel == message.channel,
            OutboxMessage.created_at == message.created_at,
            OutboxMessage.id != message.id,
        )
    )
    what = "news" if message.kind == Kind.NEWS else "tell"
    return any(
        other.about["change"] == message.about["change"]
        and (other.about[what] != message.about[what] or other.id < message.id)
        for other in others
    )


def on_duty(
    session: DeskSession,
    what: Duty,
    people: Iterable[str],
    *,
    at: datetime,
    redraw: bool = False,
    **about: Any,
) -> None:
    """Promise a message about being on call, in order for each; `redraw` changes the first one."""
    for person in dict.fromkeys(people):
        outbox.add(
            session,
            Kind.DUTY_REDRAW if redraw else Kind.DUTY,
            audience=Audience.ON_CALL,
            channel=person,
            lane=f"duty:{person}",
            at=at,
            priority=Priority.REPLY,
            duty=what.value,
            **about,
        )


def tell_admins(
    session: DeskSession,
    problem: str,
    *,
    at: datetime,
    people: Iterable[str] = (),
    **about: Any,
) -> None:
    """Promise that the admins hear of something only they can mend: in their channel if they have
    one, otherwise (or, with `people`, these) in direct messages.
    """
    channel = session.policy.admin_channel
    for place in people or ([channel] if channel else access.admins(session)):
        outbox.add(
            session,
            Kind.ADMIN,
            audience=Audience.ADMIN,
            channel=place,
            lane=f"admin:{place}",
            at=at,
            priority=Priority.REPLY,
            problem=problem,
            **about,
        )


def _has_thread(session: DeskSession, ticket_id: int, person: str) -> bool:
    """Whether the person's thread about the ticket has begun, or is about to."""
    outbox.write(session)
    return bool(
        session.scalar(
            select(
                exists().where(
                    OutboxMessage.ticket_id == ticket_id,
                    OutboxMessage.kind == Kind.NEWS,
                    OutboxMessage.channel == person,
                    OutboxMessage.thread.is_(None),
                    OutboxMessage.state.not_in(outbox.FAILED),
                )
            )
        )
    )
