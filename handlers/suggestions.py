"""What a form suggested was enough: "Same for me", "This solved it"."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.suggestions import joined, solved
from store import suggestions
from store.database import Store


def same_for_me(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "Same for me" at a colleague's ticket. Twice changes nothing."""
    click, form = payload.click(body), body["view"]["id"]
    with store.transaction() as session:
        ticket = suggestions.same_for_me(session, click.ticket, form=form, by=click.user, at=now)
    modals.show(client, body, joined(ticket))
    ack()


def solved_it(ack: Ack, body: Body, client: WebClient, store: Store, now: datetime) -> None:
    """Somebody pressed "This solved it" at a solution. Twice changes nothing."""
    user, number, form = payload.user(body), int(payload.value(body)), body["view"]["id"]
    with store.transaction() as session:
        solution = suggestions.solved_it(session, number, form=form, by=user, at=now)
    modals.show(client, body, solved(solution))
    ack()


def done(ack: Ack) -> None:
    """Somebody is done: the form below closes, too."""
    ack(response_action="clear")
