"""What people thought of how their ticket went."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId


class Rating(Base):
    """One person's verdict on one ticket: given once, kept when the ticket comes back."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("ticket_id", "person"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person: Mapped[str]
    stars: Mapped[int]
    """1 is poor, 5 is great."""
    comment: Mapped[str | None]
    at: Mapped[datetime]
