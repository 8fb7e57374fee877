"""Which promises of the outbox are forgotten once they are kept, or were given up.

For good the desk needs: cards, whatever became of them (`store.outbox` asks where one is, and tries
a refused one again); entries in the team's thread, which follow what their authors edit; of news
the roots of threads and what a person wrote, which shows whom it reached (`store.receipts`). What
was refused stays until an operator has sent or dropped it (`store.tending`).
"""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, or_, select, text, true
from sqlalchemy.orm import aliased

from store.database import DeskSession
from store.inbox import FORGOTTEN_AT_ONCE
from store.models import OutboxMessage

_OVER: Final = text(
    "outbox_message.state IN ('sent', 'dropped') AND outbox_message.kind NOT IN ('card', 'entry') "
    "AND (outbox_message.kind <> 'news' "
    "OR (outbox_message.thread IS NOT NULL AND outbox_message.priority >= 3))"
)
"""Literal, so that the partial index is used on both engines. News more urgent than a notice are
what a person wrote (`store.telling`).
"""


def forget(session: DeskSession, *, before: datetime) -> bool:
    """Drop what was over before then, a few at a time as in `store.inbox`, but nothing of a
    conversation in which something waits: what that says may depend on what went before it
    (`store.noise`), nor what may be in Slack twice. Return whether there may be more.
    """
    waiting = aliased(OutboxMessage, name="waiting")
    is_in_need = exists().where(
        waiting.lane == OutboxMessage.lane,
        text("waiting.sent_at IS NULL AND waiting.state IN ('ready', 'sending', 'unsure')"),
    )
    old = select(OutboxMessage.id).where(
        _OVER,
        OutboxMessage.created_at < before,
        or_(OutboxMessage.last_tried_at.is_(None), OutboxMessage.last_tried_at < before),
        OutboxMessage.recheck_at.is_(None),
        (~is_in_need).is_(true()),  # so that PostgreSQL never compares each with all that wait
    )
    oldest = old.order_by(OutboxMessage.created_at)
    gone = session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.id.in_(oldest.limit(FORGOTTEN_AT_ONCE)))
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone) == FORGOTTEN_AT_ONCE
