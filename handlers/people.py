"""What Slack says about people: joined, changed, deactivated."""

from datetime import datetime
from typing import Final

from slack_bolt import Ack

from handlers.payload import Body
from store import people
from store.database import DeskSession, Store

SLACKBOT: Final = "USLACKBOT"
"""A bot whose profile says that it is none."""


def changed(ack: Ack, body: Body, store: Store, now: datetime) -> None:
    """Somebody joined, or their profile changed. Comes with every change of a status, too."""
    with store.transaction() as session:
        remember(session, body["event"]["user"], at=now)
    ack()


def remember(session: DeskSession, user: Body, *, at: datetime) -> None:
    """Keep one of Slack's user objects; a deactivated one lacks most of its fields."""
    profile = user.get("profile") or {}
    people.remember(
        session,
        user["id"],
        name=_name(user),
        email=profile.get("email"),
        title=profile.get("title"),
        timezone=user.get("tz") or "UTC",
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_active=not user.get("deleted"),
        at=at,
    )


def _name(user: Body) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"])
