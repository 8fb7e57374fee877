"""Split off…: a part of a ticket becomes a ticket of its own."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.names import name_of
from handlers.payload import Body
from handlers.views.splitting import SplitForm
from store import access, change, inbox, lookups, splitting
from store.database import DeskSession, Store
from store.models import Ticket
from store.rules.lifecycle import Step


def ask_what_to_split(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Split off…"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.NOTE)
        change.require_unmerged(session, ticket)
        form = SplitForm(topic=ticket.topic)
        view = _view(session, ticket, form, viewer=click.user)
    modals.show(client, body, view)
    ack()


def start_from_words(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose, in the form, what the part was said in."""
    about, chosen = payload.submission(body), int(payload.value(body))
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, about.ticket, viewer=about.user)
        access.require_work(session, ticket, about.user)
        talk = {said.id: said.text for said in lookups.conversation(session, ticket.id)}
        words = talk.get(chosen, ticket.details)
        form = SplitForm.read(body["view"]).starting_from(words)
        view = _view(session, ticket, form, viewer=about.user, turn=body["view"]["hash"])
    modals.refresh(client, body, view)
    ack()


def split(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said what the part is. Never stale: it takes nothing from the ticket."""
    sent, form = payload.submission(body), SplitForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            splitting.split(
                session, sent.ticket, summary=form.summary, details=form.details,
                topic=form.topic, severity=form.severity, chosen=form.files,
                by=sent.user, at=now,
            )  # fmt: skip
    ack(response_action="clear")


def _view(
    session: DeskSession, ticket: Ticket, form: SplitForm, *, viewer: str, turn: str = ""
) -> View:
    return form.draw(
        ticket,
        session.policy,
        topics=splitting.topics(session, ticket, by=viewer),
        talk=lookups.conversation(session, ticket.id),
        name_of=lambda user: name_of(session, user),
        given=splitting.offered(session, ticket),
        turn=turn,
    )
