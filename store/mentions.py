"""Agents named in a note that was written in a form, where Slack knows of no mentions."""

import re
from collections import defaultdict
from typing import Final

from sqlalchemy import select

from store import access
from store.database import DeskSession
from store.models import Person, Ticket

_BY_ID: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def named(session: DeskSession, ticket: Ticket, text: str) -> list[str]:
    """User ids of the agents of this ticket whom the text names as @Jane, @Jane Specimen or
    <@U0123>. A first name that several have names nobody.
    """
    if "@" not in text:
        return []
    by_id = _BY_ID.findall(text)
    known = _handles(session) if "@" in _BY_ID.sub("", text) else {}
    by_name = [
        next(iter(people))
        for handle, people in known.items()
        if len(people) == 1 and re.search(rf"@{re.escape(handle)}(?!\w)", text, re.IGNORECASE)
    ]
    found = dict.fromkeys([*by_id, *by_name])
    return [user for user in found if access.may_work(session, ticket, user)]


def _handles(session: DeskSession) -> dict[str, set[str]]:
    """Agents by name and by first name, in small letters."""
    agents = access.active_people(session, session.policy.people)
    handles = defaultdict(set)
    for user, name in session.execute(
        select(Person.id, Person.name).where(Person.id.in_(agents), Person.is_bot.is_(False))
    ):
        for handle in filter(None, (name.strip(), name.split(" ")[0])):
            handles[handle.lower()].add(user)
    return handles
