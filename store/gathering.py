"""What an edited policy moved for a person: gathered ticket by ticket, told once when all is known.

It is kept in the same transactions as the moves. So whoever finishes the work, after a kill or
beside other replicas, has all of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from store import bundles
from store.bundles import Item
from store.database import DeskSession
from store.models import Gathered
from store.upserts import Once, insert_all_once

_NOTHING: Final = {"items": [], "more": 0}


def add(session: DeskSession, told: Mapping[str, Sequence[Item]]) -> None:
    """Keep these for each person. Rows are always locked in the order of people's ids, so that
    replicas do not lock each other out.
    """
    missing = dict(sorted(told.items()))
    while missing:
        rows = [{"person": person, "about": _NOTHING} for person in missing]
        insert_all_once(session, Gathered, rows, Once(unique=("person",)))
        for row in session.scalars(
            select(Gathered)
            .where(Gathered.person.in_(missing))
            .order_by(Gathered.person)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all():
            row.about = bundles.joined(row.about, missing.pop(row.person))
        session.flush()


def tell(session: DeskSession, *, at: datetime) -> None:
    """Promise each person the one message."""
    gathered = session.execute(delete(Gathered).returning(Gathered.person, Gathered.about)).all()
    for person, about in sorted(gathered):
        bundles.begin(session, person, about, at=at, not_before=at)
