"""Opening and refreshing modals: the only calls to Slack that a listener makes, save refusals."""

import logging
from datetime import datetime
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import belonging
from handlers.payload import Body, Click
from handlers.views import detail
from handlers.views.files import opened
from handlers.views.form import with_notice
from handlers.views.lines import line, mentioned, remarks
from handlers.views.size import MOST
from handlers.views.told import changed_before
from handlers.views.words import said
from store import (
    access,
    audit,
    change,
    circle,
    lookups,
    origins,
    precedents,
    rating,
    sharing,
    targets,
    ties,
)
from store.database import DeskSession, Store
from store.models import AuditEvent, Ticket
from store.rules.errors import NotAllowed, TicketNotFound
from store.rules.lifecycle import Status, Step, after
from store.rules.policy import Policy
from store.rules.sentences import everybody as say

SHOWN: Final = 10
"""Events told in a warning; more would push the form out of sight."""

_log = logging.getLogger(__name__)


def show(client: WebClient, body: Body, view: View) -> str:
    """Open it, on top of the modal that is open, if any. Return the view's id."""
    if in_modal(body):
        shown = client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        shown = client.views_open(trigger_id=body["trigger_id"], view=view)
    return str(shown["view"]["id"])


def in_modal(body: Body) -> bool:
    """Whether it was pressed in a modal (and not in a message, or on Home)."""
    return bool((body.get("view") or {}).get("type") == "modal")


def refresh(client: WebClient, body: Body, view: View) -> None:
    """Draw the open modal anew, unless something else did so in the meantime."""
    try:
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
    except SlackApiError as error:
        if error.response.get("error") != "hash_conflict":
            raise


def workable(session: DeskSession, click: Click, step: Step) -> Ticket:
    """The ticket, for a form that will take this step: refused before anything is typed."""
    try:
        ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
    except TicketNotFound:
        if access.is_agent(session, click.user):
            raise
        raise NotAllowed(say.ASK_AS_REQUESTER) from None
    access.require_work(session, ticket, click.user)
    if step is not Step.NOTE:  # a note finds its way to the ticket that was kept
        change.require_unmerged(session, ticket)
    after(ticket.id, Status(ticket.status), step)
    return ticket


def caught_up(session: DeskSession, ticket: Ticket, click: Click, view: View) -> View:
    """The form, with a word on what happened since the button was drawn."""
    missed = audit.since(session, ticket.id, click.version)
    if not missed:
        return view
    notice = changed_before(ticket.id, happened(missed, session.policy))
    return with_notice(view.to_dict(), notice)


def happened(events: list[AuditEvent], policy: Policy) -> list[Block]:
    """The newest events in words, oldest of them first."""
    return [said(line(event, policy, mentioned), *remarks(event)) for event in events[-SHOWN:]]


def ticket_view(session: DeskSession, number: int, *, viewer: str, at: datetime) -> View:
    """The whole ticket as this person may see it; TicketNotFound otherwise."""
    ticket = lookups.ticket_for(session, number, viewer=viewer)
    owed = targets.of(session, ticket.id)
    if access.may_work(session, ticket, viewer):
        return detail.for_agent(
            ticket,
            session.policy,
            targets=owed,
            entries=lookups.entries(session, ticket.id, newest=MOST),
            requester=lookups.person(session, ticket.requester),
            origin=origins.of_ticket(session, ticket),
            vips=access.vips_of(session, ticket),
            is_own=access.is_own(session, ticket, viewer),
            belonging=belonging.lines(session, ticket, ties.of(session, ticket.id)),
            ratings=rating.seen_by(session, ticket, viewer),
            precedents=precedents.of(session, ticket, viewer=viewer),
            at=at,
        )
    talk = lookups.conversation(session, ticket.id)
    return detail.for_requester(
        ticket,
        session.policy,
        targets=owed,
        conversation=talk,
        told=circle.told(session, ticket),
        is_own=access.is_own(session, ticket, viewer),
        may_add=not access.is_private(session, ticket),
        came_with=opened(sharing.open_to(session, ticket, viewer, talk), viewer),
        at=at,
    )


def refresh_ticket(
    client: WebClient, body: Body, store: Store, click: Click, *, at: datetime
) -> None:
    """After a change made from a ticket's modal: show its new state there. What was done is
    saved by now, so a modal that was closed, or a Slack that is slow, matters to nobody.
    """
    if not in_modal(body):
        return
    with store.snapshot() as session:
        view = ticket_view(session, click.ticket, viewer=click.user, at=at)
    try:
        refresh(client, body, view)
    except (SlackApiError, OSError) as error:
        _log.info("modal not refreshed ticket=%s error=%s", click.ticket, type(error).__name__)
