"""What the desk has promised to say: written in the same transaction as the change itself.

A message holds the intent (ids), never rendered text; `bot.delivery` draws it when it is sent.
The sending side is in `store.sending`.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, exists, select, text, update

from store import access, bulk, circle
from store.database import DeskSession, insert_all_once
from store.models import (
    AuditEvent,
    Delivery,
    Entry,
    OutboxMessage,
    Participant,
    Posting,
    Ticket,
    table_of,
)


class Kind(StrEnum):
    """What is to be drawn."""

    CARD = "card"
    REDRAW = "redraw"
    LINE = "line"
    ENTRY = "entry"
    ENTRY_REDRAW = "entry_redraw"
    HANDOFF = "handoff"
    HANDOFF_REDRAW = "handoff_redraw"
    HELP = "help"
    NEWS = "news"
    TELL = "tell"
    PAGE = "page"
    PAGE_REDRAW = "page_redraw"
    QUEUE_NOTICE = "queue_notice"
    CLOCK = "clock"
    DIGEST = "digest"
    ADMIN = "admin"
    HOME = "home"
    STRAY = "stray"
    DUTY = "duty"
    DUTY_REDRAW = "duty_redraw"
    USER_GROUP = "user_group"
    FILE_COPY = "file_copy"
    FILES = "files"
    FETCH = "fetch"
    WHISPER = "whisper"
    OPENED_HERE = "opened_here"
    TRANSCRIPT = "transcript"
    ANNOUNCE = "announce"
    STORM = "storm"


class News(StrEnum):
    """What a requester hears."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    PASSED_ON = "passed_on"
    ESCALATED = "escalated"
    NEW_PROMISE = "new_promise"
    REPLY = "reply"
    ASKED = "asked"
    ON_HOLD = "on_hold"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    QUIET_WARNING = "quiet_warning"
    CLOSED = "closed"
    REOPENED = "reopened"
    DELAYED = "delayed"
    PROMISE_MOVED = "promise_moved"
    AT_RISK = "at_risk"
    NUDGE = "nudge"
    JOINED = "joined"
    LEFT = "left"
    STANDING = "standing"
    LINKED = "linked"
    UNLINKED = "unlinked"
    INCIDENT_UPDATE = "incident_update"
    MERGED = "merged"
    UNMERGED = "unmerged"
    WAITING_WARNING = "waiting_warning"
    CLOSED_UNANSWERED = "closed_unanswered"
    FILES_REFUSED = "files_refused"
    REOPEN_QUESTION = "reopen_question"
    FOLLOW_UP = "follow_up"


class Tell(StrEnum):
    """What an agent hears in a direct message."""

    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    HANDED_BACK = "handed_back"
    HELPED = "helped"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    DEADLINE = "deadline"
    ESCALATED = "escalated"
    RESUMED = "resumed"
    WATCHING = "watching"
    WATCHED = "watched"
    STILL_HELD = "still_held"
    UPDATE_DUE = "update_due"
    CLOSED_UNANSWERED = "closed_unanswered"
    RATED = "rated"
    MENTIONED = "mentioned"


class Duty(StrEnum):
    """What people hear about being on call."""

    HAND_OVER = "hand_over"
    CHANGE = "change"
    GAPS = "gaps"
    DRILL = "drill"


class Audience(StrEnum):
    """For whose eyes. Drawing for REQUESTER cannot reach notes or remarks."""

    REQUESTER = "requester"
    AGENTS = "agents"
    ON_CALL = "on_call"
    LEAD = "lead"
    ADMIN = "admin"
    PERSON = "person"


class Priority(IntEnum):
    """Smaller goes first: page before reply before notice before redraw. What one edit of the
    policy brings about for thousands waits for everything else.
    """

    PAGE = 0
    REPLY = 1
    NOTICE = 3
    REMINDER = 5
    REDRAW = 7
    LATER = 9


METHODS: Final[Mapping[Kind, str]] = {
    Kind.REDRAW: "chat.update",
    Kind.ENTRY_REDRAW: "chat.update",
    Kind.PAGE_REDRAW: "chat.update",
    Kind.DUTY_REDRAW: "chat.update",
    Kind.HANDOFF_REDRAW: "chat.update",
    Kind.HOME: "views.publish",
    Kind.USER_GROUP: "usergroups.users.update",
    Kind.FILE_COPY: "files.completeUploadExternal",
    Kind.FETCH: "conversations.replies",
    Kind.WHISPER: "chat.postEphemeral",
}
"""What does no harm if it is done twice, by a method with a pace of its own. The rest is posts."""

REDRAWS: Final = frozenset(kind for kind, method in METHODS.items() if method == "chat.update")
"""What changes a message in place."""

ONE_WAITS: Final = (Kind.REDRAW, Kind.HOME, Kind.ENTRY_REDRAW, Kind.PAGE_REDRAW)
_ONE_WAITS = "state = 'ready' AND kind IN ('redraw', 'home', 'entry_redraw', 'page_redraw')"
"""The partial unique index under which waiting redraws of one card are one. One that is being
sent does not count: it may already have been drawn."""

MANY: Final = 50
"""More promises than these travel as one parameter."""

_ON_ITS_WAY = frozenset({Delivery.SENDING, Delivery.UNSURE, Delivery.SENT})
_FAILED = frozenset({Delivery.REFUSED, Delivery.DROPPED})

_OUTBOX: Final = table_of(OutboxMessage)
_CARDS: Final = select(_OUTBOX.c.ticket_id, _OUTBOX.c.channel, _OUTBOX.c.state).where(
    _OUTBOX.c.ticket_id.in_(bindparam("tickets", expanding=True)),
    _OUTBOX.c.kind == Kind.CARD.value,
)


class Card(NamedTuple):
    """One that was written down: of which ticket, where, and in which state."""

    ticket: int
    channel: str
    state: str


_POSTING: Final = select(Posting).where(
    Posting.role == bindparam("role"), Posting.channel == bindparam("channel")
)
_POSTING_OF: Final = _POSTING.where(Posting.ticket_id == bindparam("ticket"))
CARD_ROLE = "card"
ROOT_ROLE = "root"
ANNOUNCED_ROLE = "announced"
HANDOFF_ROLE = "handoff:"
"""With the event's number behind it."""

ROOTS: Final = frozenset({News.RECEIVED, News.JOINED})
"""With these a person's thread about a ticket begins, unless it has begun already."""

BUNDLED: Final = frozenset(
    {
        News.CLAIMED, News.ASSIGNED, News.PASSED_ON, News.ESCALATED, News.NEW_PROMISE,
        News.ON_HOLD, News.RESUMED, News.DELAYED, News.PROMISE_MOVED, News.AT_RISK,
    }
)  # fmt: skip
"""Notices: several within a short time become one (`store.noise`)."""

FOR_OWNERS: Final = frozenset(
    {
        News.RECEIVED, News.NUDGE, News.WAITING_WARNING, News.QUIET_WARNING, News.FOLLOW_UP,
        News.REOPEN_QUESTION,
    }
)  # fmt: skip
"""Of these watchers hear nothing: they ask for something that only the requester's side can do."""


def handoff_role(event: int) -> str:
    """The role of a message that hands a ticket on, and asks for an answer."""
    return f"{HANDOFF_ROLE}{event}"


def change_role(change: int) -> str:
    """The role of a message that asks somebody to agree to a change of shifts."""
    return f"change:{change}"


def add(
    session: DeskSession,
    kind: Kind,
    *,
    audience: Audience,
    channel: str,
    at: datetime,
    priority: Priority,
    ticket_id: int | None = None,
    lane: str | None = None,
    thread: str | None = None,
    not_before: datetime | None = None,
    **about: Any,
) -> None:
    """Promise one Slack call. Messages of one lane go out in the order they were added."""
    cause = session.cause
    news = str(about.get("news") or about.get("tell") or "")
    may_be_said = cause.maybe_said_since if cause and kind not in METHODS else None
    session.promises.append(
        {
            "key": cause.key(kind, channel, news) if cause else str(uuid.uuid4()),
            "kind": kind,
            "audience": audience,
            "ticket_id": ticket_id,
            "channel": channel,
            "gate": METHODS.get(kind, channel),
            "lane": lane or f"{ticket_id}:{channel}",
            "thread": thread,
            "about": about,
            "priority": priority,
            "state": Delivery.READY,
            "attempts": 0,
            "deaths": 0,
            "doubtful": may_be_said is not None,
            "misses": int(may_be_said is not None),
            "first_tried_at": may_be_said,
            "not_before": not_before or at,
            "created_at": at,
        }
    )
    session.last_step = partial(write, session)


def write(session: DeskSession) -> None:
    """Write down what was promised so far, in order: one statement, however much it is.

    A redraw like one that waits already is not written; it makes that one as urgent. A page lifts
    what goes before it in its lane to its own urgency. Happens by itself before every commit.
    """
    promises, session.promises = session.promises, []
    if promises:
        session.flush()
        many = len(promises) > MANY
        insert = bulk.insert_many if many else insert_all_once
        rows = _without_repeats(promises) if many else promises
        insert(
            session, OutboxMessage, rows, unique=("lane",), where=_ONE_WAITS, smallest="priority"
        )
        urgent = [row["lane"] for row in promises if row["priority"] == Priority.PAGE]
        if urgent:
            _lift(session, urgent)


def _without_repeats(promises: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Redraws of one card are one, as urgent as the most urgent of them."""
    kept: dict[str, dict[str, Any]] = {}
    for row in promises:
        first = kept.setdefault(row["lane"] if row["kind"] in ONE_WAITS else row["key"], row)
        first["priority"] = min(first["priority"], row["priority"])
    return list(kept.values())


def _lift(session: DeskSession, lanes: list[str]) -> None:
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.lane.in_(lanes),
            OutboxMessage.priority > Priority.PAGE,
            text("outbox_message.state IN ('ready', 'sending', 'unsure')"),
        )
        .values(priority=Priority.PAGE)
        .execution_options(synchronize_session=False)
    )


def card_channels(session: DeskSession, ticket: Ticket) -> list[str]:
    """Where the ticket's live cards belong: the team's channel, and the queue unless private."""
    team = session.policy.team(ticket.team).channel
    if access.is_private(session, ticket) or team == session.policy.queue_channel:
        return [team]
    return [session.policy.queue_channel, team]


def post_cards(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """Promise a card wherever one belongs and none was promised yet."""
    there = _promised_cards(session, ticket)
    for channel in card_channels(session, ticket):
        if channel not in there:
            add(
                session,
                Kind.CARD,
                audience=Audience.AGENTS,
                channel=channel,
                at=at,
                priority=Priority.NOTICE,
                ticket_id=ticket.id,
            )


def redraw(
    session: DeskSession,
    *tickets: Ticket,
    at: datetime,
    priority: Priority = Priority.REDRAW,
    cards: Sequence[Card] | None = None,
) -> None:
    """Promise that every card of these tickets will show its latest state. Waiting redraws of one
    card are one, as urgent as the most urgent of them; a card not yet sent needs none, because it
    is drawn when it is sent. One that Slack refused is tried again: somebody may have mended what
    was wrong. `cards`: those of these tickets, if they are known.
    """
    cards = _cards(session, tickets) if cards is None else cards
    failed = {ticket_id for ticket_id, _, state in cards if state in _FAILED}
    for ticket in tickets:
        if ticket.id in failed:
            post_cards(session, ticket, at=at)
    live = {(ticket_id, channel) for ticket_id, channel, state in cards if state in _ON_ITS_WAY}
    for ticket_id, channel in sorted(live):
        add(
            session,
            Kind.REDRAW,
            audience=Audience.AGENTS,
            channel=channel,
            lane=f"{ticket_id}:{channel}:redraw",
            at=at,
            priority=priority,
            ticket_id=ticket_id,
        )


def redraw_home(session: DeskSession, user: str, *, at: datetime) -> None:
    """Promise a fresh App Home; waiting ones of one person are one."""
    add(
        session,
        Kind.HOME,
        audience=Audience.PERSON,
        channel=user,
        lane=f"home:{user}",
        at=at,
        priority=Priority.REDRAW,
    )


def line(session: DeskSession, ticket: Ticket, event: AuditEvent, *, team: str = "") -> None:
    """Promise a line in the thread of the team's card, for the team then responsible."""
    add(
        session,
        Kind.LINE,
        audience=Audience.AGENTS,
        channel=session.policy.team(team or ticket.team).channel,
        at=event.at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=CARD_ROLE,
        event=event.id,
    )


def entry(session: DeskSession, ticket: Ticket, said: Entry) -> None:
    """Promise that the team's thread shows what was said, under a card that was refused before
    if need be.
    """
    channel = session.policy.team(ticket.team).channel
    if channel not in _promised_cards(session, ticket):
        post_cards(session, ticket, at=said.at)
    add(
        session,
        Kind.ENTRY,
        audience=Audience.AGENTS,
        channel=channel,
        at=said.at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=CARD_ROLE,
        entry=said.id,
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
        add(
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
            add(
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
        add(
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
        add(
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


def posting(session: DeskSession, ticket_id: int | None, role: str, channel: str) -> Posting | None:
    """Our message in that role in that channel (or DM, by user id), if it exists in Slack."""
    known = {"role": role, "channel": channel}
    if ticket_id is None:
        return session.scalar(_POSTING.where(Posting.ticket_id.is_(None)), known)
    return session.scalar(_POSTING_OF, {"ticket": ticket_id, **known})


def is_on_its_way(session: DeskSession, ticket_id: int | None, kind: Kind, channel: str) -> bool:
    """Whether such a message of the ticket still waits for that channel."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    OutboxMessage.ticket_id == ticket_id,
                    OutboxMessage.kind == kind,
                    OutboxMessage.channel == channel,
                    text("outbox_message.state IN ('ready', 'sending', 'unsure')"),
                )
            )
        )
    )


def _has_thread(session: DeskSession, ticket_id: int, person: str) -> bool:
    """Whether the person's thread about the ticket has begun, or is about to."""
    write(session)
    return bool(
        session.scalar(
            select(
                exists().where(
                    OutboxMessage.ticket_id == ticket_id,
                    OutboxMessage.kind == Kind.NEWS,
                    OutboxMessage.channel == person,
                    OutboxMessage.thread.is_(None),
                    OutboxMessage.state.not_in(_FAILED),
                )
            )
        )
    )


def _promised_cards(session: DeskSession, ticket: Ticket) -> set[str]:
    """Channels in which a card of the ticket is, or will be."""
    ahead = {
        row["channel"]
        for row in session.promises
        if row["kind"] == Kind.CARD and row["ticket_id"] == ticket.id
    }
    return ahead | {where for _, where, state in _cards(session, [ticket]) if state not in _FAILED}


def _cards(session: DeskSession, tickets: Sequence[Ticket]) -> list[Card]:
    """Every card that was written down for these tickets."""
    with session.no_autoflush:
        rows = session.execute(_CARDS, {"tickets": [ticket.id for ticket in tickets]})
    return [Card(*row) for row in rows]
