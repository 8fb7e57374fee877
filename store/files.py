"""Files of a ticket: what came from Slack is written down here, and who may open it is seen to.

Slack lets people open a file only where it was shared. What one side uploads, the other side gets
as a copy that belongs to the desk (`bot.copier`), shared by its permalink where it is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from store import outbox
from store.database import DeskSession
from store.kinds import CARD_ROLE, Audience, Kind, Priority
from store.models import Entry, FileState, Ticket, TicketFile
from store.rules.errors import InvalidFields
from store.rules.policy import FileRules
from store.rules.sentences import asking as say

MB: Final = 1_000_000

OPENABLE: Final = (FileState.PASSED_ON, FileState.THERE)


@dataclass(frozen=True)
class SlackFile:
    """A file as Slack describes it in a message or a form; `size` in bytes."""

    id: str
    name: str
    size: int
    type: str
    permalink: str
    is_external: bool = False
    """It lies with somebody else (a cloud drive): Slack has the link only."""


class NotReady(Exception):
    """What is to be shown is not in Slack yet."""


def keep(
    session: DeskSession,
    ticket: Ticket,
    given: Sequence[SlackFile],
    *,
    by: str,
    at: datetime,
    entry: Entry | None = None,
    there: bool = False,
) -> list[TicketFile]:
    """Put the files on the ticket: with what was said (`entry`), or else with the request itself.

    `there`: they were shared where everybody who may see them reads anyway, as with a note typed in
    the team's thread. Otherwise a copy is promised. What the policy does not take is written down
    too, and never copied.
    """
    kept = drafted(session, ticket, given, by=by, at=at, entry=entry, there=there)
    session.add_all(kept)
    if any(file.state == FileState.WAITING for file in kept):
        session.flush()
    for file in kept:
        if file.state == FileState.WAITING:
            _promise_copy(session, file, at=at)
    return kept


def drafted(
    session: DeskSession,
    ticket: Ticket,
    given: Sequence[SlackFile],
    *,
    by: str,
    at: datetime,
    entry: Entry | None = None,
    there: bool = False,
) -> list[TicketFile]:
    """What `keep` would put on the ticket, for a look at it beforehand: nothing is kept."""
    return [
        TicketFile(
            ticket_id=ticket.id,
            entry_id=entry.id if entry is not None else None,
            slack_id=file.id,
            name=file.name,
            size=file.size,
            type=file.type,
            permalink=file.permalink,
            added_by=by,
            added_at=at,
            state=_state(file, session.policy.files, there=there),
        )
        for file in {file.id: file for file in given}.values()
    ]


def given_with(session: DeskSession, entry: Entry) -> list[SlackFile]:
    """What came with something that the desk shows, to be given once more: whatever needed no copy
    there lies outside Slack.
    """
    return [
        SlackFile(
            id=file.slack_id,
            name=file.name,
            size=file.size,
            type=file.type,
            permalink=file.permalink,
            is_external=file.state == FileState.THERE,
        )
        for file in of_entry(session, entry.ticket_id, entry.id)
    ]


def keep_with_request(
    session: DeskSession, ticket: Ticket, given: Sequence[SlackFile], *, by: str, at: datetime
) -> None:
    """Put the files on the ticket as part of the request, and show them in the team's thread."""
    if keep(session, ticket, given, by=by, at=at):
        show(session, ticket, at=at)


def show(session: DeskSession, ticket: Ticket, *, at: datetime, everything: bool = False) -> None:
    """Promise what came with the request, or `everything` since, in the thread of the team that has
    the ticket now.
    """
    outbox.add(
        session,
        Kind.FILES,
        audience=Audience.AGENTS,
        channel=session.policy.team(ticket.team).channel,
        at=at,
        priority=Priority.NOTICE,
        ticket_id=ticket.id,
        thread=CARD_ROLE,
        everything=everything,
    )


def share_anew(session: DeskSession, ticket: Ticket, *, at: datetime) -> None:
    """The ticket came to another team's channel: all its files are shared there, too. What agents
    had put into the other channel's thread gets a copy first, as only its owner could share it.
    """
    found = standing(session, ticket.id)
    for file in found:
        # Slack knows no size of what lies elsewhere, and nobody needs a copy of that.
        if file.state == FileState.THERE and file.size:
            file.state = FileState.WAITING
            _promise_copy(session, file, at=at)
    if found:
        show(session, ticket, at=at, everything=True)


def standing(session: DeskSession, ticket_id: int) -> list[TicketFile]:
    """All but those of words that were deleted or taken back."""
    gone = select(Entry.id).where(
        Entry.ticket_id == ticket_id,
        or_(Entry.deleted_at.is_not(None), Entry.undone_at.is_not(None)),
    )
    withdrawn = set(session.scalars(gone))
    return [file for file in of_ticket(session, ticket_id) if file.entry_id not in withdrawn]


def require_accepted(session: DeskSession, given: Iterable[SlackFile], *, field: str) -> None:
    """Raise InvalidFields at the form's field for what is too large or of a forbidden type."""
    wrong = [refusal for file in given if (refusal := _refusal(file, session.policy.files))]
    if wrong:
        raise InvalidFields({field: " ".join(wrong)})


def refused(kept: Iterable[TicketFile]) -> list[TicketFile]:
    """Those that the policy does not take."""
    return [file for file in kept if file.state in {FileState.TOO_LARGE, FileState.FORBIDDEN}]


def of_ticket(session: DeskSession, ticket_id: int) -> list[TicketFile]:
    """All of them, in the order in which they came."""
    found = select(TicketFile).where(TicketFile.ticket_id == ticket_id).order_by(TicketFile.id)
    return list(session.scalars(found))


def of_entry(session: DeskSession, ticket_id: int, entry_id: int) -> list[TicketFile]:
    """Those that came with something said."""
    return [file for file in of_ticket(session, ticket_id) if file.entry_id == entry_id]


def of_request(session: DeskSession, ticket_id: int) -> list[TicketFile]:
    """Those that came with the request itself."""
    return [file for file in of_ticket(session, ticket_id) if file.entry_id is None]


def bring(
    session: DeskSession, ticket: Ticket, chosen: Iterable[TicketFile], *, at: datetime
) -> None:
    """The chosen files of another ticket come with the request of this one, still their owners';
    the copies that the desk has of them serve both.
    """
    come = [
        TicketFile(
            ticket_id=ticket.id, slack_id=file.slack_id, name=file.name, size=file.size,
            type=file.type, permalink=file.permalink, added_by=file.added_by, added_at=at,
            state=file.state, copy_id=file.copy_id, copy_link=file.copy_link,
        )
        for file in chosen
        if file.state in OPENABLE
    ]  # fmt: skip
    session.add_all(come)
    if come:
        show(session, ticket, at=at)


def copied(session: DeskSession, file_id: int, *, copy_id: str, link: str) -> TicketFile | None:
    """The desk's copy is in Slack. None: another process had made one already."""
    file = session.get_one(TicketFile, file_id, with_for_update=True, populate_existing=True)
    if file.state != FileState.WAITING:
        return None
    file.state, file.copy_id, file.copy_link = FileState.PASSED_ON, copy_id, link
    return file


def failed(session: DeskSession, file_id: int) -> None:
    """There will be no copy: it is gone, or Slack does not take one."""
    file = session.get_one(TicketFile, file_id, with_for_update=True, populate_existing=True)
    if file.state == FileState.WAITING:
        file.state = FileState.FAILED


def wait(files: Iterable[TicketFile]) -> bool:
    """Whether a copy is still being made, so that what shows it should wait."""
    return any(file.state == FileState.WAITING for file in files)


def ready(files: list[TicketFile]) -> list[TicketFile]:
    """The same; NotReady while a copy is still being made."""
    if wait(files):
        raise NotReady
    return files


def _state(file: SlackFile, rules: FileRules, *, there: bool) -> FileState:
    if there:
        return FileState.THERE
    if _is_forbidden(file, rules):
        return FileState.FORBIDDEN
    if file.is_external:
        return FileState.THERE
    return FileState.TOO_LARGE if _is_too_large(file, rules) else FileState.WAITING


def _is_too_large(file: SlackFile, rules: FileRules) -> bool:
    return file.size > rules.largest_mb * MB


def _is_forbidden(file: SlackFile, rules: FileRules) -> bool:
    """By the name's ending as well as by what Slack takes it for."""
    endings = {file.name.rpartition(".")[2].lower(), file.type.lower()}
    return bool(endings & set(rules.forbidden))


def _refusal(file: SlackFile, rules: FileRules) -> str:
    if _is_forbidden(file, rules):
        ending = file.name.rpartition(".")[2].lower()
        return say.forbidden_file(file.name, ending)
    if _is_too_large(file, rules):
        return say.large_file(file.name, rules.largest_mb)
    return ""


def _promise_copy(session: DeskSession, file: TicketFile, *, at: datetime) -> None:
    outbox.add(
        session,
        Kind.FILE_COPY,
        audience=Audience.AGENTS,
        channel=file.slack_id,
        lane=f"file:{file.id}",
        at=at,
        priority=Priority.REPLY,
        ticket_id=file.ticket_id,
        file=file.id,
    )
