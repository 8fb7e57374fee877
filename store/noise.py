"""Several notices about one ticket within a short time become one, which tells how it stands.

The first goes at once; whatever comes within the policy's time after it waits until that is over.
What a person wrote, asks or has to confirm never waits.
"""

from sqlalchemy import select

from store import preferences
from store.database import DeskSession
from store.kinds import Kind, News
from store.models import OutboxMessage


def as_told(session: DeskSession, message: OutboxMessage) -> News | None:
    """What news say in the end: themselves, how things stand for several notices, or nothing when
    a later one says it, or the person has chosen not to hear it.
    """
    what = _together(session, message)
    wanted = what is not None and preferences.wants(session, message.channel, what)
    return what if wanted else None


def _together(session: DeskSession, message: OutboxMessage) -> News | None:
    held, what = message.about.get("held"), News(message.about["news"])
    if held is None:
        return what
    told = session.execute(
        select(OutboxMessage.id, OutboxMessage.about).where(
            OutboxMessage.ticket_id == message.ticket_id,
            OutboxMessage.kind == Kind.NEWS,
            OutboxMessage.channel == message.channel,
        )
    )
    together = [each for each, about in told if about.get("held") == held]
    if message.id != max(together):
        return None
    return News.STANDING if together[1:] else what
