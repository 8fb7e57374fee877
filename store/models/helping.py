"""Questions that agents put to other teams and people, without giving the ticket away."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId


class HelpRequest(Base):
    """One question to one team or one person. Its answers are notes."""

    __tablename__ = "help_request"
    __table_args__ = (
        CheckConstraint("(team IS NULL) <> (person IS NULL)", name="one_is_asked"),
        Index("ix_help_request_ticket", "ticket_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    asked_by: Mapped[str]
    team: Mapped[str | None]
    person: Mapped[str | None]
    question: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    """Who answered first; whatever else they say is kept as well."""
    answered_at: Mapped[datetime | None]
