"""What is owed by when, when the clock stood still, and the alarms that watch it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import OFTEN_CHANGED, Base, BigId, one_of


class TargetKind(StrEnum):
    """What is owed."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    NEXT_RESPONSE = "next_response"

    @property
    def label(self) -> str:
        """As people read it."""
        return {
            "first_response": "first answer",
            "resolution": "resolution",
            "next_response": "next answer",
        }[self.value]


class Target(Base):
    """A promise with a deadline. Never deleted, so "was it met?" can be answered for ever."""

    __tablename__ = "target"
    __table_args__ = (
        one_of("kind", TargetKind),
        UniqueConstraint("ticket_id", "kind", "cycle"),
        CheckConstraint("length > 0", name="length_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(16))
    cycle: Mapped[int] = mapped_column(default=1, server_default="1")
    """1, 2, 3 … for each answer that was owed in turn; 1 for the other kinds."""
    severity: Mapped[str]
    calendar: Mapped[str]
    length: Mapped[timedelta]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Null only while paused."""
    last_due_at: Mapped[datetime | None]
    """The deadline as last known; stays while paused, so that a move can be told as old → new."""
    promised_at: Mapped[datetime | None]
    """A later deadline that an agent has promised by hand …"""
    promised_on: Mapped[datetime | None]
    """… and when; pauses after that move it."""
    met_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    """The deadline that passed unmet; stays set when it is met late."""
    withdrawn_at: Mapped[datetime | None]
    """No longer owed since then: the severity promises nothing of this kind any more."""


class Pause(Base):
    """An interval in which the clocks of a ticket stood still."""

    __tablename__ = "pause"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="forward"),
        Index("ix_pause_ticket", "ticket_id", "id"),
        Index(
            "uq_pause_open",
            "ticket_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    reason: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Gathered(Base):
    """What a person will hear of in one message, once all of it is known."""

    __tablename__ = "gathered"

    person: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[dict[str, Any]]
    """As in the outbox: the targets, and how many more there are."""


class AlarmState(StrEnum):
    """Armed until it rang or was no longer needed."""

    ARMED = "armed"
    RUNG = "rung"
    CANCELLED = "cancelled"


class AlarmKind(StrEnum):
    """Why somebody must hear."""

    REMINDER = "reminder"
    BREACH = "breach"
    RESUME = "resume"
    QUIET_WARNING = "quiet_warning"
    QUIET_CLOSE = "quiet_close"
    PAGE_CLIMB = "page_climb"
    PAGE_EXPIRES = "page_expires"
    WAITING_NUDGE = "waiting_nudge"
    HOLD_REMINDER = "hold_reminder"
    UPDATE_DUE = "update_due"
    CLIMB = "climb"
    AT_RISK = "at_risk"
    INCIDENT_UPDATE = "incident_update"
    INCIDENT_END = "incident_end"
    SEND_REPLY = "send_reply"
    FOLLOW_UP = "follow_up"


class Alarm(Base):
    """A stored instant at which somebody must hear about a ticket."""

    __tablename__ = "alarm"
    __table_args__ = (
        one_of("kind", AlarmKind),
        one_of("state", AlarmState),
        CheckConstraint("(state = 'rung') = (rung_at IS NOT NULL)", name="rung_at_if_rung"),
        Index(
            "ix_alarm_due",
            "due_at",
            "id",
            sqlite_where=text("state = 'armed'"),
            postgresql_where=text("state = 'armed'"),
        ),
        Index(
            "uq_alarm_armed",
            "ticket_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("state = 'armed'"),
            postgresql_where=text("state = 'armed'"),
        ),
        Index(
            "ix_alarm_rung",
            "ticket_id",
            "kind",
            sqlite_where=text("state = 'rung'"),
            postgresql_where=text("state = 'rung'"),
        ),
        {"postgresql_with": OFTEN_CHANGED},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(default="")
    """Which of several: `resolution@0.8` for a reminder at 80 %, `next_response.2` for the breach
    of the second answer that was owed, the page's id for a page's climb.
    """
    state: Mapped[str] = mapped_column(String(16), default=AlarmState.ARMED)
    due_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
