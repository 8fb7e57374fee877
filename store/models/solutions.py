"""What helped before, in words for everybody, and the requests that it made needless."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId


class Solution(Base):
    """An answer that is offered to whoever is about to ask the same."""

    __tablename__ = "solution"
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 150", name="title_length"),
        CheckConstraint("length(answer) BETWEEN 1 AND 2500", name="answer_length"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    title: Mapped[str]
    answer: Mapped[str]
    topic: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """Where it was found. That ticket's summary counts when somebody searches: it is how people
    say it."""
    author: Mapped[str]
    made_at: Mapped[datetime]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """Nobody is offered it any more since then."""


class Deflection(Base):
    """A request that was begun and not sent, because what the form showed was enough."""

    __tablename__ = "deflection"
    __table_args__ = (
        CheckConstraint(
            "(solution_id IS NULL) <> (ticket_id IS NULL)", name="by_solution_or_ticket"
        ),
        UniqueConstraint("form"),
        Index("ix_deflection_at", "at"),
        Index("ix_deflection_solution_id", "solution_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    form: Mapped[str]
    """Slack's id of the form's view: sending it after all takes the row back."""
    person: Mapped[str]
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"))
    """"This solved it" …"""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """… or "Same for me": they joined that ticket."""
    at: Mapped[datetime]
