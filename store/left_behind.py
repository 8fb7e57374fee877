"""What a start does to messages that others have left: they may be dead, or this a backup."""

from datetime import datetime

from sqlalchemy import update

from store import gates
from store.database import DeskSession
from store.kinds import METHODS, Priority
from store.models import Delivery, OutboxMessage
from store.sending import LIVE, PAGE_QUIET, QUIET


def distrust(session: DeskSession, *, before: datetime) -> None:
    """At a start: what was promised so long ago and still waits may have been said since, if this
    database comes from a backup. One look tells.
    """
    session.execute(
        update(OutboxMessage)
        .where(
            LIVE,
            OutboxMessage.state == Delivery.READY,
            OutboxMessage.kind.not_in(METHODS),
            OutboxMessage.created_at < before,
        )
        .values(state=Delivery.UNSURE, misses=1, first_tried_at=OutboxMessage.created_at)
        .execution_options(synchronize_session=False)
    )


def take_over(session: DeskSession, *, at: datetime) -> None:
    """Whoever sent before us is certainly dead: its gates are free at once, and what it was
    sending is looked for after the quiet time.
    """
    for quiet, whose in (
        (PAGE_QUIET, OutboxMessage.priority == Priority.PAGE),
        (QUIET, OutboxMessage.priority != Priority.PAGE),
    ):
        session.execute(
            update(OutboxMessage)
            .where(LIVE, OutboxMessage.state == Delivery.SENDING, whose)
            .values(
                state=Delivery.UNSURE,
                lease_until=None,
                not_before=at + quiet,
                deaths=OutboxMessage.deaths + 1,
            )
            .execution_options(synchronize_session=False)
        )
    gates.free_all(session)
