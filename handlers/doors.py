"""A message becomes a ticket: the shortcut on it, an emoji, a mention, a direct message."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

from slack_bolt import Ack, BoltContext, Respond
from slack_sdk import WebClient

from handlers import intake, modals, payload
from handlers.names import name_of
from handlers.payload import Body, Message
from handlers.views import doors as views
from handlers.views.intake_door import Door
from handlers.views.intake_form import Draft
from store import access, admission, conversation, doors, inbox, lookups, origins, participants
from store.database import DeskSession, Store
from store.files import SlackFile
from store.models import Role, Stray, Ticket, TicketOrigin
from store.origins import Origin, Source
from store.rules.errors import Refused


def join(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Somebody pressed "Same for me" at a message that is a ticket already."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            participants.join(
                session, click.ticket, click.user, Role.AFFECTED, by=click.user, at=now
            )
        ticket = lookups.whatever(session, click.ticket)
    if modals.in_modal(body):
        modals.refresh(context.client, body, views.takes_part(ticket))
    elif context.respond is not None:
        context.respond(views.joined(ticket), replace_original=True)
    ack()


CARRIED: Final = 2000
"""Characters of files that travel with a form, whose metadata holds 3000."""


def make_ticket(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody used "Open a ticket" on a message: its words and files are filled in."""
    message, by = payload.pointed_at(body), payload.user(body)
    with store.snapshot() as session:
        known = origins.of(session, message.channel, message.ts)
        ticket = lookups.whatever(session, known.ticket_id) if known and known.ticket_id else None
        text = message.text(lambda user: name_of(session, user))
        may_join = ticket is not None and doors.may_join(session, ticket, by)
        door = _door(session, message, by)
    if ticket is not None:
        modals.show(client, body, views.taken(ticket, may_join=may_join))
    else:
        intake.show_form(client, body, store, Draft.from_message(text, door))
    ack()


def _door(session: DeskSession, message: Message, by: str) -> Door:
    """An agent usually passes on what somebody asked; others ask for somebody."""
    agent = by if access.is_agent(session, by) else None
    writer = message.user if message.user not in {"", by} else None
    asks = writer if agent else None
    return Door(
        source=Source.MESSAGE,
        origin=message.origin,
        files=_carried(message.files),
        agent=agent,
        writer=writer,
        requester=asks,
    )


def _carried(files: Sequence[SlackFile]) -> tuple[SlackFile, ...]:
    """As many as fit."""
    ends = accumulate(len(str(file)) for file in files)
    return tuple(file for file, end in zip(files, ends, strict=True) if end <= CARRIED)


def reacted(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody reacted to something; the desk's emoji in a watched channel opens a ticket."""
    event = body["event"]
    item, rules = event["item"], store.policy.intake
    if item.get("channel") in rules.channels and rules.is_emoji(event["reaction"]):
        point(store, item["channel"], item["ts"], by=event["user"], at=now)
    ack()


def point(store: Store, channel: str, ts: str, *, by: str, at: datetime) -> bool:
    """Act on the emoji, once per person and message. Return whether it was news."""
    with store.transaction() as session:
        first = inbox.first_time(session, f"emoji:{channel}:{ts}:{by}", at=at)
        if first:
            doors.point(session, channel, ts, by=by, at=at)
    return first


def read(
    session: DeskSession, origin: TicketOrigin, message: Mapping[str, Any], at: datetime
) -> None:
    """The message that somebody pointed at, as Slack's history has it."""
    said = payload.as_message(message, origin.channel)
    words = Draft.from_words(said.text(lambda user: name_of(session, user)) or views.NO_WORDS)
    doors.found(
        session, origin, said.origin,
        summary=words.summary, details="".join(words.details), given=said.files, at=at,
    )  # fmt: skip


def mentioned(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Somebody mentioned the desk in a channel: it offers to open a ticket."""
    hear_mention(body, store, bot=context.bot_user_id or "", at=now)
    ack()


def hear_mention(body: Body, store: Store, *, bot: str, at: datetime) -> bool:
    """Keep what was written, and offer; in a ticket's thread it is a note like any other. Return
    whether it was news.
    """
    message = payload.message(body)
    if message is None:
        return False
    with store.transaction() as session:
        if message.thread and conversation.ticket_of_thread(
            session, message.channel, message.thread
        ):
            return False
        first = inbox.first_time(session, f"mention:{message.channel}:{message.ts}", at=at)
        if first:
            _offer(session, message, bot, at=at)
    return first


def _offer(session: DeskSession, message: Message, bot: str, *, at: datetime) -> None:
    known = origins.of(session, message.channel, message.ts)
    if known is not None:
        return
    text = message.without(bot).text(lambda user: name_of(session, user))
    if not text.strip():
        raise Refused(views.SAY_WHAT)
    admission.require(session, message.user, by=message.user)
    conversation.keep_stray(
        session, person=message.user, channel=message.channel, ts=message.ts,
        thread=message.thread, text=text, at=at, given=message.files,
    )  # fmt: skip


def open_stray(ack: Ack, body: Body, respond: Respond, store: Store, now: datetime) -> None:
    """Somebody pressed "Open a ticket" under their message: one click, and it is one."""
    stray, by = int(payload.value(body).split(":")[0]), payload.user(body)
    with store.transaction() as session:
        kept = doors.own_stray(session, stray, by=by)
        first = inbox.first_time(session, payload.click_key(body), at=now)
        if first:
            ticket = _open_as_written(session, kept, by=by, at=now)
            if kept.is_direct:
                told = views.opened_privately(ticket, session.policy)
            else:
                told = views.opened(ticket, name_of(session, by), session.policy)
    if first:
        respond(text=views.opened_text(ticket), blocks=told, replace_original=True)
    ack()


def _open_as_written(session: DeskSession, kept: Stray, *, by: str, at: datetime) -> Ticket:
    words = Draft.from_words(kept.text or views.NO_WORDS)
    details = "".join(words.details)
    return doors.open_stray(session, kept.id, summary=words.summary, details=details, by=by, at=at)


def fill_in_stray(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody wants the form for their message: it begins with its words."""
    stray, by = int(payload.value(body).split(":")[0]), payload.user(body)
    with store.snapshot() as session:
        kept = doors.own_stray(session, stray, by=by)
        door = Door(
            source=doors.source_of(kept),
            stray=stray,
            origin=Origin(kept.channel, kept.ts, kept.thread, kept.person),
            agent=by if access.is_agent(session, by) else None,
        )
    intake.show_form(client, body, store, Draft.from_words(kept.text, door=door))
    ack()
