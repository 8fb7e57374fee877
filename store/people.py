"""What we know of people, from Slack's profiles and user groups."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete

from store.database import DeskSession
from store.models import GroupMember, Person


def remember(
    session: DeskSession,
    user: str,
    *,
    name: str,
    email: str | None,
    title: str | None,
    timezone: str,
    is_bot: bool,
    is_guest: bool,
    is_foreign: bool,
    is_active: bool,
    at: datetime,
) -> Person:
    """Keep the profile as it is now."""
    return session.merge(
        Person(
            id=user,
            name=name,
            email=email.lower() if email else None,
            title=title or None,
            timezone=timezone,
            is_bot=is_bot,
            is_guest=is_guest,
            is_foreign=is_foreign,
            is_active=is_active,
            synced_at=at,
        )
    )


def set_group(session: DeskSession, group: str, members: Iterable[str]) -> None:
    """The user group has exactly these members."""
    session.execute(delete(GroupMember).where(GroupMember.group == group))
    session.add_all(GroupMember(group=group, person=person) for person in dict.fromkeys(members))
