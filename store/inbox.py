"""What Slack delivered and we have acted on, so that a second copy changes nothing."""

from datetime import datetime

from sqlalchemy import delete

from store.database import DeskSession, insert_once
from store.models import InboxEntry


def first_time(session: DeskSession, key: str, *, at: datetime) -> bool:
    """Note the delivery together with its effect. False: it was already acted on."""
    fresh = insert_once(session, InboxEntry, unique=("key",), key=key, at=at)
    if not fresh:
        session.counted["inbox_duplicates",] += 1
    return fresh


def forget(session: DeskSession, *, before: datetime) -> None:
    """Drop keys older than any redelivery Slack makes (24 h with Delayed Events on)."""
    session.execute(delete(InboxEntry).where(InboxEntry.at < before))
