"""App Home is drawn when somebody looks at it."""

from datetime import datetime

from slack_bolt import Ack

from handlers import payload
from handlers.payload import Body
from store import outbox
from store.database import Store


def opened(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody came to the Home tab (the Messages tab sends this event as well)."""
    if body["event"].get("tab") == "home":
        with store.transaction() as session:
            outbox.redraw_home(session, payload.user(body), at=now)
    ack()
