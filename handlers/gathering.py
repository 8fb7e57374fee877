"""Several notices in one message: about clocks, and after a flood."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.drawn import Drawing, drawing
from handlers.views import bundle, digest
from handlers.views.agent import Reminder
from handlers.views.bundle import Timely
from handlers.views.words import spoken
from store import bundles, clockwork, digests
from store.bundles import Item
from store.database import DeskSession
from store.models import OutboxMessage, Target, Ticket
from store.rules import sla


def bundle_of(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """What clocks have to say to a person; without what is no longer true."""
    told = [
        _timely(session, item, at)
        for item in message.about["items"]
        if bundles.is_true(session, item, message.channel, at=at)
    ]
    more = message.about["more"]
    if not told and not more:
        return None
    policy = session.policy
    text = spoken(bundle.heading(told, policy, more=more, at=at))
    return drawing(text, bundle.bundle(told, policy, more=more, at=at))


def _timely(session: DeskSession, item: Item, at: datetime) -> Timely:
    target = session.get_one(Target, item["target"])
    ticket = session.get_one(Ticket, target.ticket_id)
    reminder = reminded(session, ticket, target, item, at=at)
    return Timely(target, ticket, item["what"], _was(item), reminder)


def reminded(
    session: DeskSession, ticket: Ticket, target: Target, about: Mapping[str, Any], *, at: datetime
) -> Reminder | None:
    """Which reminder it is, and the working time that is left; None for other words."""
    if "which" not in about or target.due_at is None:
        return None
    calendar = clockwork.calendar_of(session.policy, ticket, target)
    nth, of = about["which"]
    return Reminder(nth, of, left=sla.used(calendar, at, (), target.due_at))


def digest_of(session: DeskSession, message: OutboxMessage, at: datetime) -> Drawing | None:
    """What flooded a channel; nothing when its reader may see none of it."""
    tickets, more = digests.tickets(session, message), message.about["more"]
    if not tickets:
        return None
    policy, notices = session.policy, message.about["notices"]
    text = spoken(digest.heading(tickets, notices=notices, more=more))
    return drawing(text, digest.digest(tickets, policy, notices=notices, more=more, at=at))


def _was(item: Item) -> datetime | None:
    return datetime.fromisoformat(item["was"]) if "was" in item else None
