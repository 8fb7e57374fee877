"""App Home is drawn when somebody looks at it."""

from datetime import datetime

from slack_bolt import Ack

from handlers import payload
from handlers.drawn import Drawing
from handlers.payload import Body
from handlers.views import home
from store import access, attention, away, lookups, outbox
from store.database import DeskSession, Store
from store.models import OutboxMessage


def opened(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody came to the Home tab (the Messages tab sends this event as well)."""
    if body["event"].get("tab") == "home":
        with store.transaction() as session:
            outbox.redraw_home(session, payload.user(body), at=now)
    ack()


def draw(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing:
    """Somebody's Home as things are now."""
    user, limit = message.channel, home.ROWS + 1
    work, mine = None, lookups.mine(session, user, limit=home.LOOKED_AT)
    if mine or access.is_agent(session, user):
        work = home.Work(
            needed=attention.needed(session, user, at=at, first=limit),
            mine=mine,
            unassigned=lookups.unassigned(session, user, limit=home.LOOKED_AT),
            still_open=lookups.still_open(session, user),
            away=away.of(session, user, at=at),
        )
    view = home.home(
        session.policy,
        opened=lookups.open_of(session, user),
        past=lookups.past_of(session, user, limit=limit),
        work=work,
        at=at,
    )
    return Drawing(view=view.to_dict())
