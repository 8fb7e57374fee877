"""The card's *More* menu: which option was chosen, and that it can be chosen again."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import BoltResponse

from handlers import payload
from handlers.payload import Body
from handlers.routes import Action
from store import lookups, outbox
from store.database import Store
from store.rules.errors import TicketNotFound


def chose(action: Action) -> Callable[[Body], bool]:
    """Whether this option was chosen."""

    def chosen(body: Body) -> bool:
        return payload.value(body).startswith(f"{action}:")

    return chosen


def make_fresh(
    body: Body, store: Store, now: datetime, next_: Callable[[], BoltResponse]
) -> BoltResponse:
    """Slack leaves the option selected and stays silent when it is chosen again, so a card is
    redrawn after every choice, whatever comes of it.
    """
    click = payload.click(body)
    with store.transaction() as session:
        try:
            ticket = lookups.ticket_for(session, click.ticket, viewer=click.user)
        except TicketNotFound:
            return next_()
        outbox.redraw(session, ticket, at=now)
    return next_()
