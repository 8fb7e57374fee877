"""Replies: written in the form, or picked ready-made from a card's menu."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload, resolution
from handlers.canned import wording
from handlers.payload import Body
from handlers.undoing import answer, as_read, on_its_way, show_if_possible
from handlers.views import reply_form
from handlers.views.form_several import FILES
from handlers.views.reply_form import ReplyForm
from store import files, inbox, lookups, replying
from store.database import Store
from store.models import Reply
from store.rules.errors import Refused
from store.rules.lifecycle import Status, Step
from store.rules.sentences import talking as say


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
        shown = as_read(session, ticket, said, came_with, at=now)
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
    answer(ack, view)


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


def _resolve_form(body: Body, store: Store, text: str) -> View:
    about = payload.submission(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, about.ticket, viewer=about.user)
        return resolution.form(session, ticket, by=about.user, reply=text)
