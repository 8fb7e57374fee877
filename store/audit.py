"""Who did what, when: appended with every change, gapless per ticket, never edited."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select

from store.database import DeskSession
from store.models import AuditEvent, Ticket, table_of

DESK = "desk"
"""The actor of what the desk does by itself."""


class Event(StrEnum):
    """Every kind of audit event."""

    OPENED = "opened"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    HANDED_TO_TEAM = "handed_to_team"
    ESCALATED = "escalated"
    SEVERITY_CHANGED = "severity_changed"
    TOPIC_CHANGED = "topic_changed"
    RELEASED = "released"
    REPLIED = "replied"
    REPLY_UNDONE = "reply_undone"
    ACCEPTED = "accepted"
    HANDED_BACK = "handed_back"
    HELP_ASKED = "help_asked"
    HELP_ANSWERED = "help_answered"
    ENTRY_EDITED = "entry_edited"
    ENTRY_DELETED = "entry_deleted"
    NOTED = "noted"
    ANSWERED = "answered"
    ASKED = "asked"
    HELD = "held"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    CLOSED = "closed"
    CLOSED_QUIET = "closed_quiet"
    QUIET_WARNED = "quiet_warned"
    NUDGED = "nudged"
    REMINDED = "reminded"
    TARGET_MET = "target_met"
    TARGET_MISSED = "target_missed"
    DEADLINE_MOVED = "deadline_moved"
    PROMISED_LATER = "promised_later"
    BREACH_CLIMBED = "breach_climbed"
    TOLD_AT_RISK = "told_at_risk"
    ANSWER_OWED = "answer_owed"
    TARGET_WITHDRAWN = "target_withdrawn"
    PAGED = "paged"
    PAGE_CLIMBED = "page_climbed"
    PAGE_ACKNOWLEDGED = "page_acknowledged"
    PAGE_DELIVERED = "page_delivered"
    PAGE_DECLINED = "page_declined"
    PAGE_EXPIRED = "page_expired"
    PAGE_STOPPED = "page_stopped"
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_RETRIED = "delivery_retried"
    DELIVERY_DROPPED = "delivery_dropped"
    COPY_REMOVED = "copy_removed"
    CHECKED = "checked"
    UNCHECKED = "unchecked"
    WAIVED = "waived"
    ORIGIN_EDITED = "origin_edited"
    ORIGIN_DELETED = "origin_deleted"
    JOINED = "joined"
    LEFT = "left"
    REOPEN_ASKED = "reopen_asked"
    ONLY_REMARKED = "only_remarked"
    CONTINUED = "continued"
    RATED = "rated"
    RATING_EXPLAINED = "rating_explained"
    FOLLOWED_UP = "followed_up"
    STILL_GOOD = "still_good"
    INCIDENT_DECLARED = "incident_declared"
    INCIDENT_WITHDRAWN = "incident_withdrawn"
    INCIDENT_UPDATED = "incident_updated"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    UNMERGED = "unmerged"


UNSEEN_ON_CARDS = frozenset(
    {
        Event.NOTED,
        Event.ANSWERED,
        Event.REPLIED,
        Event.REPLY_UNDONE,
        Event.HELP_ASKED,
        Event.HELP_ANSWERED,
        Event.ENTRY_EDITED,
        Event.ENTRY_DELETED,
        Event.REMINDED,
        Event.NUDGED,
        Event.QUIET_WARNED,
        Event.DELIVERY_REFUSED,
        Event.PAGE_DELIVERED,
        Event.DELIVERY_RETRIED,
        Event.DELIVERY_DROPPED,
        Event.COPY_REMOVED,
        Event.CHECKED,
        Event.UNCHECKED,
        Event.WAIVED,
        Event.ORIGIN_EDITED,
        Event.ORIGIN_DELETED,
        Event.JOINED,
        Event.LEFT,
        Event.INCIDENT_DECLARED,
        Event.INCIDENT_WITHDRAWN,
        Event.INCIDENT_UPDATED,
        Event.LINKED,
        Event.UNLINKED,
        Event.TARGET_MET,
        Event.DEADLINE_MOVED,
        Event.BREACH_CLIMBED,
        Event.TOLD_AT_RISK,
        Event.ANSWER_OWED,
        Event.TARGET_WITHDRAWN,
        Event.REOPEN_ASKED,
        Event.ONLY_REMARKED,
        Event.CONTINUED,
        Event.RATED,
        Event.RATING_EXPLAINED,
        Event.FOLLOWED_UP,
        Event.STILL_GOOD,
    }
)
"""These change nothing that a decision rests on, so buttons drawn before them are still good. A
deadline moves because of something else, which counts by itself.
"""


Facts = dict[str, str | None]

_WRITE = insert(table_of(AuditEvent)).returning(table_of(AuditEvent).c.id)


def facts(ticket: Ticket) -> Facts:
    """What may change and must be recorded from → to."""
    return {field: getattr(ticket, field) for field in ("status", "severity", "team", "assignee")}


def record(
    session: DeskSession,
    ticket: Ticket,
    kind: Event,
    *,
    by: str,
    at: datetime,
    before: Facts | None = None,
    remark: str | None = None,
    **about: Any,
) -> AuditEvent:
    """Append an event. The ticket must be locked (or new) in this transaction.

    `before` are its facts before the change; `about` are further details (ids, names, numbers).
    Raises the ticket's version unless the event is one that no card shows.
    """
    row = next_row(ticket, kind, by=by, at=at, before=before, remark=remark, **about)
    session.ticket = ticket.id
    with session.no_autoflush:  # the ticket is written once, after the last of its changes
        number = session.execute(_WRITE, row).scalar_one()
    return AuditEvent(id=number, **row)


def next_row(
    ticket: Ticket,
    kind: Event,
    *,
    by: str,
    at: datetime,
    before: Facts | None = None,
    remark: str | None = None,
    **about: Any,
) -> dict[str, Any]:
    """The ticket's next event as a row, for whoever writes many at once; otherwise as `record`."""
    ticket.last_seq += 1
    ticket.changed_at = at
    if kind not in UNSEEN_ON_CARDS:
        ticket.version += 1
    return {
        "ticket_id": ticket.id,
        "seq": ticket.last_seq,
        "kind": kind,
        "actor": by,
        "at": at,
        "version": ticket.version,
        "changes": {
            **_moved(before or {}, ticket),
            **{key: [None, to] for key, to in about.items()},
        },
        "remark": (remark or "").strip() or None,
    }


def _moved(before: Facts, ticket: Ticket) -> dict[str, list[str | None]]:
    return {
        field: [was, getattr(ticket, field)]
        for field, was in before.items()
        if was != getattr(ticket, field)
    }


def history(session: DeskSession, ticket_id: int) -> list[AuditEvent]:
    """Everything that happened, oldest first."""
    return list(
        session.scalars(
            select(AuditEvent).where(AuditEvent.ticket_id == ticket_id).order_by(AuditEvent.seq)
        )
    )


def since(session: DeskSession, ticket_id: int, version: int) -> list[AuditEvent]:
    """What a card drawn at `version` does not show yet, oldest first."""
    return list(
        session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.ticket_id == ticket_id,
                AuditEvent.version > version,
                AuditEvent.kind.not_in(UNSEEN_ON_CARDS),
            )
            .order_by(AuditEvent.seq)
        )
    )
