"""Which files of a ticket somebody of the requester's side, or a watcher, may open."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from store import circle, links
from store.database import DeskSession
from store.files import OPENABLE, of_ticket
from store.models import Entry, EntryKind, LinkKind, Role, Ticket, TicketFile

SO_FAR: Final = 20
"""Files for somebody who joins; a message has no room for all of a long ticket."""


def open_to(
    session: DeskSession, ticket: Ticket, viewer: str, heard: Collection[Entry]
) -> list[TicketFile]:
    """What somebody of the requester's side, or a watcher, may open: what they added themselves,
    and what came with the replies that they `heard`. Who joined later has what came before from the
    first message of their thread.
    """
    mine = viewer in {ticket.requester, ticket.affected}
    since = None if mine else _joined_at(session, ticket, viewer)
    replies = {
        said.id
        for said in heard
        if said.kind == EntryKind.REPLY and (mine or (since and said.at > since))
    }
    spoken = {None, *(said.id for said in heard if said.author == viewer)}
    before = so_far(session, ticket, heard, at=since) if since else []
    return [
        file
        for file in of_ticket(session, ticket.id)
        if (file.added_by == viewer and file.entry_id in spoken)
        or (file.entry_id in replies and file.state in OPENABLE)
        or file in before
    ]


def so_far(
    session: DeskSession, ticket: Ticket, heard: Collection[Entry], *, at: datetime
) -> list[TicketFile]:
    """What somebody who joins at that instant gets in the first message of their thread: the
    newest files of the request, and of what the two sides said to each other (`heard`). Empty for
    whoever came along with a merged ticket: they read another message.
    """
    merged = links.to(session, ticket.id, LinkKind.DUPLICATE)
    if any(link.added_at == at for link in merged):
        return []
    found = known_to_both(session, ticket, heard)
    return [file for file in found if file.added_at <= at][-SO_FAR:]


def known_to_both(
    session: DeskSession, ticket: Ticket, heard: Collection[Entry]
) -> list[TicketFile]:
    """Those of the request, and of what the two sides said to each other (`heard`); never those of
    the agents' notes.
    """
    told = {None, *(said.id for said in heard)}
    return [file for file in of_ticket(session, ticket.id) if file.entry_id in told]


def _joined_at(session: DeskSession, ticket: Ticket, viewer: str) -> datetime | None:
    """When somebody came to it later, and was told so."""
    joined = circle.of(session, ticket.id, Role.AFFECTED, Role.WATCHER)
    return next((each.added_at for each in joined if each.person == viewer), None)
