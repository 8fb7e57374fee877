"""Who else takes part in a ticket."""

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
