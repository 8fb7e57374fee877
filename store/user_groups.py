"""Slack user groups that the rotas keep equal to who is on call.

Slack is asked (through the outbox) when somebody else is on call than when it was asked last, for
whatever reason, and every hour, because people may edit a group by hand. Slack knows no empty
group: while nobody is on call, it keeps whoever was on last.
"""

from datetime import datetime, timedelta
from typing import Final

from store import outbox, shifts
from store.database import DeskSession
from store.kinds import Audience, Kind, Priority
from store.models import KeptGroup, OutboxMessage
from store.rules import rota as rotas
from store.upserts import insert_once

LOOK_AGAIN: Final = timedelta(hours=1)
GROUP_REFUSED: Final = "user_group "
"""How the error begins when Slack does not do it: its words mean something else for messages."""


def is_due(session: DeskSession, *, at: datetime) -> bool:
    """Whether Slack should be asked about any group: a read."""
    return any(_is_behind(session.get(KeptGroup, group), people, at)
               for group, people in _wanted(session, at).items())  # fmt: skip


def follow(session: DeskSession, *, at: datetime) -> None:
    """Promise that each group will have the right members, where that is not promised yet."""
    for group, people in _wanted(session, at).items():
        insert_once(
            session, KeptGroup, unique=("group_id",), group_id=group, members="", asked_at=at
        )
        kept = session.get_one(KeptGroup, group, with_for_update=True, populate_existing=True)
        if not _is_behind(kept, people, at):
            continue
        kept.members, kept.asked_at = ",".join(people), at
        outbox.add(
            session,
            Kind.USER_GROUP,
            audience=Audience.ON_CALL,
            channel=group,
            lane=f"group:{group}",
            at=at,
            priority=Priority.NOTICE,
        )


def members(session: DeskSession, group: str, *, at: datetime) -> list[str]:
    """Who belongs into the group now, by user id; empty when nobody does, or no rota feeds it."""
    return _wanted(session, at).get(group, [])


def refused(session: DeskSession, message: OutboxMessage, error: str) -> bool:
    """Slack did not do it. True: for a reason that the admins have not heard since it last did."""
    kept = session.get_one(KeptGroup, message.channel, with_for_update=True)
    is_news, kept.error = kept.error != error, error
    return is_news


def done(session: DeskSession, message: OutboxMessage) -> None:
    """The group has its members: whatever goes wrong from now on is news again."""
    if message.kind == Kind.USER_GROUP:
        session.get_one(KeptGroup, message.channel, with_for_update=True).error = None


def _wanted(session: DeskSession, at: datetime) -> dict[str, list[str]]:
    """The groups that have anybody to hold, with their people in order of their ids."""
    feeding = [rota for rota in session.policy.rotas.values() if rota.user_group is not None]
    agreed = shifts.overrides(session, at=at) if feeding else {}
    found: dict[str, set[str]] = {}
    for rota in feeding:
        person = shifts.member(session, rotas.who_is_on(rota, at, agreed.get(rota.key, [])))
        if person is not None:
            found.setdefault(rota.user_group or "", set()).add(person)
    return {group: sorted(people) for group, people in found.items()}


def _is_behind(kept: KeptGroup | None, people: list[str], at: datetime) -> bool:
    return kept is None or kept.members != ",".join(people) or kept.asked_at <= at - LOOK_AGAIN
