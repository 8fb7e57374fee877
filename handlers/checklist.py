"""The checklist of a ticket: opened from the card's menu, ticked in a form."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.checklist import ChecklistForm
from store import checklist, inbox
from store.database import Store
from store.rules.errors import Refused
from store.rules.lifecycle import Step
from store.rules.sentences import working as say


def ask_for_ticks(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Checklist"."""
    with store.snapshot() as session:
        ticket = modals.workable(session, payload.click(body), Step.NOTE)
        items = checklist.items(session, ticket)
        if not items:
            raise Refused(say.no_checklist(ticket.id))
        view = ChecklistForm.draw(ticket, items)
    modals.show(client, body, view)
    ack()


def save(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent ticked steps, or waived one. Never stale: what was done was done."""
    sent, form = payload.submission(body), ChecklistForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            checklist.waive(
                session, sent.ticket, form.waived, reason=form.reason, by=sent.user, at=now
            )
            checklist.tick(session, sent.ticket, form.ticked, by=sent.user, at=now)
    ack(response_action="clear")
