"""Messages that Slack may have made twice: sent again because nobody knew, so looked for later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from store import audit, calling, outbox, receipts, telling
from store.audit import DESK, Event
from store.database import DeskSession
from store.kinds import SHOWN_IN_PLACE, Audience, Duty, Kind, Priority
from store.models import Delivery, Entry, OutboxMessage, Page, Posting, Ticket
from store.sending import SWEEP_AFTER

AT_WORK: Final = timedelta(minutes=1)
"""Nobody else looks for the same message meanwhile."""


def take(session: DeskSession, *, at: datetime) -> OutboxMessage | None:
    """A message whose time has come; whoever takes it has `AT_WORK` to say `done` or `later`."""
    message = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.recheck_at <= at)
        .order_by(OutboxMessage.recheck_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is not None:
        message.recheck_at = at + AT_WORK
    return message


def suspect(session: DeskSession, message_id: int, *, at: datetime) -> None:
    """Somebody called Slack for it after another had taken it over: there may be one too many, or
    an older one be shown. One that is not sent yet is looked for anyway.
    """
    message = session.get_one(OutboxMessage, message_id, with_for_update=True)
    if message.state == Delivery.SENT or message.kind in SHOWN_IN_PLACE:
        message.recheck_at = at + SWEEP_AFTER


def draw_over(session: DeskSession, message_id: int, *, at: datetime) -> None:
    """Slack may have done this change after a later one: promise to show how things are."""
    message = session.get_one(OutboxMessage, message_id, with_for_update=True)
    message.recheck_at = None
    outbox.add(
        session,
        Kind(message.kind),
        audience=Audience(message.audience),
        channel=message.channel,
        lane=message.lane,
        thread=message.thread,
        at=at,
        priority=Priority.REDRAW,
        ticket_id=message.ticket_id,
        **message.about,
    )


def later(session: DeskSession, message_id: int, *, until: datetime) -> None:
    """Slack did not answer: look once more then."""
    session.get_one(OutboxMessage, message_id, with_for_update=True).recheck_at = until


def done(
    session: DeskSession,
    message_id: int,
    *,
    at: datetime,
    kept: str | None = None,
    removed: Sequence[str] = (),
) -> None:
    """There is one now: the message of that ts. What else there was is in the ticket's history."""
    message = session.get_one(OutboxMessage, message_id, with_for_update=True)
    message.recheck_at = None
    if kept is not None and kept != message.slack_ts:
        _move(session, message, kept, at)
    if removed and message.ticket_id is not None:
        ticket = session.get_one(Ticket, message.ticket_id, with_for_update=True)
        audit.record(
            session,
            ticket,
            Event.COPY_REMOVED,
            by=DESK,
            at=at,
            channel=message.channel,
            kept=kept,
            removed=list(removed),
        )


def _move(session: DeskSession, message: OutboxMessage, ts: str, at: datetime) -> None:
    """What is changed in place later is there from now on, and shows what the other one did."""
    posting = session.scalar(
        select(Posting).where(
            Posting.slack_channel == message.slack_channel, Posting.ts == message.slack_ts
        )
    )
    message.slack_ts = ts
    if posting is not None:
        posting.ts = ts
        _redraw(session, message, at)


def _redraw(session: DeskSession, message: OutboxMessage, at: datetime) -> None:
    if message.kind == Kind.CARD:
        outbox.redraw(session, session.get_one(Ticket, message.ticket_id), at=at)
    elif message.kind == Kind.ENTRY:
        receipts.redraw(session, session.get_one(Entry, message.about["entry"]), at=at)
    elif message.kind == Kind.PAGE:
        page = session.get_one(Page, message.about["page"])
        calling.redraw_in(session, page, [message.channel], at=at)
    elif message.kind == Kind.DUTY:
        change = message.about["change"]
        telling.on_duty(session, Duty.CHANGE, [message.channel], at=at, redraw=True, change=change)
