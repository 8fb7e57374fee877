"""Tickets that belong together: Major incident…, Link or merge…, and undoing that."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.together_forms import DeclareForm, LinkForm, UpdateForm
from store import inbox, incidents, links, lookups, merging, together
from store.database import DeskSession, Store
from store.models import LinkKind, Ticket
from store.rules.lifecycle import Step


def ask_about_incident(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Major incident…": to declare it, or with word for everybody."""
    with store.snapshot() as session:
        ticket = modals.workable(session, payload.click(body), Step.NOTE)
        incident = incidents.of(session, ticket.id)
        if incident is None:
            together.require_declarable(session, ticket)
            view = DeclareForm.draw(ticket)
        else:
            linked = len(links.to(session, ticket.id, LinkKind.INCIDENT))
            view = UpdateForm.draw(ticket, incident, linked=linked)
    modals.show(client, body, view)
    ack()


def declare(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent gave the incident its title."""
    sent, form = payload.submission(body), DeclareForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            together.declare(
                session, sent.ticket, title=form.title, channel=form.channel, by=sent.user, at=now
            )
    ack(response_action="clear")


def update(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent wrote to everybody who waits for the end. Never stale: words are good."""
    sent, form = payload.submission(body), UpdateForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            together.update(session, sent.ticket, text=form.text, by=sent.user, at=now)
    ack(response_action="clear")


def withdraw(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent pressed "It is no major incident"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            together.withdraw(session, click.ticket, by=click.user, at=now)
        view = DeclareForm.draw(lookups.ticket_for(session, click.ticket, viewer=click.user))
    modals.refresh(client, body, view)
    ack()


def ask_for_link(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Link or merge…"."""
    click = payload.click(body)
    with store.snapshot() as session:
        view = _form(session, modals.workable(session, click, Step.NOTE), viewer=click.user)
    modals.show(client, body, view)
    ack()


def link(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent named the incident, or the ticket that is the same."""
    sent, form = payload.submission(body), LinkForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            if form.incident is not None:
                together.link_to_incident(session, sent.ticket, form.incident, by=sent.user, at=now)
            elif form.same_as is not None:
                merging.merge(session, sent.ticket, form.same_as, by=sent.user, at=now)
    ack(response_action="clear")


def unlink(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """An agent pressed "Undo" next to a link; it may lead from the other ticket to this one."""
    click = payload.click(body)
    kind, start = payload.value(body).split(":")[:2]
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            if kind == LinkKind.DUPLICATE:
                merging.unmerge(session, int(start), by=click.user, at=now)
            else:
                together.unlink(session, int(start), LinkKind(kind), by=click.user, at=now)
        ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
        view = _form(session, ticket, viewer=click.user)
    modals.refresh(client, body, view)
    ack()


def _form(session: DeskSession, ticket: Ticket, *, viewer: str) -> View:
    known = incidents.known(session, viewer)
    return LinkForm.draw(ticket, known, links.of(session, ticket.id))
