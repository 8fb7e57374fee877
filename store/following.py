"""What people change or delete in Slack is followed; what it said before is kept for agents."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from store import audit, change, conversation, doors, origins, receipts, replying
from store.audit import Event
from store.database import DeskSession
from store.models import Entry, EntryVersion, Reply, Stray


def is_known(session: DeskSession, channel: str, ts: str) -> bool:
    """Whether that message said something on a ticket, or waits for its ticket."""
    entry = exists().where(Entry.channel == channel, Entry.ts == ts)
    stray = exists().where(Stray.channel == channel, Stray.ts == ts)
    return bool(session.scalar(select(or_(entry, stray, origins.made(channel, ts)))))


def edited(
    session: DeskSession, channel: str, ts: str, *, text: str, written_at: datetime, at: datetime
) -> None:
    """Its author changed the message at `written_at`, by Slack's clock: an older change that comes
    late does not undo a newer one. A reply that is out stays what the requester has read.
    """
    _edit_stray(session, channel, ts, text)
    doors.edited(session, channel, ts, text=text, written_at=written_at, at=at)
    entry = _locked(session, channel, ts)
    if entry is None or entry.deleted_at or not text.strip():
        return
    if entry.edited_at is not None and entry.edited_at >= written_at:
        return
    if isinstance(entry, Reply):
        _edit_reply(session, entry, text, written_at=written_at, at=at)
    elif text.strip() != entry.text:
        _edit(session, entry, text.strip(), written_at=written_at, at=at)


def _edit(
    session: DeskSession, entry: Entry, text: str, *, written_at: datetime, at: datetime
) -> None:
    version = EntryVersion(entry_id=entry.id, text=entry.text, at=at)
    session.add(version)
    session.flush()
    entry.text, entry.edited_at = text, written_at
    _record(session, entry, Event.ENTRY_EDITED, at=at, version=version.id)


def _edit_reply(
    session: DeskSession, said: Reply, text: str, *, written_at: datetime, at: datetime
) -> None:
    """Until it goes out it follows. Without the prefix it is meant for agents alone."""
    if said.held_until is None:
        return
    prefix = session.policy.talking.send_prefix
    if not prefix or not text.startswith(prefix):
        replying.undo(session, said.id, by=said.author, at=at)
        return
    said.text, said.edited_at = conversation.worded(text.removeprefix(prefix)), written_at
    receipts.redraw(session, said, at=at)


def deleted(session: DeskSession, channel: str, ts: str, *, at: datetime) -> None:
    """Its author took the message away: it is shown as deleted. A reply that has not gone out yet
    never does; one that is out cannot be called back.
    """
    stray = _stray(session, channel, ts)
    if stray is not None:
        stray.settled_at = at
    doors.deleted(session, channel, ts, at=at)
    entry = _locked(session, channel, ts)
    if entry is None or entry.deleted_at is not None:
        return
    if isinstance(entry, Reply):
        if entry.held_until is not None:
            replying.undo(session, entry.id, by=entry.author, at=at)
        return
    entry.deleted_at = at
    _record(session, entry, Event.ENTRY_DELETED, at=at)


def versions(session: DeskSession, ticket_id: int) -> dict[int, str]:
    """What the ticket's entries said before they were changed, by version."""
    found = select(EntryVersion).join(Entry).where(Entry.ticket_id == ticket_id)
    return {version.id: version.text for version in session.scalars(found)}


def _edit_stray(session: DeskSession, channel: str, ts: str, text: str) -> None:
    stray = _stray(session, channel, ts)
    if stray is not None and text.strip():
        stray.text = text.strip()


def _stray(session: DeskSession, channel: str, ts: str) -> Stray | None:
    """Unless it has found its ticket."""
    return session.scalar(
        select(Stray)
        .where(Stray.channel == channel, Stray.ts == ts, Stray.settled_at.is_(None))
        .with_for_update()
    )


def _locked(session: DeskSession, channel: str, ts: str) -> Entry | None:
    """The entry, with its ticket's lock held."""
    entry = session.scalar(select(Entry).where(Entry.channel == channel, Entry.ts == ts))
    if entry is not None:
        change.locked(session, entry.ticket_id)
        session.refresh(entry)
    return entry


def _record(session: DeskSession, entry: Entry, kind: Event, *, at: datetime, **about: Any) -> None:
    ticket = change.locked(session, entry.ticket_id)
    audit.record(session, ticket, kind, by=entry.author, at=at, entry=entry.id, **about)
    receipts.redraw(session, entry, at=at)
