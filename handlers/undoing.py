"""A reply that still waits, and taking it back."""

import logging
from collections.abc import Sequence
from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import modals, payload
from handlers.payload import Body
from handlers.views import reply_form, requester
from handlers.views.bulletin import Bulletin
from store import files, lookups, replying, targets
from store.database import DeskSession, Store
from store.kinds import News
from store.models import Reply, Ticket, TicketFile

_log = logging.getLogger(__name__)


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


def on_its_way(session: DeskSession, said: Reply, *, at: datetime) -> View | None:
    """The reply that waits, with a way to undo it. None: it is out already."""
    undo_for = session.policy.talking.undo
    if said.held_until is None:
        return None
    ticket = session.get_one(Ticket, said.ticket_id)
    came_with = files.of_entry(session, ticket.id, said.id)
    shown = as_read(session, ticket, said, came_with, at=at)
    return reply_form.on_its_way(said, ticket, undo_for, shown)


def answer(ack: Ack, view: View | None) -> None:
    """A form with a reply was sent: `view` as of `on_its_way` in its place, or nothing."""
    if view is None:
        ack(response_action="clear")
    else:
        ack(response_action="update", view=view)


def as_read(
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
    """Open it, in place of the form where there is one; the reply is saved by now, and the team's
    thread has the same button.
    """
    try:
        if modals.in_modal(body):
            modals.refresh(client, body, view)
        else:
            modals.show(client, body, view)
    except (SlackApiError, OSError) as error:
        _log.info("undo not shown error=%s", type(error).__name__)
