"""The first schema.

Written out in full rather than taken from `store.models`, which will have moved on when somebody
runs this again. `tests/test_migrations.py` proves that both say the same.

Revision ID: 0001
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

Column = sa.Column[Any]

OFTEN_CHANGED = {
    "autovacuum_vacuum_scale_factor": "0.02",
    "autovacuum_vacuum_threshold": "200",
}

APPEND_ONLY = "audit events are append-only"


def upgrade() -> None:
    """Every table, then the guard of the audit trail."""
    for create in (
        _gate,
        _gathered,
        _group_member,
        _inbox_entry,
        _kept_group,
        _period,
        _person,
        _stray,
        _ticket,
        _watermark,
        _alarm,
        _audit_event,
        _entry,
        _outbox_message,
        _page,
        _pause,
        _posting,
        _target,
        _ticket_origin,
        _ring,
        _outside_call,
        _shift_change,
        _solution,
        _deflection,
        _ticket_person,
        _ticket_link,
        _incident,
        _ticket_file,
        _of_topics,
        _rating,
    ):
        create()
    _guard_audit_events()


def _away() -> None:
    op.create_table(
        "away",
        *_columns(sa.String(), "person", key=True),
        *_columns(INSTANT, "since"),
        *_columns(INSTANT, "until", null=True),
    )


def _turn() -> None:
    op.create_table(
        "turn",
        *_columns(sa.String(), "team", key=True),
        *_columns(sa.String(), "person", null=True),
    )


def _gate() -> None:
    op.create_table(
        "gate",
        *_columns(sa.String(), "name", key=True),
        *_columns(INSTANT, "next_at"),
        *_columns(INSTANT, "lease_until", null=True),
    )


def _gathered() -> None:
    op.create_table(
        "gathered", *_columns(sa.String(), "person", key=True), *_columns(sa.JSON(), "about")
    )


def _group_member() -> None:
    op.create_table(
        "group_member",
        *_columns(sa.String(), "group_id", "person", key=True),
    )
    _index("ix_group_member_person", "group_member", ["person"])


def _inbox_entry() -> None:
    op.create_table(
        "inbox_entry",
        *_columns(sa.String(), "key", key=True),
        *_columns(INSTANT, "at"),
        postgresql_with=OFTEN_CHANGED,
    )
    _index("ix_inbox_entry_at", "inbox_entry", ["at"])


def _kept_group() -> None:
    op.create_table(
        "kept_group",
        *_columns(sa.String(), "group_id", key=True),
        *_columns(sa.String(), "members"),
        *_columns(INSTANT, "asked_at"),
        *_columns(sa.String(), "error", null=True),
    )


def _period() -> None:
    op.create_table(
        "period",
        *_columns(sa.String(), "job", "period", key=True),
        *_columns(INSTANT, "at"),
    )


def _person() -> None:
    op.create_table(
        "person",
        *_columns(sa.String(), "id", key=True),
        *_columns(sa.String(), "name"),
        *_columns(sa.String(), "email", "title", null=True),
        *_columns(sa.String(), "timezone"),
        *_columns(sa.Boolean(), "is_bot", "is_guest", "is_foreign", "is_active"),
        *_columns(INSTANT, "synced_at"),
    )
    _index("ix_person_email", "person", ["email"])
    op.create_table(
        "preference",
        *_columns(sa.String(), "person", key=True),
        *_columns(sa.String(16), "hears"),
        _one_of("hears", "all important needed"),
    )


def _stray() -> None:
    op.create_table(
        "stray",
        _id(),
        *_columns(sa.String(), "person", "channel", "ts", "text"),
        *_columns(sa.String(), "thread", null=True),
        *_columns(sa.JSON(), "files"),
        *_columns(INSTANT, "at"),
        *_columns(INSTANT, "settled_at", null=True),
        sa.UniqueConstraint("channel", "ts"),
    )


def _ticket() -> None:
    op.create_table(
        "ticket",
        _id(),
        *_columns(sa.String(16), "status"),
        *_columns(sa.String(), "summary", "details", "topic", "severity", "team", "requester"),
        *_columns(sa.String(), "affected", "assignee", "urgency", "contact", null=True),
        *_columns(sa.JSON(), "answers"),
        *_columns(sa.String(), "source"),
        *_columns(sa.String(), "opened_by", null=True),
        *_columns(INSTANT, "opened_at", "changed_at"),
        *_columns(INSTANT, "first_reply_at", "resolved_at", "closed_at", "resume_at", null=True),
        *_columns(INSTANT, "quiet_until", null=True),
        *_columns(sa.String(), "waits_for", null=True),
        *_columns(sa.String(), "cause", "fix", "resolver", "escalated_by", null=True),
        *_columns(sa.String(), "cause_kind", "fixed_by", null=True),
        *_columns(INSTANT, "next_due_at", "untold_since", null=True),
        sa.Column("clocks", sa.String(16), nullable=False, server_default=""),
        *_columns(sa.Integer(), "version", "last_seq", "reopened"),
        _check("closed_at_if_closed", "(status = 'closed') = (closed_at IS NOT NULL)"),
        _check("resolved_at_if_over", "(status IN ('resolved', 'closed')) OR resolved_at IS NULL"),
        _check("summary_length", "length(summary) BETWEEN 1 AND 150"),
        _check("new_has_no_assignee", "status <> 'new' OR assignee IS NULL"),
        _one_of("status", "new in_progress waiting on_hold resolved closed"),
        _check(
            "worked_has_assignee",
            "status NOT IN ('in_progress', 'waiting', 'on_hold') OR assignee IS NOT NULL",
        ),
        sqlite_autoincrement=True,
    )
    _index(
        "ix_ticket_assignee",
        "ticket",
        ["assignee", "id"],
        where="assignee IS NOT NULL AND status NOT IN ('closed', 'resolved')",
    )
    _index("ix_ticket_next_due", "ticket", ["next_due_at", "id"], where="next_due_at IS NOT NULL")
    _index("ix_ticket_closed", "ticket", ["team", "closed_at"], where="closed_at IS NOT NULL")
    _index("ix_ticket_open", "ticket", ["team", "id"], where="status <> 'closed'")
    _index("ix_ticket_affected", "ticket", ["affected", "id"], where="affected IS NOT NULL")
    _index("ix_ticket_new", "ticket", ["next_due_at", "id"], where="status = 'new'")
    _index("ix_ticket_untold", "ticket", ["id"], where="untold_since IS NOT NULL")
    _index("ix_ticket_requester", "ticket", ["requester", "id"])


def _watermark() -> None:
    op.create_table(
        "watermark",
        *_columns(sa.String(), "channel", key=True),
        *_columns(sa.String(), "ts"),
    )


def _alarm() -> None:
    op.create_table(
        "alarm",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(16), "kind"),
        *_columns(sa.String(), "subject"),
        *_columns(sa.String(16), "state"),
        *_columns(INSTANT, "due_at"),
        *_columns(INSTANT, "rung_at", null=True),
        _check("rung_at_if_rung", "(state = 'rung') = (rung_at IS NOT NULL)"),
        _one_of(
            "kind",
            "reminder breach resume quiet_warning quiet_close page_climb page_expires "
            "waiting_nudge hold_reminder update_due climb at_risk incident_update incident_end "
            "send_reply follow_up",
        ),
        _one_of("state", "armed rung cancelled"),
        postgresql_with=OFTEN_CHANGED,
    )
    _index("ix_alarm_due", "alarm", ["due_at", "id"], where="state = 'armed'")
    _index(
        "uq_alarm_armed",
        "alarm",
        ["ticket_id", "kind", "subject"],
        where="state = 'armed'",
        unique=True,
    )
    _index("ix_alarm_rung", "alarm", ["ticket_id", "kind"], where="state = 'rung'")


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.Integer(), "seq"),
        *_columns(sa.String(32), "kind"),
        *_columns(sa.String(), "actor"),
        *_columns(INSTANT, "at"),
        *_columns(sa.Integer(), "version"),
        *_columns(sa.JSON(), "changes"),
        *_columns(sa.String(), "remark", null=True),
        sa.UniqueConstraint("ticket_id", "seq"),
    )


def _entry() -> None:
    op.create_table(
        "entry",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(8), "kind"),
        *_columns(sa.String(), "author", "text"),
        *_columns(INSTANT, "at"),
        *_columns(sa.String(), "channel", "ts", null=True),
        sa.Column("copy_of", BIG_ID, sa.ForeignKey("entry.id"), nullable=True),
        *_columns(INSTANT, "held_until", "undone_at", null=True),
        *_columns(sa.String(16), "sets_status", null=True),
        *_columns(INSTANT, "edited_at", "deleted_at", null=True),
        _one_of("kind", "note reply answer"),
        sa.UniqueConstraint("channel", "ts"),
    )
    _index("ix_entry_ticket", "entry", ["ticket_id", "id"])
    op.create_table(
        "entry_version",
        _id(),
        sa.Column("entry_id", BIG_ID, sa.ForeignKey("entry.id"), nullable=False),
        *_columns(sa.String(), "text"),
        *_columns(INSTANT, "at"),
    )
    _index("ix_entry_version_entry", "entry_version", ["entry_id", "id"])
    op.create_table(
        "help_request",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(), "asked_by"),
        *_columns(sa.String(), "team", "person", null=True),
        *_columns(sa.String(), "question"),
        *_columns(INSTANT, "asked_at"),
        *_columns(sa.String(), "answered_by", null=True),
        *_columns(INSTANT, "answered_at", null=True),
        _check("one_is_asked", "(team IS NULL) <> (person IS NULL)"),
    )
    _index("ix_help_request_ticket", "help_request", ["ticket_id", "id"])


def _outbox_message() -> None:
    op.create_table(
        "outbox_message",
        _id(),
        *_columns(sa.String(36), "key"),
        *_columns(sa.String(24), "kind"),
        *_columns(sa.String(16), "audience"),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=True),
        *_columns(sa.String(), "channel", "gate", "lane"),
        *_columns(sa.String(), "thread", null=True),
        *_columns(sa.JSON(), "about"),
        *_columns(sa.Integer(), "priority"),
        *_columns(sa.String(16), "state"),
        *_columns(sa.Integer(), "attempts", "deaths"),
        *_columns(sa.Boolean(), "doubtful"),
        *_columns(sa.Integer(), "misses"),
        *_columns(INSTANT, "not_before"),
        *_columns(
            INSTANT, "lease_until", "first_tried_at", "last_tried_at", "recheck_at", null=True
        ),
        *_columns(sa.String(), "slack_channel", "slack_ts", "error", null=True),
        *_columns(INSTANT, "created_at"),
        *_columns(INSTANT, "sent_at", null=True),
        _check("lease_if_sending", "(state = 'sending') = (lease_until IS NOT NULL)"),
        _one_of("state", "ready sending unsure sent refused dropped"),
        sa.UniqueConstraint("key"),
        postgresql_with=OFTEN_CHANGED,
    )
    _index(
        "ix_outbox_lane",
        "outbox_message",
        ["lane", "id"],
        where="sent_at IS NULL AND state IN ('ready', 'sending', 'unsure')",
    )
    _index(
        "ix_outbox_ready",
        "outbox_message",
        ["gate", "priority", "not_before", "id"],
        where="state IN ('ready', 'sending', 'unsure')",
    )
    _index("ix_outbox_ticket", "outbox_message", ["ticket_id", "kind"])
    _index("ix_outbox_refused", "outbox_message", ["id"], where="state = 'refused'")
    _index("ix_outbox_recheck", "outbox_message", ["recheck_at"], where="recheck_at IS NOT NULL")
    _index(
        "ix_outbox_over",
        "outbox_message",
        ["created_at"],
        where="state IN ('sent', 'dropped') AND kind NOT IN ('card', 'entry') "
        "AND (kind <> 'news' OR (thread IS NOT NULL AND priority >= 3))",
    )
    _index(
        "uq_outbox_redraw",
        "outbox_message",
        ["lane"],
        where="state = 'ready' AND kind IN ('redraw', 'home', 'entry_redraw', 'page_redraw')",
        unique=True,
    )


def _page() -> None:
    op.create_table(
        "page",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(16), "state"),
        *_columns(INSTANT, "started_at"),
        *_columns(sa.String(), "acknowledged_by", null=True),
        *_columns(INSTANT, "acknowledged_at", "expired_at", null=True),
        _check("who_acknowledged", "(state = 'acknowledged') = (acknowledged_by IS NOT NULL)"),
        _one_of("state", "ringing acknowledged stopped"),
    )
    _index("ix_page_ticket", "page", ["ticket_id", "id"])
    _index("uq_page_ringing", "page", ["ticket_id"], where="state = 'ringing'", unique=True)


def _pause() -> None:
    op.create_table(
        "pause",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(16), "reason"),
        *_columns(INSTANT, "started_at"),
        *_columns(INSTANT, "ended_at", null=True),
        _check("forward", "ended_at IS NULL OR ended_at >= started_at"),
    )
    _index("ix_pause_ticket", "pause", ["ticket_id", "id"])
    _index("uq_pause_open", "pause", ["ticket_id"], where="ended_at IS NULL", unique=True)


def _posting() -> None:
    op.create_table(
        "posting",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=True),
        *_columns(sa.String(), "role", "channel", "slack_channel", "ts"),
        sa.UniqueConstraint("ticket_id", "role", "channel"),
    )
    _index("ix_posting_place", "posting", ["slack_channel", "ts"], unique=True)


def _target() -> None:
    op.create_table(
        "target",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(16), "kind"),
        *_columns(sa.String(), "severity", "calendar"),
        *_columns(sa.BigInteger(), "length"),
        *_columns(INSTANT, "started_at"),
        sa.Column("cycle", sa.Integer(), nullable=False, server_default="1"),
        *_columns(INSTANT, "due_at", "last_due_at", "promised_at", "promised_on", null=True),
        *_columns(INSTANT, "met_at", "missed_at", "withdrawn_at", null=True),
        _one_of("kind", "first_response resolution next_response"),
        _check("length_positive", "length > 0"),
        sa.UniqueConstraint("ticket_id", "kind", "cycle"),
    )


def _ring() -> None:
    op.create_table(
        "ring",
        _id(),
        sa.Column("page_id", BIG_ID, sa.ForeignKey("page.id"), nullable=False),
        *_columns(sa.Integer(), "turn"),
        *_columns(sa.String(), "level", "person"),
        *_columns(INSTANT, "at"),
        *_columns(INSTANT, "delivered_at", "refused_at", null=True),
        *_columns(sa.String(16), "answer", null=True),
        *_columns(INSTANT, "answered_at", null=True),
        _check("when_answered", "(answer IS NULL) = (answered_at IS NULL)"),
        _one_of("answer", "acknowledged declined"),
        sa.UniqueConstraint("page_id", "turn", "person"),
    )


def _outside_call() -> None:
    op.create_table(
        "outside_call",
        _id(),
        sa.Column("ring_id", BIG_ID, sa.ForeignKey("ring.id"), nullable=False),
        *_columns(sa.String(16), "means", "state"),
        *_columns(sa.Integer(), "tries"),
        *_columns(INSTANT, "next_at"),
        *_columns(sa.String(), "error", null=True),
        *_columns(INSTANT, "settled_at", null=True),
        _one_of("means", "email webhook"),
        _one_of("state", "ready sent failed"),
        sa.UniqueConstraint("ring_id", "means"),
    )
    _index("ix_outside_call_ready", "outside_call", ["next_at"], where="state = 'ready'")


def _shift_change() -> None:
    op.create_table(
        "shift_change",
        _id(),
        *_columns(sa.String(), "rota"),
        *_columns(sa.String(), "giver", null=True),
        *_columns(sa.String(), "taker"),
        *_columns(INSTANT, "start_at", "end_at"),
        *_columns(INSTANT, "back_start_at", "back_end_at", null=True),
        *_columns(sa.String(), "asked_by"),
        *_columns(INSTANT, "asked_at"),
        *_columns(sa.Boolean(), "giver_agreed", "taker_agreed"),
        *_columns(sa.String(16), "state"),
        *_columns(sa.String(), "settled_by", null=True),
        *_columns(INSTANT, "settled_at", null=True),
        _check("forward", "end_at > start_at"),
        _check("two_people", "giver IS NULL OR giver <> taker"),
        _check(
            "back_forward",
            "(back_start_at IS NULL) = (back_end_at IS NULL) "
            "AND (back_end_at IS NULL OR back_end_at > back_start_at)",
        ),
        _check("settled_at_if_settled", "(state = 'asked') = (settled_at IS NULL)"),
        _one_of("state", "asked agreed declined"),
    )
    _index("ix_shift_change_rota", "shift_change", ["rota", "end_at"])


def _solution() -> None:
    op.create_table(
        "solution",
        _id(),
        *_columns(sa.String(), "title", "answer", "topic"),
        *_columns(BIG_ID, "ticket_id", null=True),
        *_columns(sa.String(), "author"),
        *_columns(INSTANT, "made_at"),
        *_columns(sa.String(), "changed_by"),
        *_columns(INSTANT, "changed_at"),
        *_columns(INSTANT, "retired_at", null=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 150", name="title_length"),
        sa.CheckConstraint("length(answer) BETWEEN 1 AND 2500", name="answer_length"),
    )


def _deflection() -> None:
    op.create_table(
        "deflection",
        _id(),
        *_columns(sa.String(), "form", "person"),
        *_columns(BIG_ID, "solution_id", "ticket_id", null=True),
        *_columns(INSTANT, "at"),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.UniqueConstraint("form"),
        sa.CheckConstraint(
            "(solution_id IS NULL) <> (ticket_id IS NULL)", name="by_solution_or_ticket"
        ),
    )
    op.create_index("ix_deflection_at", "deflection", ["at"])
    op.create_index("ix_deflection_solution_id", "deflection", ["solution_id"])


def _ticket_person() -> None:
    op.create_table(
        "ticket_person",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(), "person"),
        *_columns(sa.String(8), "role"),
        *_columns(sa.String(), "added_by"),
        *_columns(INSTANT, "added_at"),
        *_columns(INSTANT, "left_at", null=True),
        _check("forward", "left_at IS NULL OR left_at >= added_at"),
        _one_of("role", "affected watcher helper"),
    )
    _index(
        "uq_ticket_person_live",
        "ticket_person",
        ["ticket_id", "person", "role"],
        where="left_at IS NULL",
        unique=True,
    )
    _index(
        "ix_ticket_person_person",
        "ticket_person",
        ["person", "ticket_id"],
        where="left_at IS NULL",
    )


def _ticket_link() -> None:
    op.create_table(
        "ticket_link",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("other_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(16), "kind"),
        *_columns(sa.String(), "added_by"),
        *_columns(INSTANT, "added_at"),
        *_columns(INSTANT, "ended_at", null=True),
        _check("two_tickets", "ticket_id <> other_id"),
        _check("forward", "ended_at IS NULL OR ended_at >= added_at"),
        _one_of("kind", "incident duplicate split follow_up"),
    )
    live = "ended_at IS NULL"
    _index("uq_ticket_link_live", "ticket_link", ["ticket_id", "kind"], where=live, unique=True)
    _index("ix_ticket_link_other", "ticket_link", ["other_id", "ticket_id"], where=live)


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), primary_key=True),
        *_columns(sa.String(), "title"),
        *_columns(sa.String(), "channel", null=True),
        *_columns(sa.String(), "declared_by"),
        *_columns(INSTANT, "declared_at"),
        *_columns(INSTANT, "ended_at", null=True),
        _check("title_length", "length(title) BETWEEN 1 AND 150"),
        _check("forward", "ended_at IS NULL OR ended_at >= declared_at"),
    )
    _index("ix_incident_live", "incident", ["ticket_id"], where="ended_at IS NULL")


def _ticket_file() -> None:
    op.create_table(
        "ticket_file",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("entry_id", BIG_ID, sa.ForeignKey("entry.id"), nullable=True),
        *_columns(sa.String(), "slack_id", "name", "type", "permalink", "added_by"),
        *_columns(sa.BigInteger(), "size"),
        *_columns(INSTANT, "added_at"),
        *_columns(sa.String(16), "state"),
        *_columns(sa.String(), "copy_id", "copy_link", null=True),
        _one_of("state", "there waiting passed_on too_large forbidden failed"),
    )
    _index("ix_ticket_file_ticket", "ticket_file", ["ticket_id", "id"])


def _of_topics() -> None:
    """Checklists, and who gets a ticket by itself."""
    _checklist_mark()
    _away()
    _turn()


def _checklist_mark() -> None:
    op.create_table(
        "checklist_mark",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(), "item", "by"),
        *_columns(INSTANT, "at"),
        *_columns(sa.String(), "waived_because", null=True),
        sa.UniqueConstraint("ticket_id", "item"),
    )


def _ticket_origin() -> None:
    op.create_table(
        "ticket_origin",
        _id(),
        *_columns(sa.String(), "channel", "ts"),
        *_columns(sa.String(), "thread", null=True),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id")),
        *_columns(sa.String(), "author", null=True),
        *_columns(sa.String(), "wanted_by"),
        *_columns(sa.String(), "link", null=True),
        *_columns(INSTANT, "at"),
        *_columns(INSTANT, "edited_at", "deleted_at", null=True),
        sa.UniqueConstraint("channel", "ts"),
    )
    _index("ix_ticket_origin_ticket", "ticket_origin", ["ticket_id"])


def _rating() -> None:
    op.create_table(
        "rating",
        _id(),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False),
        *_columns(sa.String(), "person"),
        *_columns(sa.Integer(), "stars"),
        *_columns(sa.String(), "comment", null=True),
        *_columns(INSTANT, "at"),
        _check("one_to_five", "stars BETWEEN 1 AND 5"),
        sa.UniqueConstraint("ticket_id", "person"),
    )


def _id() -> Column:
    return sa.Column("id", BIG_ID, primary_key=True)


def _columns(
    kind: sa.types.TypeEngine[Any], *names: str, null: bool = False, key: bool = False
) -> list[Column]:
    """Several columns of one type, in the order of the model."""
    return [sa.Column(name, kind, nullable=null, primary_key=key) for name in names]


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=name)


def _one_of(column: str, values: str) -> sa.CheckConstraint:
    """The values are separated by blanks."""
    listed = ", ".join(f"'{value}'" for value in values.split())
    return _check(f"{column}_known", f"{column} IN ({listed})")


def _index(
    name: str, table: str, columns: list[str], *, where: str | None = None, unique: bool = False
) -> None:
    """Both engines know partial indexes, each under its own option."""
    condition = None if where is None else sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _guard_audit_events() -> None:
    """From here on the database itself refuses to rewrite history."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_event_no_{change.lower()} BEFORE {change} ON audit_event "
                f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    """There is nothing before the first schema: restore a backup instead."""
    raise NotImplementedError("0001 is the first schema; there is nothing to go back to")
