"""What a ticket is about, put right by an agent."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.topic_form import TopicForm
from store import inbox, topic
from store.database import Store
from store.rules.lifecycle import Step


def ask_to_change(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """An agent chose "Change topic"."""
    click = payload.click(body)
    with store.snapshot() as session:
        ticket = modals.workable(session, click, Step.CHANGE_TOPIC)
        form = TopicForm.draw(ticket, session.policy)
        view = modals.caught_up(session, ticket, click, form)
    modals.show(client, body, view)
    ack()


def change(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """An agent chose what it is about."""
    sent, form = payload.submission(body), TopicForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, sent.key, at=now):
            topic.change_topic(
                session, sent.ticket, topic=form.topic, reason=form.reason,
                by=sent.user, at=now, version=sent.version,
            )  # fmt: skip
    ack(response_action="clear")
