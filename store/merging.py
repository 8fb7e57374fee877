"""Two tickets are the same: one is closed as merged, its people and its words go to the other."""

from datetime import datetime

from store import (
    access,
    alarms,
    audit,
    change,
    circle,
    incidents,
    links,
    on_call,
    participants,
    reopening,
    targets,
    telling,
    together,
)
from store.audit import Event
from store.database import DeskSession
from store.kinds import News
from store.models import AlarmKind, LinkKind, Participant, Role, Ticket
from store.rules.errors import Refused
from store.rules.lifecycle import OPEN, Status, Step
from store.rules.sentences import together as say

_STOPPED = tuple(kind for kind in AlarmKind if kind != AlarmKind.SEND_REPLY)
"""What was written just before the merge still goes out."""


def merge(session: DeskSession, ticket_id: int, other_id: int, *, by: str, at: datetime) -> None:
    """Close the ticket as merged into the other. Its people hear of the other from now on, in
    their own threads, and what is said there lands in the other. Its clocks stop: what was still
    owed is neither met nor missed.
    """
    ticket, other = together.both(session, ticket_id, other_id, by=by)
    _require_mergeable(session, ticket, other)
    links.add(session, ticket, other, LinkKind.DUPLICATE, by=by, at=at)
    before = audit.facts(ticket)
    change.step(ticket, Step.CLOSE)
    ticket.closed_at, ticket.resume_at = at, None
    event = audit.record(session, ticket, Event.MERGED, by=by, at=at, before=before, other=other.id)
    targets.withdraw_all(session, ticket, at=at)
    alarms.cancel(session, ticket.id, _STOPPED)
    on_call.stop_page(session, ticket, at=at)
    change.announce(session, ticket, event)
    telling.news(session, ticket, News.MERGED, at=at, event=event, other=other.id)
    _bring_people(session, ticket, other, by=by, at=at)
    got = audit.record(
        session, other, Event.LINKED, by=by, at=at,
        other=ticket.id, link=LinkKind.DUPLICATE.value, way="from",
    )  # fmt: skip
    change.announce(session, other, got)


def unmerge(session: DeskSession, ticket_id: int, *, by: str, at: datetime) -> None:
    """It was not the same after all: the ticket goes on by itself, as a reopened one does. The
    time in which it was merged does not count, and whoever came along with it leaves the other.
    """
    link = links.from_(session, ticket_id, LinkKind.DUPLICATE)
    if link is None:
        raise Refused(say.not_merged(ticket_id))
    ticket, other = together.both(session, ticket_id, link.other_id, by=by)
    link.ended_at = at
    before = audit.facts(ticket)
    reopening.take_up(session, ticket)
    ticket.closed_at = None
    for each in circle.of(session, other.id):
        if each.added_at == link.added_at:
            each.left_at = at
    event = audit.record(
        session, ticket, Event.UNMERGED, by=by, at=at, before=before, other=other.id
    )
    targets.owe_again(session, ticket, since=link.added_at, at=at, by=by)
    change.announce(session, ticket, event)
    telling.news(session, ticket, News.UNMERGED, at=at, event=event, other=other.id)
    lost = audit.record(
        session, other, Event.UNLINKED, by=by, at=at,
        other=ticket.id, link=LinkKind.DUPLICATE.value, way="from",
    )  # fmt: skip
    change.announce(session, other, lost)
    on_call.page_if_needed(session, ticket, at=at)


def _require_mergeable(session: DeskSession, ticket: Ticket, other: Ticket) -> None:
    if (gone := links.kept(session, other.id)) != other.id:
        raise Refused(say.merged_itself(other.id, gone))
    for one in (ticket, other):
        if one.status not in OPEN:
            raise Refused(say.only_open_merge(one.id, Status(one.status).label))
    if incidents.of(session, ticket.id) is not None:
        raise Refused(say.merge_into_incident(ticket.id, other.id))
    _require_discreet(session, ticket, other)


def _require_discreet(session: DeskSession, ticket: Ticket, other: Ticket) -> None:
    """People who come together read each other's words: not on a private ticket."""
    private = [one for one in (ticket, other) if access.is_private(session, one)]
    if not private:
        return
    own = set(circle.owners(session, ticket)) <= set(circle.owners(session, other))
    if private != [ticket, other] or ticket.team != other.team or not own:
        raise Refused(say.private_merge(private[0].id))


def _bring_people(
    session: DeskSession, ticket: Ticket, other: Ticket, *, by: str, at: datetime
) -> None:
    """They join without a word: they read in their own thread that it goes on there."""
    joined = circle.of(session, ticket.id)
    coming = [(person, Role.AFFECTED) for person in circle.owners_among(ticket, joined)]
    coming += [(person, Role.WATCHER) for person in circle.watchers_among(ticket, joined)]
    for person, role in coming:
        if participants.hears_already(session, other, person, role):
            continue
        if role is Role.AFFECTED:
            participants.stop(session, other.id, person, Role.WATCHER, at=at)
        session.add(
            Participant(ticket_id=other.id, person=person, role=role, added_by=by, added_at=at)
        )
        audit.record(session, other, Event.JOINED, by=by, at=at, person=person, role=role.value)
