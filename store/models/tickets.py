"""A ticket, what happened to it, and what was said on it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, one_of
from store.rules.lifecycle import Status


class Ticket(Base):
    """One request for help and where it stands. `id` is the ticket number."""

    __tablename__ = "ticket"
    __table_args__ = (
        one_of("status", Status),
        CheckConstraint("status <> 'new' OR assignee IS NULL", name="new_has_no_assignee"),
        CheckConstraint(
            "status NOT IN ('in_progress', 'waiting', 'on_hold') OR assignee IS NOT NULL",
            name="worked_has_assignee",
        ),
        CheckConstraint(
            "(status IN ('resolved', 'closed')) OR resolved_at IS NULL", name="resolved_at_if_over"
        ),
        CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_if_closed"
        ),
        CheckConstraint("length(summary) BETWEEN 1 AND 150", name="summary_length"),
        Index(
            "ix_ticket_open",
            "team",
            "id",
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
        Index(
            "ix_ticket_closed",
            "team",
            "closed_at",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
        Index("ix_ticket_requester", "requester", "id"),
        Index(
            "ix_ticket_affected",
            "affected",
            "id",
            sqlite_where=text("affected IS NOT NULL"),
            postgresql_where=text("affected IS NOT NULL"),
        ),
        Index(
            "ix_ticket_new",
            "next_due_at",
            "id",
            sqlite_where=text("status = 'new'"),
            postgresql_where=text("status = 'new'"),
        ),
        Index(
            "ix_ticket_assignee",
            "assignee",
            "id",
            sqlite_where=text("assignee IS NOT NULL AND status NOT IN ('closed', 'resolved')"),
            postgresql_where=text("assignee IS NOT NULL AND status NOT IN ('closed', 'resolved')"),
        ),
        Index(
            "ix_ticket_untold",
            "id",
            sqlite_where=text("untold_since IS NOT NULL"),
            postgresql_where=text("untold_since IS NOT NULL"),
        ),
        Index(
            "ix_ticket_next_due",
            "next_due_at",
            "id",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    status: Mapped[str] = mapped_column(String(16), default=Status.NEW)
    summary: Mapped[str]
    details: Mapped[str]
    topic: Mapped[str]
    severity: Mapped[str]
    team: Mapped[str]
    requester: Mapped[str]
    affected: Mapped[str | None]
    assignee: Mapped[str | None]
    urgency: Mapped[str | None]
    """The requester's own words, as the form offered them."""
    contact: Mapped[str | None]
    answers: Mapped[dict[str, str]] = mapped_column(default=dict)
    """The topic's questions as they were asked, with the requester's answers."""
    source: Mapped[str] = mapped_column(default="form")
    """How it came in: see `store.origins.Source`."""
    opened_by: Mapped[str | None]
    """Who opened it, when that was not the requester."""
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    first_reply_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resume_at: Mapped[datetime | None]
    """On hold until then, when a date was given."""
    quiet_until: Mapped[datetime | None]
    """The requester's side has just had a notice: until then further ones wait, to become one."""
    waits_for: Mapped[str | None]
    """Whose answer it waits for, while on hold; for agents only."""
    cause: Mapped[str | None]
    fix: Mapped[str | None]
    resolver: Mapped[str | None]
    cause_kind: Mapped[str | None]
    """One of the policy's kinds of cause, in the words of that day."""
    fixed_by: Mapped[str | None]
    """Who found and mended it, which may be somebody else than the resolver."""
    escalated_by: Mapped[str | None]
    """The agent who last passed it up; hears how it ended."""
    next_due_at: Mapped[datetime | None]
    """The nearest open deadline; null while the clock stands still or nothing is owed."""
    clocks: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Fingerprint of the policy by which the deadlines were worked out last."""
    untold_since: Mapped[datetime | None]
    """An edited policy moved a deadline then, and the requester has not heard of it yet."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change that a card shows; buttons carry it."""
    last_seq: Mapped[int] = mapped_column(default=0)
    """Number of the newest audit event: they are gapless per ticket."""
    reopened: Mapped[int] = mapped_column(default=0)

    @property
    def number(self) -> str:
        """As people write it: `#42`."""
        return f"#{self.id}"


class AuditEvent(Base):
    """An unchangeable record of who did what, when. A trigger forbids UPDATE and DELETE."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str]
    """A Slack user id, or `desk` for what the desk did by itself."""
    at: Mapped[datetime]
    version: Mapped[int]
    """The ticket's version after this event."""
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`{"severity": ["sev_c", "sev_a"]}`: field → [from, to]."""
    remark: Mapped[str | None]
    """Reason, hand-off note or the like: internal, never shown to the requester."""


class EntryKind(StrEnum):
    """Who said it, to whom."""

    NOTE = "note"
    REPLY = "reply"
    ANSWER = "answer"


class Entry(Base):
    """Something that was said on a ticket, verbatim."""

    __tablename__ = "entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        UniqueConstraint("channel", "ts"),
        Index("ix_entry_ticket", "ticket_id", "id"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(8))
    author: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    channel: Mapped[str | None]
    """Where it was typed, when that was a Slack message rather than a form."""
    ts: Mapped[str | None]
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    """The note of the team's thread whose words this reply sends."""
    held_until: Mapped[datetime | None]
    """A reply that can still be taken back goes out then; null once it went, or never will."""
    undone_at: Mapped[datetime | None]
    """A reply that was taken back in time: the requester never sees it."""
    sets_status: Mapped[str | None] = mapped_column(String(16))
    """The status that a held reply sets when it goes out."""
    edited_at: Mapped[datetime | None]
    """When its author last changed it in Slack; what it said before is kept (`EntryVersion`)."""
    deleted_at: Mapped[datetime | None]
    """When its author deleted it in Slack."""

    @property
    def reached_requester(self) -> bool:
        """Whether the requester's side may know of it: not held, not taken back."""
        return self.held_until is None and self.undone_at is None


class Note(Entry):
    """Internal. No view for the requester accepts one."""

    __mapper_args__ = {"polymorphic_identity": "note"}  # noqa: RUF012


class Reply(Entry):
    """From an agent to the requester."""

    __mapper_args__ = {"polymorphic_identity": "reply"}  # noqa: RUF012


class Answer(Entry):
    """From the requester (or the affected person) to the agents."""

    __mapper_args__ = {"polymorphic_identity": "answer"}  # noqa: RUF012


class EntryVersion(Base):
    """What an entry said before its author changed or deleted it in Slack: for agents only."""

    __tablename__ = "entry_version"
    __table_args__ = (Index("ix_entry_version_entry", "entry_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    text: Mapped[str]
    at: Mapped[datetime]
    """Until when it said so."""


class Stray(Base):
    """A direct message, or a mention, that belongs to no ticket yet; kept until the person says
    which.
    """

    __tablename__ = "stray"
    __table_args__ = (UniqueConstraint("channel", "ts"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str]
    channel: Mapped[str]
    ts: Mapped[str]
    thread: Mapped[str | None]
    """The ts of the message under which it was written."""
    text: Mapped[str]
    files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What came with it, field by field as in `store.files.SlackFile`."""
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def is_direct(self) -> bool:
        """Whether it was written to the desk alone, not in a channel."""
        return self.channel.startswith("D")
