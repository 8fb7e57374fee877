"""Who is in the workspace, and periodic work that was done."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base


class Person(Base):
    """What we know of somebody in the workspace, from Slack's profile."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_email", "email"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    title: Mapped[str | None]
    timezone: Mapped[str]
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_foreign: Mapped[bool] = mapped_column(default=False)
    """Of another organisation, met in a channel that is shared with it."""
    is_active: Mapped[bool] = mapped_column(default=True)
    synced_at: Mapped[datetime]


class GroupMember(Base):
    """A Slack user group's member, as last read."""

    __tablename__ = "group_member"
    __table_args__ = (Index("ix_group_member_person", "person"),)

    group: Mapped[str] = mapped_column("group_id", primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)


class Period(Base):
    """A periodic job that has been done for a period: whoever inserts the row does the work."""

    __tablename__ = "period"

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
