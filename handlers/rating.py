"""How people rate the help they got: a tap on a star, and a word if they like."""

from datetime import datetime

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.questions import put_in_place
from handlers.views.endings import rated
from handlers.views.resolution_forms import CommentForm, thanked
from store import inbox, lookups, rating
from store.database import Store
from store.rules.errors import Refused
from store.rules.sentences import ending as say


def rate(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Somebody tapped a star."""
    click = payload.click(body)
    stars = int(click.action.rpartition(":")[2])
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            rating.rate(session, click.ticket, stars=stars, by=click.user, at=now)
    put_in_place(context, body, rated(stars, click.ticket, click.version))
    ack()


def ask_for_comment(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody pressed "Say why"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
        given = rating.of(session, ticket.id, click.user)
        if given is None or given.comment is not None:
            raise Refused(say.explained_already(ticket.id))
        view = CommentForm.draw(ticket, given.stars)
    modals.show(client, body, view)
    ack()


def comment(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody said why."""
    sent, form = payload.submission(body), CommentForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            rating.comment(session, sent.ticket, text=form.comment, by=sent.user, at=now)
    ack(response_action="update", view=thanked(sent.ticket))
