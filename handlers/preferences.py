"""What a person wants to hear: /ticket settings, and the button on Home."""

from datetime import datetime

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import modals, payload
from handlers.payload import Body
from handlers.views.preferences import PreferencesForm
from store import inbox, preferences
from store.database import Store


def ask(ack: Ack, body: Body, client: WebClient, store: Store) -> None:
    """Somebody typed /ticket settings, or pressed "Settings" on Home."""
    with store.snapshot() as session:
        view = PreferencesForm.draw(preferences.of(session, payload.user(body)))
    modals.show(client, body, view)
    ack()


def choose(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """They chose."""
    form = PreferencesForm.read(body["view"])
    with store.transaction() as session:
        if inbox.first_time(session, payload.submission_key(body), at=now):
            preferences.choose(session, payload.user(body), form.hears)
    ack(response_action="clear")
