"""Many reports of the same thing: the question to the agents, and their one click."""

from datetime import datetime

from slack_bolt import Ack, BoltContext

from handlers import payload
from handlers.drawn import Drawing, drawing
from handlers.payload import Body
from handlers.questions import put_away
from handlers.views import storm
from handlers.views.words import spoken
from store import inbox, storms
from store.database import DeskSession, Store
from store.models import OutboxMessage


def draw(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """What belongs together by now; nothing when they are settled already."""
    tickets = storms.part_of(session, message.ticket_id or 0)
    if len(tickets) <= 1:
        return None
    return drawing(spoken(storm.heading(tickets)), storm.question(tickets))


def make_incident(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """An agent pressed "Make it an incident"."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            linked = storms.make_incident(session, click.ticket, by=click.user, at=now)
            answer = storm.answer(click.user, click.ticket, linked)
    put_away(context, body, answer)
    ack()
