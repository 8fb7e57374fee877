"""The question "Why this deadline?": from a card's menu, from History, and /ticket why 42."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.why import why
from store import explaining, lookups
from store.database import Store


def show_why(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody chose "Why this deadline?"."""
    tell_why(ack, body, client, store, number=payload.click(body).ticket, at=now)


def tell_why(
    ack: Ack, body: Body, client: WebClient, store: Store, *, number: int, at: datetime
) -> None:
    """Whoever may see the ticket may know: nothing internal is in it."""
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, number, viewer=payload.user(body))
        view = why(ticket, explaining.explain(session, ticket, at=at), session.policy)
    modals.show(client, body, view)
    ack()
