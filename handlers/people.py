"""What Slack says about people: joined, changed, deactivated."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from slack_bolt import Ack, BoltContext, BoltResponse

from handlers import payload
from handlers.payload import Body
from store import people
from store.database import DeskSession, Store
from store.people import Profile

SLACKBOT: Final = "USLACKBOT"
"""A bot whose profile says that it is none."""


def changed(ack: Ack, body: Body, context: BoltContext, store: Store, now: datetime) -> None:
    """Somebody joined, or their profile changed. Comes with every change of a status, too."""
    with store.transaction() as session:
        remember(session, [body["event"]["user"]], home=_home(context), at=now)
    ack()


def met(
    body: Body,
    context: BoltContext,
    store: Store,
    now: datetime,
    next_: Callable[[], BoltResponse],
) -> BoltResponse:
    """Before anything else is done with what somebody of another workspace did: they are no member,
    so no list of people has them, and the policy's rule for them has to hold the first time, too.
    """
    ours = context.authorize_result
    if ours and not ours.enterprise_id:
        meet(body, store, home=ours.team_id or "", at=now)
    return next_()


def meet(body: Body, store: Store, *, home: str, at: datetime) -> None:
    """Write down that whoever did this is of another workspace than `home`, if so and if nothing
    is known of them. Not for an Enterprise organisation, whose workspaces belong together.
    """
    who = payload.whose(body)
    if who is None or not home or who[1] == home:
        return
    with store.snapshot() as session:
        known = people.is_known(session, who[0])
    if not known:
        with store.transaction() as session:
            people.meet(session, who[0], at=at)


def _home(context: BoltContext) -> str:
    """The workspace of our token; a payload's own may be another one's, in a shared channel."""
    ours = context.authorize_result
    return (ours and ours.team_id) or ""


def remember(session: DeskSession, users: Sequence[Body], *, home: str, at: datetime) -> None:
    """Keep these user objects of Slack's. `home` is the id of our workspace."""
    people.remember(session, [_profile(user, home, at) for user in users])


def _profile(user: Body, home: str, at: datetime) -> Profile:
    """A deactivated one lacks most of its fields."""
    profile = user.get("profile") or {}
    return Profile(
        id=user["id"],
        name=_name(user),
        email=profile.get("email") or None,
        title=profile.get("title") or None,
        timezone=user.get("tz") or "UTC",
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_foreign=_is_foreign(user, home),
        is_active=not user.get("deleted"),
        synced_at=at,
    )


def _is_foreign(user: Body, home: str) -> bool:
    """Of another workspace; in an Enterprise organisation all of them belong together."""
    team = user.get("team_id")
    return bool(team and home and team != home and not user.get("enterprise_user"))


def _name(user: Body) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"])
