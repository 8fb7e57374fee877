"""What Slack delivered and we have acted on, so that a second copy changes nothing."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from store.database import DeskSession
from store.models import InboxEntry
from store.upserts import insert_once

FORGOTTEN_AT_ONCE: Final = 500


def first_time(session: DeskSession, key: str, *, at: datetime) -> bool:
    """Note the delivery together with its effect. False: it was already acted on."""
    fresh = insert_once(session, InboxEntry, unique=("key",), key=key, at=at)
    if not fresh:
        session.counted["inbox_duplicates",] += 1
    return fresh


def forget(session: DeskSession, *, before: datetime) -> bool:
    """Drop keys older than any redelivery Slack makes (24 h with Delayed Events on), a few at a
    time: nobody waits, and no time limit is met, however many there are. Return whether there may
    be more.
    """
    old = select(InboxEntry.key).where(InboxEntry.at < before).limit(FORGOTTEN_AT_ONCE)
    gone = session.execute(
        delete(InboxEntry)
        .where(InboxEntry.key.in_(old))
        .returning(InboxEntry.key)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone) == FORGOTTEN_AT_ONCE
