"""What Slack delivered and we have acted on, so that a second copy changes nothing."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from store.database import DeskSession
from store.models import InboxEntry


def first_time(session: DeskSession, key: str, *, at: datetime) -> bool:
    """Note the delivery together with its effect. False: it was already acted on.

    While another transaction holds the same key, PostgreSQL waits for its outcome.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    added = session.scalar(
        insert(InboxEntry)
        .values(key=key, at=at)
        .on_conflict_do_nothing(index_elements=[InboxEntry.key])
        .returning(InboxEntry.key)
    )
    return added is not None


def forget(session: DeskSession, *, before: datetime) -> None:
    """Drop keys older than any redelivery Slack makes (24 h with Delayed Events on)."""
    session.execute(delete(InboxEntry).where(InboxEntry.at < before))
