"""`deskbell outbox …`: what waits for Slack and why, and what an operator can do about it.

Works on the database of a desk that is running. On SQLite the desk is the one that writes: what
happens here is a transaction of a few milliseconds, for which each waits for the other.
"""

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.slack_errors import PAUSED
from handlers.views import admin
from store import lookups, migrate, tending
from store.database import DeskSession, Store
from store.kinds import Kind
from store.models import Delivery, OutboxMessage
from store.rules.errors import DeskError
from store.rules.policy import Policy
from store.tending import Pending
from store.trouble import DatabaseTrouble

QUEUES: Final = 10
_TIME: Final = "%Y-%m-%d %H:%M:%S"

NAMES: Final = {
    Kind.CARD: "card",
    Kind.REDRAW: "redraw of the card",
    Kind.LINE: "line in the thread",
    Kind.ENTRY: "words of somebody",
    Kind.ENTRY_REDRAW: "redraw of somebody's words",
    Kind.HANDOFF: "hand-over of a ticket",
    Kind.HANDOFF_REDRAW: "redraw of a hand-over",
    Kind.HELP: "question for help",
    Kind.HELP_REDRAW: "redraw of a question for help",
    Kind.NEWS: "news for the requester",
    Kind.TELL: "news for an agent",
    Kind.PAGE: "page",
    Kind.PAGE_REDRAW: "redraw of the page",
    Kind.QUEUE_NOTICE: "deadline, to the team",
    Kind.CLOCK: "deadlines, to a person",
    Kind.DIGEST: "digest of many notices",
    Kind.ADMIN: "word to the admins",
    Kind.HOME: "App Home",
    Kind.STRAY: "question about a message",
    Kind.DUTY: "word about being on call",
    Kind.DUTY_REDRAW: "redraw about being on call",
    Kind.USER_GROUP: "members of a user group",
    Kind.FILE_COPY: "copy of a file",
    Kind.FILES: "files for the other side",
    Kind.FETCH: "message that a ticket comes from",
    Kind.WHISPER: "word for one person",
    Kind.OPENED_HERE: "word below the message that opened it",
    Kind.TRANSCRIPT: "transcript",
    Kind.ANNOUNCE: "news of an incident, to a channel",
    Kind.STORM: "question about many tickets alike",
}
"""What an operator reads for each kind of message."""


class NoDesk(DeskError):
    """There is no database that this version can work on; the sentence says what to do."""


@contextmanager
def desk_database(url: str, policy: Policy) -> Iterator[Store]:
    """The database as the desk left it: never created, never migrated from here."""
    file = make_url(url).database
    if make_url(url).get_backend_name() == "sqlite" and not (file and Path(file).is_file()):
        raise NoDesk(f"There is no database {file} yet. It comes with the first `deskbell run`.")
    revision = migrate.current(url)
    migrate.refuse_newer(revision)
    if revision is None:  # a server has it before any desk does
        raise NoDesk("The database is empty. A desk comes with the first `deskbell run`.")
    if revision != migrate.newest():
        raise NoDesk(
            f"The database is at {revision}, and this version needs "
            f"{migrate.newest()}. Stop the desk, run `deskbell migrate`, and start it again."
        )
    store = Store(url, policy)
    try:
        yield store
    finally:
        store.close()


def trouble(error: SQLAlchemyError) -> str:
    """What an operator reads when the database fails."""
    if isinstance(error, DatabaseTrouble) and error.passing:
        return "The database is busy or not there just now; nothing was changed. Try again."
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return f"The database cannot be used ({reason}); nothing was changed."


def operator() -> str:
    """Who sits at this terminal, as the machine calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return f"user {os.getuid()}"


def show(store: Store, screen: Console, *, limit: int, at: datetime) -> None:
    """Everything that is not in Slack yet: by channel, and then one by one."""
    with store.snapshot() as session:
        counts = tending.counts(session)
        if not counts:
            screen.print("[green]Nothing waits.[/] Everything that was promised is in Slack.")
            return
        screen.print(_summary(counts))
        refused = tending.refused(session, limit=limit)
        waiting = tending.waiting(session, limit=limit)
        _warn_of_token(screen, waiting)
        if refused:
            _print_refused(session, screen, refused)
        if waiting:
            _print_queues(session, screen, at)
            _print_waiting(session, screen, waiting, at)
    if sum(counts.values()) > len(refused) + len(waiting):
        screen.print("There is more: [bold]--limit[/] says how much to show.")


def retry(store: Store, screen: Console, messages: Sequence[int], *, by: str, at: datetime) -> int:
    """Put them back. Return how many could not be."""
    failed = 0
    for number in messages:
        try:
            with store.transaction() as session:
                again = tending.retry(session, number, operator=by, at=at)
        except tending.CannotTend as cannot:
            failed += 1
            screen.print(f"[red]✗[/] {escape(cannot.sentence)}")
        else:
            more = f", with {len(again) - 1} that wait for it" if len(again) > 1 else ""
            screen.print(
                f"[green]✓[/] Message {number} goes out as soon as its channel is free{more}."
            )
    return failed


def drop(store: Store, screen: Console, number: int, *, by: str, reason: str, at: datetime) -> None:
    """Give it up for good; raises CannotTend."""
    with store.transaction() as session:
        message = tending.drop(session, number, by=by, reason=reason, at=at)
    kept = "" if message.ticket_id is None else f" Ticket {message.ticket_id} keeps the reason."
    screen.print(f"[green]✓[/] Message {number} will never be sent.{kept}")


def why(pending: Pending, *, at: datetime) -> str:
    """What it waits for, in words."""
    message, gate = pending.message, pending.gate
    said = f" (last time: {message.error})" if message.error else ""
    if message.state == Delivery.SENDING:
        return _of_lease(message, at)
    if pending.behind is not None:
        return f"behind message {pending.behind} in its conversation"
    if message.error in PAUSED:
        return f"Slack takes nothing from the app ({message.error})"
    if message.state == Delivery.UNSURE:
        return f"may be in Slack: looked for from {_when(message.not_before)}{said}"
    if gate is not None and gate.next_at > at:
        which = "" if message.gate == message.channel else f"{message.gate} is "
        return f"{which}closed until {_when(gate.next_at)}{said}"
    if message.not_before > at:
        return f"put off until {_when(message.not_before)}{said}"
    if gate is not None and gate.lease_until is not None and gate.lease_until > at:
        return "another message is being sent there"
    return f"due: goes out as soon as a desk runs and has its hands free{said}"


def _of_lease(message: OutboxMessage, at: datetime) -> str:
    assert message.lease_until is not None  # a constraint holds it
    if message.lease_until > at:
        return f"being sent; its sender has until {_when(message.lease_until)}"
    return "its sender has died: another one takes it over"


def _summary(counts: dict[Delivery, int]) -> str:
    words = {
        Delivery.READY: "wait",
        Delivery.SENDING: "on the way",
        Delivery.UNSURE: "perhaps in Slack",
        Delivery.REFUSED: "refused",
    }
    told = [f"{counts[state]:,} {word}" for state, word in words.items() if counts.get(state)]
    return f"[bold]{', '.join(told)}[/]"


def _warn_of_token(screen: Console, waiting: Sequence[Pending]) -> None:
    errors = {p.message.error for p in waiting if p.message.error in PAUSED}
    if errors:
        screen.print(
            "[red]Slack takes nothing from the app[/] "
            f"({', '.join(sorted(filter(None, errors)))}): everything waits, and nothing is lost, "
            "until that is mended. [bold]deskbell check[/] tells how."
        )


def _print_refused(session: DeskSession, screen: Console, refused: Sequence[OutboxMessage]) -> None:
    table = _table("Refused: nothing more happens by itself", "what", "to", "why, and what to do")
    for message in refused:
        table.add_row(*_row(session, message, admin.remedy(message.error or "", message.channel)))
    screen.print(table)
    screen.print(
        "Mended? [bold]deskbell outbox retry ID[/]. Not needed any more? [bold]drop ID[/]."
    )


def _print_queues(session: DeskSession, screen: Console, at: datetime) -> None:
    table = _table("Where it waits", "messages", "since", "closed until")
    for queue in tending.queues(session, limit=QUEUES):
        is_closed = queue.opens is not None and queue.opens > at
        closed = _when(queue.opens) if queue.opens is not None and is_closed else "open"
        place = _place(session, queue.gate)
        table.add_row(place, f"{queue.messages:,}", _when(queue.since), closed)
    screen.print(table)


def _print_waiting(
    session: DeskSession, screen: Console, waiting: Sequence[Pending], at: datetime
) -> None:
    table = _table("Waiting, the oldest first", "what", "to", "why")
    for pending in waiting:
        table.add_row(*_row(session, pending.message, why(pending, at=at)))
    screen.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table("", *columns, title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    table.columns[-1].ratio = 1
    return table


def _row(session: DeskSession, message: OutboxMessage, reason: str) -> tuple[str, ...]:
    about = f", ticket {message.ticket_id}" if message.ticket_id is not None else ""
    what = f"{NAMES[Kind(message.kind)]}{about}"
    return str(message.id), what, _place(session, message.channel), escape(reason)


def _place(session: DeskSession, place: str) -> str:
    """A channel's role, or a person's name: an operator does not know Slack's ids by heart."""
    policy = session.policy
    roles = {team.channel: f"team {key}" for key, team in policy.teams.items()}
    roles |= {policy.on_call_channel: "on call", policy.queue_channel: "queue"}
    person = lookups.person(session, place) if place[0] in "UW" else None
    name = person.name if person is not None else roles.get(place)
    return escape(f"{name} ({place})" if name else place)


def _when(at: datetime) -> str:
    """UTC, as everything that operators read."""
    return at.strftime(f"{_TIME}Z")
