"""The tables: one class, one row meaning each, and the checks that make illegal states impossible.

Times are aware UTC (`Instant`). Ids of people and channels are Slack's. Keys of teams, topics and
severities are those of `deskbell.toml`. The same schema runs on SQLite and PostgreSQL.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from store.rules.lifecycle import Status


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on both engines; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: the desk keeps aware UTC only")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Seconds(TypeDecorator[timedelta]):
    """A length of time, kept as whole seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value.total_seconds())

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only for INTEGER primary keys."""


class Base(DeclarativeBase):
    """Named constraints, so that migrations can change them on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy declares it so
        datetime: Instant,
        timedelta: Seconds,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
    }


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enum's values, and the database sees to it."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Ticket(Base):
    """One request for help and where it stands. `id` is the ticket number."""

    __tablename__ = "ticket"
    __table_args__ = (
        one_of("status", Status),
        CheckConstraint("status <> 'new' OR assignee IS NULL", name="new_has_no_assignee"),
        CheckConstraint(
            "status NOT IN ('in_progress', 'waiting', 'on_hold') OR assignee IS NOT NULL",
            name="worked_has_assignee",
        ),
        CheckConstraint(
            "(status IN ('resolved', 'closed')) OR resolved_at IS NULL", name="resolved_at_if_over"
        ),
        CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_if_closed"
        ),
        CheckConstraint("length(summary) BETWEEN 1 AND 150", name="summary_length"),
        Index(
            "ix_ticket_open",
            "team",
            "id",
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
        Index("ix_ticket_requester", "requester", "id"),
        Index(
            "ix_ticket_affected",
            "affected",
            "id",
            sqlite_where=text("affected IS NOT NULL"),
            postgresql_where=text("affected IS NOT NULL"),
        ),
        Index(
            "ix_ticket_new",
            "next_due_at",
            "id",
            sqlite_where=text("status = 'new'"),
            postgresql_where=text("status = 'new'"),
        ),
        Index(
            "ix_ticket_assignee",
            "assignee",
            "id",
            sqlite_where=text("assignee IS NOT NULL AND status NOT IN ('closed', 'resolved')"),
            postgresql_where=text("assignee IS NOT NULL AND status NOT IN ('closed', 'resolved')"),
        ),
        Index(
            "ix_ticket_next_due",
            "next_due_at",
            "id",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    status: Mapped[str] = mapped_column(String(16), default=Status.NEW)
    summary: Mapped[str]
    details: Mapped[str]
    topic: Mapped[str]
    severity: Mapped[str]
    team: Mapped[str]
    requester: Mapped[str]
    affected: Mapped[str | None]
    assignee: Mapped[str | None]
    urgency: Mapped[str | None]
    """The requester's own words, as the form offered them."""
    contact: Mapped[str | None]
    answers: Mapped[dict[str, str]] = mapped_column(default=dict)
    """The topic's questions as they were asked, with the requester's answers."""
    source: Mapped[str] = mapped_column(default="form")
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    first_reply_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resume_at: Mapped[datetime | None]
    """On hold until then, when a date was given."""
    cause: Mapped[str | None]
    fix: Mapped[str | None]
    resolver: Mapped[str | None]
    escalated_by: Mapped[str | None]
    """The agent who last passed it up; hears how it ended."""
    next_due_at: Mapped[datetime | None]
    """The nearest open deadline; null while the clock stands still or nothing is owed."""
    clocks: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Fingerprint of the policy by which the deadlines were worked out last."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change that a card shows; buttons carry it."""
    last_seq: Mapped[int] = mapped_column(default=0)
    """Number of the newest audit event: they are gapless per ticket."""
    reopened: Mapped[int] = mapped_column(default=0)

    @property
    def number(self) -> str:
        """As people write it: `#42`."""
        return f"#{self.id}"


class AuditEvent(Base):
    """An unchangeable record of who did what, when. A trigger forbids UPDATE and DELETE."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str]
    """A Slack user id, or `desk` for what the desk did by itself."""
    at: Mapped[datetime]
    version: Mapped[int]
    """The ticket's version after this event."""
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`{"severity": ["sev_c", "sev_a"]}`: field → [from, to]."""
    remark: Mapped[str | None]
    """Reason, hand-off note or the like: internal, never shown to the requester."""


class EntryKind(StrEnum):
    """Who said it, to whom."""

    NOTE = "note"
    REPLY = "reply"
    ANSWER = "answer"


class Entry(Base):
    """Something that was said on a ticket, verbatim."""

    __tablename__ = "entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        UniqueConstraint("channel", "ts"),
        Index("ix_entry_ticket", "ticket_id", "id"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(8))
    author: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    channel: Mapped[str | None]
    """Where it was typed, when that was a Slack message rather than a form."""
    ts: Mapped[str | None]


class Note(Entry):
    """Internal. No view for the requester accepts one."""

    __mapper_args__ = {"polymorphic_identity": "note"}  # noqa: RUF012


class Reply(Entry):
    """From an agent to the requester."""

    __mapper_args__ = {"polymorphic_identity": "reply"}  # noqa: RUF012


class Answer(Entry):
    """From the requester (or the affected person) to the agents."""

    __mapper_args__ = {"polymorphic_identity": "answer"}  # noqa: RUF012


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
    CLIMB = "climb"
    AT_RISK = "at_risk"


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


class Delivery(StrEnum):
    """Where an outbox message stands. Only `sending` and `unsure` may have reached Slack."""

    READY = "ready"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


class OutboxMessage(Base):
    """A Slack call we have promised to make. Holds the intent; it is drawn when it is sent."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("state", Delivery),
        UniqueConstraint("key"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease_if_sending"),
        Index(
            "ix_outbox_ready",
            "gate",
            "priority",
            "id",
            sqlite_where=text("state IN ('ready', 'sending', 'unsure')"),
            postgresql_where=text("state IN ('ready', 'sending', 'unsure')"),
        ),
        Index(
            "ix_outbox_lane",
            "lane",
            "id",
            sqlite_where=text("sent_at IS NULL AND state IN ('ready', 'sending', 'unsure')"),
            postgresql_where=text("sent_at IS NULL AND state IN ('ready', 'sending', 'unsure')"),
        ),
        Index(
            "uq_outbox_redraw",
            "lane",
            unique=True,
            sqlite_where=text("state = 'ready' AND kind IN ('redraw', 'home')"),
            postgresql_where=text("state = 'ready' AND kind IN ('redraw', 'home')"),
        ),
        Index("ix_outbox_ticket", "ticket_id", "kind"),
        Index(
            "ix_outbox_recheck",
            "recheck_at",
            sqlite_where=text("recheck_at IS NOT NULL"),
            postgresql_where=text("recheck_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36))
    """A UUID that travels in the message metadata, so that a lost answer can be settled."""
    kind: Mapped[str] = mapped_column(String(24))
    audience: Mapped[str] = mapped_column(String(16))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    channel: Mapped[str]
    """A channel id, or a user id for a direct message."""
    gate: Mapped[str]
    """Whose pace it keeps: its channel's when it is posted, its method's when something is changed
    in place (`store.gates`).
    """
    lane: Mapped[str]
    """One conversation: messages of a lane go out in order."""
    thread: Mapped[str | None]
    """The role of the posting under which it goes (`Posting.role`), in the same channel."""
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids of what to draw: event, entry, target, page … never text."""
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=Delivery.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    """Also the number of the claim. What Slack was too busy to take does not count."""
    deaths: Mapped[int] = mapped_column(default=0)
    """How often whoever was sending it never came back."""
    doubtful: Mapped[bool] = mapped_column(default=False)
    """An earlier attempt may have reached Slack: look before posting."""
    misses: Mapped[int] = mapped_column(default=0)
    """How often the history was read without finding our key."""
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    first_tried_at: Mapped[datetime | None]
    last_tried_at: Mapped[datetime | None]
    recheck_at: Mapped[datetime | None]
    slack_channel: Mapped[str | None]
    slack_ts: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Gate(Base):
    """When a channel (or a method that has a pace of its own) may be used again; leased by the
    process that is using it now. One that was never used has no row: it is open.
    """

    __tablename__ = "gate"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]


class Posting(Base):
    """A message of ours that exists in Slack and matters later: cards, roots of threads, pages."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("ticket_id", "role", "channel"),
        Index("ix_posting_place", "slack_channel", "ts", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """Null for what is about no ticket, such as a change of shifts; its role is unique then."""
    role: Mapped[str]
    channel: Mapped[str]
    """As addressed (a user id for a DM) …"""
    slack_channel: Mapped[str]
    """… and as Slack answered (the DM's D… id)."""
    ts: Mapped[str]


class InboxEntry(Base):
    """A delivery from Slack that we have already acted on; committed with its effect."""

    __tablename__ = "inbox_entry"
    __table_args__ = (Index("ix_inbox_entry_at", "at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


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
    is_active: Mapped[bool] = mapped_column(default=True)
    synced_at: Mapped[datetime]


class GroupMember(Base):
    """A Slack user group's member, as last read."""

    __tablename__ = "group_member"

    group: Mapped[str] = mapped_column("group_id", primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)


class Period(Base):
    """A periodic job that has been done for a period: whoever inserts the row does the work."""

    __tablename__ = "period"

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Stray(Base):
    """A direct message that belongs to no ticket yet; kept until the person says which."""

    __tablename__ = "stray"
    __table_args__ = (UniqueConstraint("channel", "ts"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str]
    channel: Mapped[str]
    ts: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Watermark(Base):
    """How far a conversation has been read, so that a gap can be caught up."""

    __tablename__ = "watermark"

    channel: Mapped[str] = mapped_column(primary_key=True)
    ts: Mapped[str]
