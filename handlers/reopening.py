"""How a ticket comes back: "Not yet", "It came back", Reopen, and a message after the end."""

from datetime import datetime

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.questions import put_away
from handlers.views import told
from handlers.views.resolution_forms import ReopenForm
from store import follow_up, inbox, lookups, reopening
from store.database import Store
from store.rules.errors import Refused
from store.rules.lifecycle import OPEN, Step
from store.rules.sentences import ending as say


def ask_what_is_wrong(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """The requester pressed "Not yet" or "It came back"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
        if ticket.status in OPEN:
            raise Refused(say.open_already(ticket.id))
        view = ReopenForm.draw(ticket, by_requester=True)
    modals.show(client, body, view)
    ack()


def ask_to_reopen(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Reopen"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.REOPEN)
        form = ReopenForm.draw(ticket, by_requester=False)
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def reopen(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody said why it is not over."""
    sent, form = payload.submission(body), ReopenForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            reopening.reopen(
                session, sent.ticket, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")


def reopen_as_said(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Asked after a message, the requester pressed "Reopen" (or "Open a new ticket")."""
    click, on = payload.click(body), None
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            on = reopening.reopen_as_said(session, click.ticket, by=click.user, at=now).id
    put_away(context, body, told.reopened(click.ticket, on))
    ack()


def only_remark(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Asked after a message, the requester pressed "It's only a remark"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            reopening.only_remark(session, click.ticket, by=click.user, at=now)
    put_away(context, body, told.only_remark(click.ticket))
    ack()


def still_good(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Asked some days after closing, the requester pressed "Yes, still good"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            follow_up.still_good(session, click.ticket, by=click.user, at=now)
    put_away(context, body, told.still_good(click.ticket))
    ack()
