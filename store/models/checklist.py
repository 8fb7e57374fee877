"""Which steps of a topic's checklist were taken for a ticket, and which need not be."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId


class ChecklistMark(Base):
    """A step that somebody ticked, or waived with a reason. What has no row is still open."""

    __tablename__ = "checklist_mark"
    __table_args__ = (UniqueConstraint("ticket_id", "item"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    item: Mapped[str]
    """The step in the words of the settings."""
    by: Mapped[str]
    at: Mapped[datetime]
    waived_because: Mapped[str | None]
    """Null when it was ticked."""
