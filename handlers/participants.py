"""Who else takes part in a ticket: People…, Remove, Stop watching."""

import logging
from datetime import datetime
from itertools import takewhile

from slack_bolt import Ack, BoltContext, Respond
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body, Submission
from handlers.views.form import modal
from handlers.views.participants import stopped
from handlers.views.participants_forms import PeopleForm
from store import inbox, lookups, participants
from store.database import DeskSession, Store
from store.models import Role, Ticket
from store.rules.errors import InvalidFields, Refused
from store.rules.lifecycle import Step

_log = logging.getLogger(__name__)


def ask_for_people(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "People…"."""
    with store.snapshot() as session:
        ticket = modals.workable(session, payload.click(body), Step.NOTE)
        view = _form(session, ticket)
    modals.show(client, body, view)
    ack()


def ask_who_else(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """The requester pressed "Somebody else has this too"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
        participants.require_addable(ticket)
        view = PeopleForm.draw(ticket)
    modals.show(client, body, view)
    ack()


def add_people(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody chose who else is affected, or watches. All of them are added, or nobody is."""
    sent, form = payload.submission(body), PeopleForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            for field, role, people in (
                ("affected", Role.AFFECTED, form.affected),
                ("watchers", Role.WATCHER, form.watchers),
            ):
                _join(session, sent, people, role, field=field, at=now)
    ack(response_action="clear")


def take_off(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent pressed "Remove" in the form."""
    click = payload.click(body)
    role, person = payload.value(body).split(":")[:2]
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            participants.leave(session, click.ticket, person, Role(role), by=click.user, at=now)
        view = _form(session, lookups.ticket_for(session, click.ticket, viewer=click.user))
    modals.refresh(client, body, view)
    ack()


def stop_watching(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """A watcher pressed "Stop watching". Twice changes nothing."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            participants.leave(
                session, click.ticket, click.user, Role.WATCHER, by=click.user, at=now
            )
    if modals.in_modal(body):
        done = modal(f"Ticket #{click.ticket}", stopped(), close="Done")
        modals.refresh(context.client, body, done)
    elif context.respond is not None and "message" in body:
        _put_away_button(context.respond, body["message"])
    ack()


def _put_away_button(respond: Respond, asked: Body) -> None:
    """The message keeps its words. What was wished is saved by now, however slow Slack is."""
    kept = list(takewhile(lambda block: block["type"] != "actions", asked["blocks"]))
    try:
        respond(text=asked["text"], blocks=[*kept, *stopped()], replace_original=True)
    except OSError as error:
        _log.info("button not put away error=%s", type(error).__name__)


def _form(session: DeskSession, ticket: Ticket) -> View:
    participants.require_addable(ticket)
    return PeopleForm.draw(ticket, participants.of(session, ticket.id))


def _join(
    session: DeskSession,
    sent: Submission,
    people: tuple[str, ...],
    role: Role,
    *,
    field: str,
    at: datetime,
) -> None:
    for person in people:
        try:
            participants.join(session, sent.ticket, person, role, by=sent.user, at=at)
        except Refused as refusal:
            raise InvalidFields({field: refusal.sentence}) from None
