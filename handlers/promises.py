"""A later time, promised by hand."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.promise_form import PromiseForm
from store import inbox, promises, targets
from store.database import Store
from store.rules.lifecycle import Step


def ask_for_promise(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Promise a later time"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.PROMISE)
        form = PromiseForm.draw(ticket, targets.of(session, ticket.id))
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def promise(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent said by when it will be solved, and why not earlier."""
    sent, form = payload.submission(body), PromiseForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            promises.promise_later(
                session, sent.ticket, until=form.until, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")
