"""What is said on a ticket through buttons and forms, and waiting. Typed messages: `messages`."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload, undoing
from handlers.payload import Body
from handlers.views.conversation_forms import AddForm, AskForm, HoldForm, NoteForm
from store import conversation, inbox, lookups, replying
from store.database import Store
from store.rules.lifecycle import Status, Step


def ask_for_note(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Add note"."""
    click = payload.click(body)
    with store.snapshot() as session:
        view = NoteForm.draw(modals.workable(session, click, Step.NOTE))
    modals.show(client, body, view)
    ack()


def note(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent wrote something down for the other agents. Never stale either."""
    sent, form = payload.submission(body), NoteForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            conversation.note(session, sent.ticket, text=form.text, by=sent.user, at=now)
    ack(response_action="clear")


def ask_to_add(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """The requester pressed "Add information"."""
    click = payload.click(body)
    with store.snapshot() as session:
        view = AddForm.draw(lookups.ticket_for(session, click.ticket, viewer=click.user))
    modals.show(client, body, view)
    ack()


def add(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """The requester wrote more about their ticket."""
    sent, form = payload.submission(body), AddForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            conversation.answer(session, sent.ticket, text=form.text, by=sent.user, at=now)
    ack(response_action="clear")


def ask_for_question(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Waiting on requester"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.ASK)
        view = modals.caught_up(session, ticket, click, AskForm.draw(ticket))
    modals.show(client, body, view)
    ack()


def ask(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent asked the requester something, and waits as soon as the question is out."""
    sent, form = payload.submission(body), AskForm.read(body["view"])
    view = None
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            said = replying.reply(
                session, sent.ticket, text=form.question, sets=Status.WAITING,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
            view = undoing.on_its_way(session, said, at=now)
    undoing.answer(ack, view)


def ask_to_hold(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "On hold"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.HOLD)
        view = modals.caught_up(session, ticket, click, HoldForm.draw(ticket))
    modals.show(client, body, view)
    ack()


def hold(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said what the ticket waits for."""
    sent, form = payload.submission(body), HoldForm.read(body["view"], store.policy)
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            conversation.hold(
                session, sent.ticket, reason=form.reason, until=form.until,
                waits_for=form.waits_for,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")


def resume(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent chose "Resume"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            conversation.resume(session, click.ticket, by=click.user, at=now, version=click.version)
    modals.refresh_ticket(client, body, store, click, at=now)
    ack()
