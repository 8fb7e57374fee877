"""What Slack refused is sent again, by the admin who was told and has mended the cause."""

from datetime import datetime

from slack_bolt import Ack, BoltContext

from handlers import payload
from handlers.payload import Body
from handlers.questions import put_below
from handlers.views import resending as views
from store import inbox, resending
from store.database import Store


def send_again(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """An admin pressed "Send them again"; the button stays, for what Slack refuses once more."""
    by, (problem, place) = payload.user(body), views.read(payload.value(body))
    with store.transaction() as session:
        first = inbox.first_time(session, payload.click_key(body), at=now)
        if first:
            done = resending.send_again(session, problem, place, by=by, at=now)
    if first:
        put_below(context, body, [views.offer(problem, place), views.outcome(done, by=by, at=now)])
    ack()
