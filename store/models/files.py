"""The files that came with a ticket. Slack keeps the bytes; here is what they are and where."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, one_of


class FileState(StrEnum):
    """Whether the people on the other side can open it.

    What somebody uploads to Slack may be opened only where they shared it: the requester's direct
    message, or the team's channel. So the desk makes a copy of its own, which it may share.
    """

    THERE = "there"
    """It was shared where its readers are; no copy is needed."""
    WAITING = "waiting"
    """The desk's copy is still to be made."""
    PASSED_ON = "passed_on"
    TOO_LARGE = "too_large"
    FORBIDDEN = "forbidden"
    """The policy does not take its type."""
    FAILED = "failed"
    """It was deleted, lies outside Slack, or Slack would not take the copy."""


class TicketFile(Base):
    """A file in Slack that belongs to a ticket: to something said (`entry_id`), or else to the
    request itself.
    """

    __tablename__ = "ticket_file"
    __table_args__ = (
        one_of("state", FileState),
        Index("ix_ticket_file_ticket", "ticket_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    slack_id: Mapped[str]
    """Slack's id of what was uploaded (F…)."""
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    """In bytes, as Slack says."""
    type: Mapped[str]
    """Slack's short word for it, such as `png`; empty when Slack has none."""
    permalink: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    copy_id: Mapped[str | None]
    """Slack's id of the desk's own copy."""
    copy_link: Mapped[str | None]
    """The copy's permalink: posting it shares the copy with those who read it there."""
