"""Who else takes part in a ticket: Stop watching."""

import logging
from datetime import datetime
from itertools import takewhile

from slack_bolt import Ack, BoltContext, Respond

from handlers import payload
from handlers.payload import Body
from handlers.views.participants import stopped
from store import inbox, participants
from store.database import Store
from store.models import Role

_log = logging.getLogger(__name__)


def stop_watching(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """A watcher pressed "Stop watching". Twice changes nothing."""
    click = payload.click(body)
    with store.transaction() as session:
        if inbox.first_time(session, click.key, at=now):
            participants.leave(
                session, click.ticket, click.user, Role.WATCHER, by=click.user, at=now
            )
    if context.respond is not None and "message" in body:
        _put_away_button(context.respond, body["message"])
    ack()


def _put_away_button(respond: Respond, asked: Body) -> None:
    """The message keeps its words. What was wished is saved by now, however slow Slack is."""
    kept = list(takewhile(lambda block: block["type"] != "actions", asked["blocks"]))
    try:
        respond(text=asked["text"], blocks=[*kept, *stopped()], replace_original=True)
    except OSError as error:
        _log.info("button not put away error=%s", type(error).__name__)
