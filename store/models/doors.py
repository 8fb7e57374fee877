"""From which Slack message a ticket was made."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId


class TicketOrigin(Base):
    """A message that became a ticket, or is about to: whoever inserts the row opens the ticket."""

    __tablename__ = "ticket_origin"
    __table_args__ = (
        UniqueConstraint("channel", "ts"),
        Index("ix_ticket_origin_ticket", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str]
    ts: Mapped[str]
    thread: Mapped[str | None]
    """The ts of the message under which it was written."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """Null while the desk still has to read the message from Slack."""
    author: Mapped[str | None]
    """Who wrote it; null for an app's message, and while it was not read."""
    wanted_by: Mapped[str]
    """Who pointed the desk at it."""
    link: Mapped[str | None]
    """Its address, as Slack told it; null where the desk may not look."""
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
