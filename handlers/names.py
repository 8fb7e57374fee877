"""Names of people, where a mention would ping them or cannot be shown."""

from handlers.views.words import Mention, Piece, Words
from store import lookups
from store.audit import DESK
from store.database import DeskSession


def name_of(session: DeskSession, user: str) -> str:
    """The name, or the id of somebody not yet known."""
    known = lookups.person(session, user)
    return known.name if known else user


def named(session: DeskSession, user: str) -> Piece:
    """For the team's thread: in bold, because a mention would ping whoever did it."""
    if user == DESK:
        return Words("The desk", bold=True)
    known = lookups.person(session, user)
    return Words(known.name, bold=True) if known else Mention(user)
