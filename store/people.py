"""What we know of people, from Slack's profiles and user groups."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TypedDict

from sqlalchemy import delete

from store.database import DeskSession
from store.models import GroupMember, Person
from store.upserts import Once, insert_all_once, insert_once, put_all


class Profile(TypedDict):
    """Somebody as Slack knows them at `synced_at`; no e-mail address or title is None."""

    id: str
    name: str
    email: str | None
    title: str | None
    timezone: str
    is_bot: bool
    is_guest: bool
    is_foreign: bool
    is_active: bool
    synced_at: datetime


def remember(session: DeskSession, profiles: Sequence[Profile]) -> None:
    """Keep them as they are now. Another replica may be at it as well, in the same order."""
    rows = [
        {**profile, "email": (profile["email"] or "").lower() or None}
        for profile in sorted(profiles, key=itemgetter("id"))
    ]
    put_all(session, Person, rows, unique=("id",))


def is_known(session: DeskSession, user: str) -> bool:
    """Whether we have met them, or read their profile."""
    return session.get(Person, user) is not None


def meet(session: DeskSession, user: str, *, at: datetime) -> None:
    """Somebody of another organisation did something here for the first time. Their name comes
    with their profile.
    """
    insert_once(
        session, Person, unique=("id",), id=user, name=user, timezone="UTC", is_bot=False,
        is_guest=False, is_foreign=True, is_active=True, synced_at=at,
    )  # fmt: skip


def set_group(session: DeskSession, group: str, members: Iterable[str]) -> None:
    """The user group has exactly these members. Another replica may have read the same just now."""
    session.execute(delete(GroupMember).where(GroupMember.group == group))
    rows = [{"group_id": group, "person": person} for person in dict.fromkeys(members)]
    if rows:
        insert_all_once(session, GroupMember, rows, Once(unique=("group_id", "person")))
