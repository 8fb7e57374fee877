"""What was promised, what exists in Slack, and what has been heard and read."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import OFTEN_CHANGED, Base, BigId, one_of


class Delivery(StrEnum):
    """Where an outbox message stands. Only `sending` and `unsure` may have reached Slack."""

    READY = "ready"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


_FORGOTTEN: Final = (
    "state IN ('sent', 'dropped') AND kind NOT IN ('card', 'entry') "
    "AND (kind <> 'news' OR (thread IS NOT NULL AND priority >= 3))"
)
"""What nobody asks for later: see `store.forgetting`."""


class OutboxMessage(Base):
    """A Slack call we have promised to make. Holds the intent; it is drawn when it is sent."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("state", Delivery),
        UniqueConstraint("key"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease_if_sending"),
        Index(
            "ix_outbox_ready",
            "gate",
            "priority",
            "not_before",
            "id",
            sqlite_where=text("state IN ('ready', 'sending', 'unsure')"),
            postgresql_where=text("state IN ('ready', 'sending', 'unsure')"),
        ),
        Index(
            "ix_outbox_lane",
            "lane",
            "id",
            sqlite_where=text("sent_at IS NULL AND state IN ('ready', 'sending', 'unsure')"),
            postgresql_where=text("sent_at IS NULL AND state IN ('ready', 'sending', 'unsure')"),
        ),
        Index(
            "uq_outbox_redraw",
            "lane",
            unique=True,
            sqlite_where=text(
                "state = 'ready' AND kind IN ('redraw', 'home', 'entry_redraw', 'page_redraw')"
            ),
            postgresql_where=text(
                "state = 'ready' AND kind IN ('redraw', 'home', 'entry_redraw', 'page_redraw')"
            ),
        ),
        Index("ix_outbox_ticket", "ticket_id", "kind"),
        Index(
            "ix_outbox_refused",
            "id",
            sqlite_where=text("state = 'refused'"),
            postgresql_where=text("state = 'refused'"),
        ),
        Index(
            "ix_outbox_recheck",
            "recheck_at",
            sqlite_where=text("recheck_at IS NOT NULL"),
            postgresql_where=text("recheck_at IS NOT NULL"),
        ),
        Index(
            "ix_outbox_over",
            "created_at",
            sqlite_where=text(_FORGOTTEN),
            postgresql_where=text(_FORGOTTEN),
        ),
        {"postgresql_with": OFTEN_CHANGED},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36))
    """A UUID that travels in the message metadata, so that a lost answer can be settled."""
    kind: Mapped[str] = mapped_column(String(24))
    audience: Mapped[str] = mapped_column(String(16))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    channel: Mapped[str]
    """A channel id, or a user id for a direct message."""
    gate: Mapped[str]
    """Whose pace it keeps: its channel's when it is posted, its method's when something is changed
    in place (`store.gates`).
    """
    lane: Mapped[str]
    """One conversation: messages of a lane go out in order."""
    thread: Mapped[str | None]
    """The role of the posting under which it goes (`Posting.role`), in the same channel."""
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids of what to draw: event, entry, target, page … never text."""
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=Delivery.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    """Also the number of the claim. What Slack was too busy to take does not count."""
    deaths: Mapped[int] = mapped_column(default=0)
    """How often whoever was sending it never came back."""
    doubtful: Mapped[bool] = mapped_column(default=False)
    """An earlier attempt may have reached Slack: look before posting."""
    misses: Mapped[int] = mapped_column(default=0)
    """How often the history was read without finding our key."""
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    first_tried_at: Mapped[datetime | None]
    last_tried_at: Mapped[datetime | None]
    recheck_at: Mapped[datetime | None]
    slack_channel: Mapped[str | None]
    slack_ts: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Gate(Base):
    """When a channel (or a method that has a pace of its own) may be used again; leased by the
    process that is using it now. One that was never used has no row: it is open.
    """

    __tablename__ = "gate"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]


class Posting(Base):
    """A message of ours that exists in Slack and matters later: cards, roots of threads, pages."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("ticket_id", "role", "channel"),
        Index("ix_posting_place", "slack_channel", "ts", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """Null for what is about no ticket, such as a change of shifts; its role is unique then."""
    role: Mapped[str]
    channel: Mapped[str]
    """As addressed (a user id for a DM) …"""
    slack_channel: Mapped[str]
    """… and as Slack answered (the DM's D… id)."""
    ts: Mapped[str]


class InboxEntry(Base):
    """A delivery from Slack that we have already acted on; committed with its effect."""

    __tablename__ = "inbox_entry"
    __table_args__ = (
        Index("ix_inbox_entry_at", "at"),
        {"postgresql_with": OFTEN_CHANGED},
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Watermark(Base):
    """How far a conversation has been read, so that a gap can be caught up."""

    __tablename__ = "watermark"

    channel: Mapped[str] = mapped_column(primary_key=True)
    ts: Mapped[str]
