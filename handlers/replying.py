"""Replies: written in the form, picked ready-made from a card's menu, and taken back in time."""

import logging
from collections.abc import Sequence
from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.canned import wording
from handlers.payload import Body
from handlers.views import reply_form, requester
from handlers.views.bulletin import Bulletin
from handlers.views.form_several import FILES
from handlers.views.reply_form import ReplyForm
from handlers.views.resolution_forms import ResolveForm
from store import checklist, files, inbox, lookups, replying, targets
from store.database import DeskSession, Store
from store.models import Reply, Ticket, TicketFile
from store.outbox import News
from store.rules.errors import Refused
from store.rules.lifecycle import Status, Step
from store.rules.sentences import talking as say

_log = logging.getLogger(__name__)


def ask_for_reply(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Reply"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.REPLY)
        view = ReplyForm.draw(ticket, session.policy)
    modals.show(client, body, view)
    ack()


def start_from_canned(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent picked a canned reply in the reply form."""
    about = payload.submission(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, about.ticket, viewer=about.user)
        chosen = session.policy.canned.get(payload.value(body))
        text = wording(session, chosen, ticket, agent=about.user, at=now) if chosen else ""
        view = ReplyForm.start_from(body["view"], ticket, session.policy, text)
    modals.refresh(client, body, view)
    ack()


def set_with_reply(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose what to set with the reply: to resolve, the form asks for more."""
    form = ReplyForm.read(body["view"])
    if form.sets == Status.RESOLVED:
        modals.refresh(client, body, _resolve_form(body, store, form.text))
    ack()


def preview(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent wants to see what the requester will read."""
    about, form = payload.submission(body), ReplyForm.read(body["view"])
    if not form.text.strip():
        raise Refused(say.NOTHING_TO_PREVIEW)
    said = Reply(text=form.text.strip(), author=about.user, at=now)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, about.ticket, viewer=about.user)
        given = payload.slack_files(form.files)
        came_with = files.drafted(session, ticket, given, by=about.user, at=now)
        shown = _as_read(session, ticket, said, came_with, at=now)
    modals.refresh(client, body, reply_form.with_preview(body["view"], shown))
    ack()


def reply(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent wrote to the requester. Never stale: words are good whatever happened."""
    sent, form = payload.submission(body), ReplyForm.read(body["view"])
    if form.sets == Status.RESOLVED:
        ack(response_action="update", view=_resolve_form(body, store, form.text))
        return
    view = None
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            given = payload.slack_files(form.files)
            files.require_accepted(session, given, field=FILES)
            said = replying.reply(
                session, sent.ticket, text=form.text, sets=form.sets, given=given,
                by=sent.user, at=now,
            )  # fmt: skip
            view = on_its_way(session, said, at=now)
    if view is None:
        ack(response_action="clear")
    else:
        ack(response_action="update", view=view)


def send_canned(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent picked a canned reply from a card's menu: it goes out as it is, unless undone."""
    click, key = payload.click(body), payload.value(body).split(":")[1]
    view = None
    with store.transaction() as session:
        chosen = session.policy.canned.get(key)
        if chosen is None:
            raise Refused(say.CANNED_GONE)
        if inbox.first_time(session, click.key, at=now):
            ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
            text = wording(session, chosen, ticket, agent=click.user, at=now)
            said = replying.reply(session, click.ticket, text=text, by=click.user, at=now)
            view = on_its_way(session, said, at=now)
    if view is not None:
        show_if_possible(client, body, view)
    ack()


def undo(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent takes a reply back before it went out."""
    entry = int(payload.value(body).split(":")[0])
    with store.transaction() as session:
        said = replying.undo(session, entry, by=payload.user(body), at=now)
        ticket = session.get_one(Ticket, said.ticket_id)
        view = reply_form.taken_back(said, ticket)
    if modals.in_modal(body):
        modals.refresh(client, body, view)
    ack()


def _resolve_form(body: Body, store: Store, text: str) -> View:
    about = payload.submission(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, about.ticket, viewer=about.user)
        steps = checklist.still_open(session, ticket)
        return ResolveForm.draw(ticket, session.policy, steps=steps, reply=text)


def on_its_way(session: DeskSession, said: Reply, *, at: datetime) -> View | None:
    """The reply that waits, with a way to undo it. None: it is out already."""
    undo_for = session.policy.talking.undo
    if said.held_until is None:
        return None
    ticket = session.get_one(Ticket, said.ticket_id)
    came_with = files.of_entry(session, ticket.id, said.id)
    shown = _as_read(session, ticket, said, came_with, at=at)
    return reply_form.on_its_way(said, ticket, undo_for, shown)


def _as_read(
    session: DeskSession,
    ticket: Ticket,
    said: Reply,
    came_with: Sequence[TicketFile],
    *,
    at: datetime,
) -> list[Block]:
    """The message that the requester gets."""
    reader = lookups.person(session, ticket.requester)
    bulletin = Bulletin(
        ticket=ticket,
        policy=session.policy,
        targets=targets.of(session, ticket.id),
        reader=ticket.requester,
        zone=reader.timezone if reader else session.policy.timezone,
        at=at,
        promised_at=at,
        words=said,
        files=came_with,
    )
    return requester.news(News.REPLY, bulletin)


def show_if_possible(client: WebClient, body: Body, view: View) -> None:
    """Open it; the reply is saved by now, and the team's thread has the same button."""
    try:
        modals.show(client, body, view)
    except (SlackApiError, OSError) as error:
        _log.info("undo not shown error=%s", type(error).__name__)
