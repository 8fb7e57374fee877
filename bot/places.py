"""Where a message goes: under which other one, or in place of which."""

from typing import Final

from bot.outcomes import NeverPosted, NotPostedYet
from bot.sender import Place
from store import links, outbox
from store.database import DeskSession, Store
from store.kinds import ROOT_ROLE, Kind
from store.models import OutboxMessage, Posting
from store.sending import role_of

_FIRST: Final = {
    Kind.REDRAW: Kind.CARD, Kind.PAGE_REDRAW: Kind.PAGE, Kind.ENTRY_REDRAW: Kind.ENTRY,
}  # fmt: skip
"""What is redrawn in a lane of its own may still be on its way."""


_UNDER_MESSAGES: Final = {Kind.STRAY, Kind.OPENED_HERE, Kind.WHISPER}
"""What goes under something that people wrote."""


def thread_of(store: Store, message: OutboxMessage) -> str | None:
    """The ts of the message under which it goes."""
    if message.kind in _UNDER_MESSAGES:
        ts: str | None = message.about["ts"]
        return ts
    if message.thread is None or message.ticket_id is None:
        return None
    with store.snapshot() as session:
        root = outbox.posting(session, message.ticket_id, message.thread, message.channel)
        if root is None and message.thread == ROOT_ROLE:
            root = _thread_of_merged(session, message.ticket_id, message.channel)
    return root.ts if root else None


def _thread_of_merged(session: DeskSession, ticket_id: int, person: str) -> Posting | None:
    """Whoever came along with a merged ticket goes on in the thread that they have about it."""
    found = (
        outbox.posting(session, number, ROOT_ROLE, person)
        for number in links.held(session, ticket_id)
    )
    return next(filter(None, found), None)


def place_of(store: Store, message: OutboxMessage) -> Place:
    """Where the message that a redraw changes is. NotPostedYet while it is on its way there,
    NeverPosted when it is not.
    """
    if "again" in message.about:
        return Place(*message.about["again"])
    role = role_of(message)
    assert role is not None  # only what has a role is redrawn
    first = _FIRST.get(Kind(message.kind))
    with store.snapshot() as session:
        posting = outbox.posting(session, message.ticket_id, role, message.channel)
        if posting is not None:
            return Place(posting.slack_channel, posting.ts)
        if first and outbox.is_on_its_way(session, message.ticket_id, first, message.channel):
            raise NotPostedYet
    raise NeverPosted
