"""What an outbox message looks like at the moment it is sent: intent in, text and blocks out."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from handlers import (
    belonging,
    doorstep,
    duty,
    gathering,
    handing,
    helping,
    home,
    storming,
    transcripts,
)
from handlers.drawn import Drawing, drawing
from handlers.names import named
from handlers.views import (
    admin,
    agent,
    card,
    endings,
    entries,
    lines,
    page,
    requester,
)
from handlers.views.bulletin import Bulletin
from handlers.views.files import SHOWN, listed
from handlers.views.words import said, spoken
from store import (
    access,
    audit,
    calling,
    clockwork,
    files,
    lookups,
    moves,
    noise,
    origins,
    outbox,
    rating,
    receipts,
    resolution,
    targets,
    telling,
    ties,
    user_groups,
)
from store.clockwork import Because
from store.database import DeskSession
from store.kinds import Kind, News, Tell
from store.models import (
    Answer,
    AuditEvent,
    Entry,
    OutboxMessage,
    Page,
    Rating,
    Reply,
    Ring,
    Target,
    Ticket,
    TicketFile,
)
from store.rules.lifecycle import PAUSED

_LEAVING: Final = {Tell.HANDED_OVER, Tell.CLOSED, Tell.CONFIRMED, Tell.RESOLVED}
"""Whoever hears these has nothing to do with the deadline any more."""


def draw(session: DeskSession, message: OutboxMessage, *, at: datetime) -> Drawing | None:
    """The message as things are now; None when it is no longer worth saying. Raises NotReady."""
    return _DRAWN[Kind(message.kind)](session, message, at)


def _card(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    ticket, policy = _ticket(session, message), session.policy
    text = card.notification(ticket, policy)
    if message.channel not in outbox.card_channels(session, ticket):
        return drawing(text, card.moved(ticket, policy))
    tied = ties.of(session, ticket.id)
    calls = _calls(session, tied.page) if tied.page else []
    owed = targets.of(session, ticket.id)
    drawn = card.card(
        ticket,
        policy,
        targets=owed,
        page=tied.page,
        calls=calls,
        belonging=belonging.lines(session, ticket, tied),
        origin=origins.of_ticket(session, ticket),
        vips=access.vips_of(session, ticket),
        at=at,
    )
    return drawing(text, drawn)


def _line(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    event = _event(session, message)
    assert event is not None
    told = lines.line(event, session.policy, lambda user: named(session, user))
    return drawing(spoken(told), [said(told, *lines.remarks(event))])


def _entry(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    if belonging.is_elsewhere(session, message):
        return None
    words = session.get_one(Entry, message.about["entry"])
    told = receipts.of(session, words) if isinstance(words, Reply) else []
    came_with = files.ready(files.of_entry(session, words.ticket_id, words.id))
    who = partial(named, session)
    watching = belonging.watches(session, message, words.author)
    blocks = entries.entry(words, _ticket(session, message), who, told, watching=watching)
    blocks += listed(came_with, session.policy)
    text = entries.entry_text(words, who, watching=watching)
    return drawing(text, blocks, came_with=came_with)


def _files(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """What came with the request, or everything that came for a team that has it now; nothing if
    there is nothing.
    """
    ticket, everything = _ticket(session, message), message.about.get("everything", False)
    if belonging.is_elsewhere(session, message):
        return None
    which = files.standing if everything else files.of_request
    came_with = files.ready(which(session, ticket.id))[-SHOWN:]
    text = agent.request_files_text(ticket, came_with)
    blocks = agent.request_files(came_with, session.policy, everything=everything)
    return drawing(text, blocks, came_with=came_with) if came_with else None


def _file_copy(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    file = session.get_one(TicketFile, message.about["file"])
    return Drawing(copy=file) if files.wait([file]) else None


def _news(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """For the requester: a note cannot get here, whatever the outbox says."""
    ticket = _ticket(session, message)
    reader = lookups.person(session, message.channel)
    entry = message.about.get("entry")
    words = session.get(Entry, entry) if entry is not None else None
    assert words is None or isinstance(words, Reply | Answer)
    what = noise.as_told(session, message)
    watching = not access.is_own(session, ticket, message.channel)
    stranger = watching and what is not News.LEFT
    if what is None or (stranger and not belonging.watches(session, message, message.channel)):
        return None
    talk, came_with = belonging.so_far(session, message)
    bulletin = Bulletin(
        ticket=ticket,
        policy=session.policy,
        targets=targets.of(session, ticket.id),
        reader=message.channel,
        zone=reader.timezone if reader else session.policy.timezone,
        at=at,
        promised_at=message.created_at,
        words=words,
        moved=_why_moved(session, message),
        watching=watching,
        by=message.about.get("by"),
        files=files.ready(files.of_entry(session, ticket.id, words.id)) if words else (),
        so_far=talk,
        came_with=came_with,
        solution=resolution.told(session, ticket) if what is News.CLOSED else None,
        rated=what is News.CLOSED and rating.of(session, ticket.id, message.channel) is not None,
        incident=belonging.incident_title(session, message),
        other=f"#{message.about['other']}" if "other" in message.about else "",
    )
    if what is News.REACHED and not calling.is_with(session, ticket, message.about):
        return None
    if what is News.PROMISE_MOVED and telling.is_said_by_another(session, message):
        return None
    if not requester.is_worth_saying(what, bulletin):
        return None
    text, blocks = requester.notification(what, bulletin), requester.news(what, bulletin)
    return drawing(text, blocks, came_with=[*bulletin.files, *came_with])


def _tell(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    ticket, policy, what = _ticket(session, message), session.policy, Tell(message.about["tell"])
    if what in {Tell.DEADLINE, Tell.WATCHED} and telling.is_said_by_another(session, message):
        return None
    event, entry = _event(session, message), message.about.get("entry")
    since = event.at if event else message.created_at
    moved = [] if what in _LEAVING else moves.at_once_with(session, ticket.id, since)
    given = [endings.verdict(session.get_one(Rating, n)) for n in message.about.get("ratings", ())]
    blocks = agent.told(
        what,
        ticket,
        policy,
        line=lines.line(event, policy, lines.mentioned) if event and event not in moved else (),
        moved=[*(lines.line(each, policy, lines.mentioned) for each in moved), *given],
        remarks=lines.remarks(event) if event else (),
        words=session.get(Entry, entry) if entry is not None else None,
    )
    handed = what is Tell.ASSIGNED and event
    if handed and (story := handing.summary(session, ticket, handed, at=at)):
        blocks = [*blocks[:-1], *story]  # which ends with the buttons
    return drawing(spoken(agent.heading(what, ticket, policy)), blocks)


def _handoff(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """Where it was said to a person, or to a team."""
    draw_again = _tell if "tell" in message.about else handing.draw
    return draw_again(session, message, at)


def _why_moved(session: DeskSession, message: OutboxMessage) -> Because | None:
    events = moves.at_once_with(session, _ticket(session, message).id, message.created_at)
    return Because(events[-1].changes["because"][1]) if events else None


def _queue_notice(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """A reminder or breach in the team's thread; nothing once it is met, over or paused."""
    ticket, policy = _ticket(session, message), session.policy
    target = session.get_one(Target, message.about["target"])
    if ticket.status in PAUSED or not clockwork.is_owed(ticket, target):
        return None
    which = gathering.reminded(session, ticket, target, message.about, at=at)
    line = agent.clock_line(target, ticket, policy, at=at, reminder=which)
    return drawing(spoken(line), agent.clock(line, target, ticket, policy), broadcast=True)


def _page(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    called, ticket = session.get_one(Page, message.about["page"]), _ticket(session, message)
    policy = session.policy
    hidden = message.channel == policy.on_call_channel and access.is_private(session, ticket)
    if "again" in message.about:
        told = page.notification(called, ticket, policy, again=True)
        return drawing(told, page.called_again(ticket, policy))
    calls = calling.latest(calling.rings(session, called.id))
    blocks = page.page_call(called, ticket, policy, calls=calls, hidden=hidden)
    return drawing(page.notification(called, ticket, policy, hidden=hidden), blocks)


def _admin(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    about = message.about
    told = {key: about.get(key) for key in ("ticket", "message", "rota")}
    told["channel"] = about.get("place")
    return drawing(
        admin.sentence(about["problem"], **told), admin.problem(about["problem"], **told)
    )


def _duty(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    told = duty.draw(session, message, at=at)
    return drawing(spoken(told.heading), told.blocks) if told else None


def _user_group(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """Nothing while nobody is on call: Slack takes no empty group."""
    people = user_groups.members(session, message.channel, at=at)
    return Drawing(members=people) if people else None


def _ticket(session: DeskSession, message: OutboxMessage) -> Ticket:
    return session.get_one(Ticket, message.ticket_id)


def _event(session: DeskSession, message: OutboxMessage) -> AuditEvent | None:
    event = message.about.get("event")
    return session.get_one(AuditEvent, event) if event is not None else None


def _calls(session: DeskSession, called: Page) -> list[Ring]:
    """The last calls of the page."""
    last = calling.latest(calling.rings(session, called.id))
    return [ring for ring in last if ring.person != audit.DESK]


_DRAWN: Final[dict[Kind, Callable[[DeskSession, OutboxMessage, datetime], Drawing | None]]] = {
    Kind.CARD: _card,
    Kind.REDRAW: _card,
    Kind.LINE: _line,
    Kind.ENTRY: _entry,
    Kind.ENTRY_REDRAW: _entry,
    Kind.HANDOFF: handing.draw,
    Kind.HANDOFF_REDRAW: _handoff,
    Kind.HELP: helping.draw,
    Kind.HELP_REDRAW: helping.draw,
    Kind.NEWS: _news,
    Kind.TELL: _tell,
    Kind.PAGE: _page,
    Kind.PAGE_REDRAW: _page,
    Kind.QUEUE_NOTICE: _queue_notice,
    Kind.CLOCK: gathering.bundle_of,
    Kind.DIGEST: gathering.digest_of,
    Kind.ADMIN: _admin,
    Kind.HOME: home.draw,
    Kind.STRAY: doorstep.offer,
    Kind.DUTY: _duty,
    Kind.DUTY_REDRAW: _duty,
    Kind.USER_GROUP: _user_group,
    Kind.FILE_COPY: _file_copy,
    Kind.FILES: _files,
    Kind.FETCH: doorstep.fetch,
    Kind.WHISPER: doorstep.whisper,
    Kind.OPENED_HERE: doorstep.opened,
    Kind.TRANSCRIPT: transcripts.draw,
    Kind.ANNOUNCE: belonging.announcement,
    Kind.STORM: storming.draw,
}
