"""Pages, whom they called, what was answered, and who covers for whom."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, one_of


class PageState(StrEnum):
    """A page is answered, or it climbs, or it is no longer needed."""

    RINGING = "ringing"
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"


class Page(Base):
    """A Sev-A call that wants an acknowledgement."""

    __tablename__ = "page"
    __table_args__ = (
        one_of("state", PageState),
        CheckConstraint(
            "(state = 'acknowledged') = (acknowledged_by IS NOT NULL)", name="who_acknowledged"
        ),
        Index("ix_page_ticket", "ticket_id", "id"),
        Index(
            "uq_page_ringing",
            "ticket_id",
            unique=True,
            sqlite_where=text("state = 'ringing'"),
            postgresql_where=text("state = 'ringing'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    state: Mapped[str] = mapped_column(String(16), default=PageState.RINGING)
    started_at: Mapped[datetime]
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
    """When an acknowledgement ran out because nobody touched the ticket; it rings again since."""


class RingAnswer(StrEnum):
    """What somebody who was called said to it."""

    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"


class Ring(Base):
    """One person being called at one level of a page: each level once per round."""

    __tablename__ = "ring"
    __table_args__ = (
        one_of("answer", RingAnswer),
        UniqueConstraint("page_id", "turn", "person"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="when_answered"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    turn: Mapped[int]
    """0, 1, 2 … counted over all rounds of the chain."""
    level: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    """When Slack took it for this person."""
    refused_at: Mapped[datetime | None]
    """When Slack said that it never will."""
    answer: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None]


class Means(StrEnum):
    """Ways to reach somebody when Slack is of no use."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class OutsideState(StrEnum):
    """A call beyond Slack is tried until it went out, a few times at most."""

    READY = "ready"
    SENT = "sent"
    FAILED = "failed"


class OutsideCall(Base):
    """A call of a page that goes out beyond Slack, because Slack did not take it in time."""

    __tablename__ = "outside_call"
    __table_args__ = (
        one_of("means", Means),
        one_of("state", OutsideState),
        UniqueConstraint("ring_id", "means"),
        Index(
            "ix_outside_call_ready",
            "next_at",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ring_id: Mapped[int] = mapped_column(ForeignKey("ring.id"))
    means: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=OutsideState.READY)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    """When it is tried (again); while it is being tried, when it would be after a crash."""
    error: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class KeptGroup(Base):
    """A Slack user group that the rotas of the policy keep equal to who is on call."""

    __tablename__ = "kept_group"

    group: Mapped[str] = mapped_column("group_id", primary_key=True)
    members: Mapped[str]
    """Who was in it when Slack was last asked to put people in: user ids with commas between."""
    asked_at: Mapped[datetime]
    error: Mapped[str | None]
    """Why Slack did not do it the last time; the admins have heard of this one."""


class ChangeState(StrEnum):
    """Both people agree to a change of shifts, or it does not happen."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class ShiftChange(Base):
    """Somebody takes another's time on call; in a swap, each takes some of the other's.

    An agreed one is an override of its rota from `start_at` to `end_at` (and of the other span for
    the giver); among several the one agreed last wins.
    """

    __tablename__ = "shift_change"
    __table_args__ = (
        one_of("state", ChangeState),
        CheckConstraint("end_at > start_at", name="forward"),
        CheckConstraint("giver IS NULL OR giver <> taker", name="two_people"),
        CheckConstraint(
            "(back_start_at IS NULL) = (back_end_at IS NULL) "
            "AND (back_end_at IS NULL OR back_end_at > back_start_at)",
            name="back_forward",
        ),
        CheckConstraint("(state = 'asked') = (settled_at IS NULL)", name="settled_at_if_settled"),
        Index("ix_shift_change_rota", "rota", "end_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rota: Mapped[str]
    giver: Mapped[str | None]
    """Whose time it is; null where nobody was on call."""
    taker: Mapped[str]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    back_start_at: Mapped[datetime | None]
    """In a swap: what the giver takes from the taker in return."""
    back_end_at: Mapped[datetime | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    giver_agreed: Mapped[bool] = mapped_column(default=False)
    taker_agreed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default=ChangeState.ASKED)
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
