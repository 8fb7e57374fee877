"""Tickets that concern several people, and several tickets that belong together."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, one_of

_LIVE = text("left_at IS NULL")


class Role(StrEnum):
    """As what somebody takes part, besides requester and assignee."""

    AFFECTED = "affected"
    """Has the same trouble: hears everything, may answer, and may say whether it is fixed."""
    WATCHER = "watcher"
    """Hears how it goes."""
    HELPER = "helper"
    """Was asked by an agent to help, without being given the ticket."""


class Participant(Base):
    """Somebody who joined a ticket. Leaving ends the row; joining again makes a new one."""

    __tablename__ = "ticket_person"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("left_at IS NULL OR left_at >= added_at", name="forward"),
        Index(
            "uq_ticket_person_live",
            "ticket_id",
            "person",
            "role",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_ticket_person_person",
            "person",
            "ticket_id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person: Mapped[str]
    role: Mapped[str] = mapped_column(String(8))
    added_by: Mapped[str]
    """A Slack user id: the person, or whoever added them; or `desk`."""
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class LinkKind(StrEnum):
    """What the first ticket is to the other."""

    INCIDENT = "incident"
    """Part of that major incident: hears its updates and its end."""
    DUPLICATE = "duplicate"
    """The same: merged into that one, where everything goes on."""
    SPLIT = "split"
    """Was part of that one."""
    FOLLOW_UP = "follow_up"
    """Came after that one had ended for good."""


class TicketLink(Base):
    """One ticket leads to another. A ticket leads to one of each kind at most; undoing a link ends
    the row.
    """

    __tablename__ = "ticket_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        CheckConstraint("ticket_id <> other_id", name="two_tickets"),
        CheckConstraint("ended_at IS NULL OR ended_at >= added_at", name="forward"),
        Index(
            "uq_ticket_link_live",
            "ticket_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_ticket_link_other",
            "other_id",
            "ticket_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(16))
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Incident(Base):
    """A ticket that stands for a trouble of many: others are linked to it."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 150", name="title_length"),
        CheckConstraint("ended_at IS NULL OR ended_at >= declared_at", name="forward"),
        Index(
            "ix_incident_live",
            "ticket_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    title: Mapped[str]
    """For everybody's eyes, unlike the ticket's summary."""
    channel: Mapped[str | None]
    """Where it is announced, if anywhere."""
    declared_by: Mapped[str]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Taken back then: it was none after all."""
