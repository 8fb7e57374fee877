"""Work that is owed once per period, whoever gets to it first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from store.database import DeskSession, Store
from store.models import Period
from store.upserts import insert_once


def first_in_period(session: DeskSession, job: str, period: str, *, at: datetime) -> bool:
    """Whether this transaction is the one to do the job for the period (such as a date)."""
    return insert_once(session, Period, unique=("job", "period"), job=job, period=period, at=at)


@contextmanager
def once_per(store: Store, job: str, length: timedelta, *, at: datetime) -> Iterator[bool]:
    """Whether this replica is the one to do the job in the current period of that length. When the
    work inside fails, whoever asks next may try again.
    """
    period = f"{length.total_seconds():.0f} s: {at.timestamp() // length.total_seconds():.0f}"
    with store.transaction() as session:
        ours = first_in_period(session, job, period, at=at)
        if ours:
            session.execute(delete(Period).where(Period.job == job, Period.at < at - 2 * length))
    try:
        yield ours
    except BaseException:
        if ours:
            with store.transaction() as session:
                session.execute(delete(Period).where(Period.job == job, Period.period == period))
        raise


def touch(session: DeskSession, job: str, *, at: datetime) -> None:
    """Write something, to know that writing works."""
    if not insert_once(session, Period, unique=("job", "period"), job=job, period="", at=at):
        session.execute(update(Period).where(Period.job == job).values(at=at))
