"""Who is in the workspace, and periodic work that was done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, one_of


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


class Hears(StrEnum):
    """How much a person wants to hear of their tickets."""

    ALL = "all"
    IMPORTANT = "important"
    NEEDED = "needed"


class Preference(Base):
    """What somebody has chosen to hear; who never chose has no row."""

    __tablename__ = "preference"
    __table_args__ = (one_of("hears", Hears),)

    person: Mapped[str] = mapped_column(primary_key=True)
    hears: Mapped[str] = mapped_column(String(16))


class Period(Base):
    """A periodic job that has been done for a period: whoever inserts the row does the work."""

    __tablename__ = "period"

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
