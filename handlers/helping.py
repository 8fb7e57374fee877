"""Asking another team or person for help, and what they answer."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.drawn import Drawing, drawing
from handlers.payload import Body
from handlers.views import helping as views
from handlers.views.helping import HelpAnswerForm, HelpForm
from handlers.views.words import spoken
from store import access, helping, inbox
from store.database import DeskSession, Store
from store.models import OutboxMessage, Ticket
from store.rules.lifecycle import Step


def draw(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    """The question, for whoever is asked."""
    asked = helping.named(session, message.about["request"])
    ticket = session.get_one(Ticket, asked.ticket_id)
    knows = asked.team is not None or access.may_see(session, ticket, message.channel)
    told = spoken(views.heading(asked, ticket, knows=knows), then=asked.question)
    return drawing(told, views.question(asked, ticket, knows=knows))


def ask_for_help(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Ask for help"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.NOTE)
        view = HelpForm.draw(ticket, session.policy)
    modals.show(client, body, view)
    ack()


def ask(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent put a question to somebody. Never stale: a question is good whatever happened."""
    sent, form = payload.submission(body), HelpForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            helping.ask(
                session, sent.ticket, question=form.question, team=form.team, person=form.person,
                by=sent.user, at=now,
            )  # fmt: skip
    ack(response_action="clear")


def ask_for_answer(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody who was asked pressed "Answer"."""
    with store.snapshot() as session:
        asked = helping.named(session, int(payload.value(body).split(":")[0]))
        ticket = session.get_one(Ticket, asked.ticket_id)
        helping.require_asked(session, ticket, asked, payload.user(body))
        view = HelpAnswerForm.draw(asked)
    modals.show(client, body, view)
    ack()


def answer(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody who was asked wrote what they know."""
    sent, form = payload.submission(body), HelpAnswerForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            helping.answer(session, form.request, text=form.text, by=sent.user, at=now)
    ack(response_action="clear")
